"""`stepcoder encode`: one file or URL in, finished files out, with a service found or started. No argument parsing."""

from __future__ import annotations

import contextlib
import json
import secrets
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError

from .api_client import ApiClient, ServiceError, problems
from .progress_bar import ProgressBar, describe
from .ready import Ready
from .running import find
from .service import Options, Service
from .transfers import Buckets, download_url

DAY = 24 * 3600.0
_EXTENSIONS = {"ts": "ts", "m3u8": "m3u8", "fmp4": "mp4", "webvtt": "vtt", "vtt": "vtt", "dfxp": "dfxp", "scc": "scc"}


@dataclass(frozen=True)
class Request:
    """What the command line asked for. `service` and `key` name a service elsewhere."""

    source: str
    directory: Path
    outputs: Path | None = None
    data: Path | None = None
    service: str | None = None
    key: str | None = None
    limit: float = DAY


def encode(request: Request) -> list[Path]:
    """Run one job; the files written to `request.directory`. Raises ServiceError unless every output finished."""
    outputs = read_outputs(request.outputs)
    if request.service:
        return _encode_elsewhere(request, outputs)
    with _service(request.data) as ready:
        try:
            return _encode_here(request, outputs, ready)
        except (BotoCoreError, ClientError, Boto3Error) as problem:
            raise ServiceError(f"The service's storage can't be used: {problem}") from problem


def _encode_here(request: Request, outputs: list[dict[str, Any]], ready: Ready) -> list[Path]:
    token = secrets.token_hex(8)
    prefix = f"encode/{token}/"
    buckets, client = Buckets(ready), ApiClient(ready.base_url, ready.api_key)
    stem = Path(request.source.partition("?")[0]).stem or "output"
    placed = [placed_under(output, f"s3://{ready.output_bucket}/{prefix}", stem, n) for n, output in enumerate(outputs)]
    try:
        with ProgressBar() as bar:
            source = _uploaded(request.source, buckets, ready, token, bar)
            job = _run(client, {"input": source, "outputs": placed}, bar, request.limit)
        _demand_finished(job)
        request.directory.mkdir(parents=True, exist_ok=True)
        return buckets.download_all(ready.output_bucket, prefix, request.directory)
    finally:
        for bucket in (ready.upload_bucket, ready.output_bucket):
            buckets.delete_all(bucket, prefix)


def _encode_elsewhere(request: Request, outputs: list[dict[str, Any]]) -> list[Path]:
    if not request.key:
        raise ServiceError("Give the account's API key with --key.")
    if "://" not in request.source:
        raise ServiceError("A service elsewhere can't read this machine's files: give an s3, http or https URL.")
    client = ApiClient(str(request.service), request.key)
    with ProgressBar() as bar:
        job = _run(client, {"input": request.source, "outputs": outputs}, bar, request.limit)
    _demand_finished(job)
    request.directory.mkdir(parents=True, exist_ok=True)
    urls = [output["url"] for output in job["output_media_files"] if str(output.get("url", "")).startswith("http")]
    return [path for url in urls for path in download_url(url, request.directory)]


def _run(client: ApiClient, body: Mapping[str, Any], bar: ProgressBar, limit: float) -> dict[str, Any]:
    job_id = client.create_job(body)["id"]
    try:
        return client.wait(job_id, lambda progress: bar.show(*describe(progress)), limit)
    except KeyboardInterrupt:
        with contextlib.suppress(ServiceError):
            client.cancel(job_id)
        raise


def _demand_finished(job: Mapping[str, Any]) -> None:
    if found := problems(job):
        raise ServiceError("\n".join(found))


def _uploaded(source: str, buckets: Buckets, ready: Ready, token: str, bar: ProgressBar) -> str:
    """The URL the service shall read: a local file is put into the upload bucket first."""
    if "://" in source:
        return source
    path = Path(source)
    if not path.is_file():
        raise ServiceError(f"There is no file {source}.")
    sent, size = 0, path.stat().st_size

    def on_bytes(count: int) -> None:
        nonlocal sent
        sent += count
        bar.show(0.0, f"sending the file ({sent / 1e6:.0f} of {size / 1e6:.0f} MB)")

    key = f"encode/{token}/{path.name.replace('?', '_').replace('#', '_')}"
    buckets.upload(path, ready.upload_bucket, key, on_bytes)
    return f"s3://{ready.upload_bucket}/{key}"


def read_outputs(path: Path | None) -> list[dict[str, Any]]:
    """The job's outputs from a JSON file: a list, one output, or an object with `outputs`. None: one MP4."""
    if path is None:
        return [{}]
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise ServiceError(f"{path} can't be read: {problem.strerror}.") from problem
    except ValueError as problem:
        raise ServiceError(f"{path} is not JSON: {problem}.") from problem
    if isinstance(value, dict):
        value = value.get("outputs", value.get("output", value))
    outputs = value if isinstance(value, list) else [value]
    if not outputs or not all(isinstance(output, dict) for output in outputs):
        raise ServiceError(f"{path} must hold a list of outputs as in the API.")
    return outputs


def placed_under(output: Mapping[str, Any], base: str, stem: str, number: int) -> dict[str, Any]:
    """The output with a place below `base` wherever its own place is not given, so that it can be fetched."""
    placed = dict(output)
    name = str(output.get("label") or (stem if number == 0 else f"{stem}-{number + 1}")).replace("/", "-")
    if not output.get("url") and not output.get("base_url"):
        segmented = output.get("type") in ("segmented", "playlist")
        placed["base_url"] = f"{base}{name}/" if output.get("type") == "segmented" else base
        extension = "m3u8" if segmented else _EXTENSIONS.get(str(output.get("format", "")), "mp4")
        placed.setdefault("filename", f"{name}.{extension}")
    thumbnails = output.get("thumbnails")
    if thumbnails:
        sets = thumbnails if isinstance(thumbnails, list) else [thumbnails]
        placed["thumbnails"] = [{"base_url": f"{base}{name}-thumbnails/", **one} for one in sets]
    return placed


@contextlib.contextmanager
def _service(data: Path | None) -> Iterator[Ready]:
    """The service running in the data directory, or one for this job alone."""
    running = find(data) if data else None
    if running is not None:
        yield running
        return
    with tempfile.TemporaryDirectory(prefix="stepcoder-") as directory, Service(Options(Path(directory))) as service:
        yield service.ready
