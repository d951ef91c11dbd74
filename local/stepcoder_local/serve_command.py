"""`stepcoder serve`: the service in the foreground until it is told to stop. No argument parsing."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator

from .service import Options, Service


@contextlib.contextmanager
def stop_signals() -> Iterator[threading.Event]:
    """An event that is set by SIGTERM, SIGINT or SIGHUP; further ones change nothing while it is being obeyed."""
    asked = threading.Event()
    wanted = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    before = {number: signal.signal(number, lambda *_: asked.set()) for number in wanted}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def serve(options: Options) -> None:
    """Run until a signal. Raises CannotStart."""
    with stop_signals() as asked, Service(options) as service:
        ready = service.ready
        print(f"Stepcoder listens at  {ready.base_url}")
        print(f"API key               {ready.api_key}")
        print(f"VideoSDK key, secret  {ready.videosdk_api_key}  {ready.videosdk_secret}")
        print(f"S3 endpoint           {ready.s3_endpoint}   (sources: s3://{ready.upload_bucket}/)")
        print(f"Uploads to encode     s3://{ready.upload_bucket}/{ready.upload_prefix}")
        print(f"Logs                  {ready.data_dir}/logs")
        print("Ctrl-C stops it.", flush=True)
        asked.wait()
    print("Stopped.", flush=True)
