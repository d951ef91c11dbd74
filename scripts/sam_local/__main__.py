"""The command: every step in turn, with its time, and everything stopped again whatever happens.

    python -m scripts.sam_local [--set-up-engine]

A Docker engine that answers, and has or can fetch AWS's base image, is used. Otherwise root of a container, or anybody
with root's rights who says --set-up-engine, gets Debian's docker.io installed; it runs for the time of the test, with
socket and data in a directory of its own, and with a base image made here.
"""

from __future__ import annotations

import argparse
import json
import platform
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.sam_local import base_image, proofs
from scripts.sam_local.children import Failed, free_port
from scripts.sam_local.cloud import Cloud, embedded_cloud
from scripts.sam_local.engine import Engine, install, may_set_up, own_engine
from scripts.sam_local.faulty_path import FaultyPath
from scripts.sam_local.sam import Sam
from stepcoder_local import sam_files
from stepcoder_local.api_client import ServiceError
from stepcoder_local.intrinsics import parse

_KEY = "troubled.mp4"
# Long enough to give up on a busy S3, short enough to be waited for.
_TIMEOUTS = {"InspectFunction": 40}
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m scripts.sam_local", description="Try the functions in containers.")
    parser.add_argument(
        "--set-up-engine", action="store_true", help="install and start a Docker engine if none answers"
    )
    asked = parser.parse_args().set_up_engine
    for number in _SIGNALS:
        signal.signal(number, _interrupt)
    scratch, began = Path(tempfile.mkdtemp(prefix="stepcoder-sam-")), time.monotonic()
    try:
        with _engine(scratch, asked) as engine, engine.without_leftovers():
            _prove(engine, scratch)
    except (Failed, ServiceError) as problem:
        print(f"FAILED: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return 130
    finally:
        shutil.rmtree(scratch)
    print(f"All of it works; it took {time.monotonic() - began:.0f} s.")
    return 0


def _interrupt(*_: object) -> None:
    """Once: what follows is clearing up, and that is not to be interrupted."""
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


@contextmanager
def _step(name: str) -> Iterator[None]:
    print(f"=== {name}", flush=True)
    began = time.monotonic()
    yield
    print(f"    {time.monotonic() - began:.1f} s", flush=True)


def _say(sentences: Iterator[str]) -> None:
    for sentence in sentences:
        print(f"    {sentence}", flush=True)


def _architecture() -> str:
    return "arm64" if platform.machine() in ("aarch64", "arm64") else "x86_64"


def _runtime() -> str:
    template = parse((base_image.ROOT / "template.yaml").read_text())
    return str(template["Globals"]["Function"]["Runtime"])


@contextmanager
def _engine(scratch: Path, asked: bool) -> Iterator[Engine]:
    """An engine with a base image. Raises Failed with what to do where there is none and none may be set up."""
    image, present = base_image.tag(_runtime(), _architecture()), Engine()
    with _step("look for a Docker engine"):
        answers = shutil.which("docker") is not None and present.answers()
        usable = answers and base_image.has_real(present, image)
        why = f"The engine that answers can't fetch {image}" if answers else "No Docker engine answers"
        print(f"    {f'One answers, with {image}.' if usable else f'{why}.'}")
    if usable:
        yield present
        return
    if refusal := may_set_up(asked):
        raise Failed(f"{why}, and {refusal}.")
    with _step("install what an engine and a base image need"):
        install()
    with own_engine(scratch) as engine:
        with _step("get the base image"):
            _get_image(engine, image, scratch)
        yield engine


def _get_image(engine: Engine, image: str, scratch: Path) -> None:
    if base_image.has_real(engine, image):
        print(f"    {image} was fetched.")
        return
    base_image.make(engine, image, _runtime(), _architecture(), scratch)
    print(f"    {image} can't be fetched; a stand-in was made.")


def _prove(engine: Engine, scratch: Path) -> None:
    sam, lambda_port, host = Sam(engine, _architecture(), scratch), free_port(), engine.bridge_address()
    with _step("sam build"):
        sam.build()
    with embedded_cloud(host, lambda_port, scratch / "cloud") as cloud:
        try:
            with _step("sam local invoke, each function with its sample"):
                _say(proofs.every_function(sam, cloud))
            _prove_servers(sam, cloud, host, lambda_port)
        except (Failed, ServiceError):
            _show_logs(scratch)
            raise


def _prove_servers(sam: Sam, cloud: Cloud, host: str, lambda_port: int) -> None:
    address = (host, int(cloud.ready.s3_endpoint.rpartition(":")[2]))
    with (
        FaultyPath(host, address, f"/{_KEY}") as path,
        sam.workers(cloud.data, lambda_port, _detoured(cloud, path.endpoint), _TIMEOUTS),
    ):
        with _step("sam local start-api, a whole job by sam local start-lambda"), sam.api(cloud.data) as base_url:
            _say(proofs.whole_job(cloud, f"{base_url}/api/v2"))
        with _step("sam local start-lambda, an input that is missing"):
            _say(proofs.missing_input(cloud))
        with _step("sam local start-lambda, workers that fail and are retried"):
            _say(proofs.trouble_that_passes(cloud, path, _KEY))


def _detoured(cloud: Cloud, endpoint: str) -> Path:
    """The functions' variables with another endpoint for AWS."""
    given = json.loads((cloud.data / sam_files.DIRECTORY / sam_files.VARIABLES).read_text())
    changed = {function: {**variables, "AWS_ENDPOINT_URL": endpoint} for function, variables in given.items()}
    path = cloud.data / "detoured.json"
    path.write_text(json.dumps(changed))
    return path


def _show_logs(scratch: Path) -> None:
    for log in sorted([*scratch.glob("start-*.log"), scratch / "cloud" / "serve.log"]):
        print(f"--- the end of {log.name}\n{log.read_text(errors='replace')[-4000:]}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
