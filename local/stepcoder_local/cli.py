"""The `stepcoder` command: its arguments, and errors as sentences. What commands do is in their own modules."""

from __future__ import annotations

import argparse
import ipaddress
import logging
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

DATA = Path("stepcoder-data")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit status."""
    options = parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO if options.verbose else logging.CRITICAL, format="%(name)s: %(message)s")
    from .api_client import ServiceError
    from .clips import ClipUnavailable
    from .service import CannotStart

    # As Ctrl-C: what was started is stopped in order. `serve` has its own handler.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return int(options.run(options) or 0)
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return 130
    except (CannotStart, ServiceError, ClipUnavailable) as problem:
        print(problem, file=sys.stderr)
        return 1


def parser() -> argparse.ArgumentParser:
    """All commands and their options."""
    top = argparse.ArgumentParser(prog="stepcoder", description="Stepcoder on this machine: no Docker, no AWS.")
    top.add_argument("--verbose", action="store_true", help="log to the terminal")
    commands = top.add_subparsers(required=True, metavar="command")
    _serve_arguments(commands.add_parser("serve", help="run the service until Ctrl-C"))
    _encode_arguments(commands.add_parser("encode", help="encode one file or URL"))
    _demo_arguments(commands.add_parser("demo", help="encode a short film, from request to webhook"))
    return top


def _serve_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("--host", default="127.0.0.1", help="address to listen at (%(default)s)")
    command.add_argument("--port", type=int, default=8080, help="port to listen at, 0 for any free one (%(default)s)")
    command.add_argument(
        "--s3-host",
        type=_address,
        default="127.0.0.1",
        metavar="ADDRESS",
        help="where S3 and the other emulated services listen; whoever reaches it can use them (%(default)s)",
    )
    command.add_argument("--s3-port", type=int, default=0, help="port of the S3 endpoint, 0 for any free one")
    command.add_argument("--data-dir", type=Path, default=DATA, help="where objects and logs go (%(default)s)")
    command.add_argument("--ready-file", type=Path, help="write addresses and keys here, as JSON, once it runs")
    command.add_argument(
        "--allow-private-hosts",
        default=os.environ.get("STEPCODER_ALLOW_PRIVATE_HOSTS", ""),
        metavar="HOST[:PORT],…",
        help="private hosts that inputs and webhooks may use",
    )
    command.add_argument(
        "--rate-limits",
        type=_rate_limits,
        default=os.environ.get("STEPCODER_RATE_LIMITS", ""),
        metavar="NAME=N,…",
        help="calls an account may make in a minute: default, create_job, progress, output_progress, account; 0: any",
    )
    command.add_argument(
        "--lambda-endpoint",
        type=_lambda_endpoint,
        metavar="URL",
        help="let the functions of the state machine be run there, by `sam local start-lambda`",
    )
    command.add_argument(
        "--legacy-tokens", action="store_true", help="take VideoSDK tokens that never expire, as old clients sign them"
    )
    command.set_defaults(run=_serve)


def _address(text: str) -> str:
    try:
        address = ipaddress.IPv4Address(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not an IPv4 address of this machine.") from None
    if address.is_unspecified:
        raise argparse.ArgumentTypeError("name one address: at every address anybody could use these services.")
    return text


def _lambda_endpoint(text: str) -> str:
    from .container_workers import endpoint_address

    try:
        endpoint_address(text)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from wrong
    return text


def _rate_limits(text: str) -> str:
    from stepcoder.rates import limits_of

    try:
        limits_of(text)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from wrong
    return text


def _encode_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("input", help="a file, or an s3, http or https URL")
    command.add_argument("--outputs", type=Path, metavar="FILE.json", help="the job's outputs as in the API (one MP4)")
    command.add_argument("-o", "--output-dir", type=Path, default=Path(), metavar="DIR", help="where results go (here)")
    command.add_argument("--data-dir", type=Path, default=DATA, help="use the service running there (%(default)s)")
    command.add_argument("--service", metavar="URL", help="use the service at this address (…/api/v2)")
    command.add_argument("--key", default=os.environ.get("STEPCODER_API_KEY"), help="the API key for --service")
    command.set_defaults(run=_encode)


def _demo_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("-o", "--output-dir", type=Path, default=Path("demo-output"), metavar="DIR")
    command.add_argument("--input", type=Path, help="use this film instead of the Big Buck Bunny trailer")
    command.set_defaults(run=_demo)


def _serve(options: argparse.Namespace) -> None:
    from .serve_command import serve
    from .service import Options

    serve(
        Options(
            data=options.data_dir,
            host=options.host,
            port=options.port,
            s3_host=options.s3_host,
            s3_port=options.s3_port,
            lambda_endpoint=options.lambda_endpoint or "",
            private_hosts=options.allow_private_hosts,
            rate_limits=options.rate_limits,
            legacy_tokens=options.legacy_tokens,
            ready_file=options.ready_file,
        )
    )


def _encode(options: argparse.Namespace) -> None:
    from .encode_command import Request, encode

    written = encode(
        Request(options.input, options.output_dir, options.outputs, options.data_dir, options.service, options.key)
    )
    for path in written:
        print(path)


def _demo(options: argparse.Namespace) -> int:
    from .demo import demo

    return demo(options.output_dir, options.input)


if __name__ == "__main__":
    sys.exit(main())
