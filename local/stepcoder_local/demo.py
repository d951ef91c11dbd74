"""`stepcoder demo`: the whole service shown on one film, from request to signed webhook. Fails if anything is amiss."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .api_client import ApiClient, ServiceError, problems
from .clips import CREDIT, big_buck_bunny
from .media_report import Unreadable, describe_media, describe_size
from .progress_bar import ProgressBar, describe
from .ready import Ready
from .service import Options, Service
from .transfers import Buckets
from .webhook_receiver import BadSignature, Received, WebhookReceiver, verify

LIMIT_SECONDS = 1800.0
WEBHOOK_SECONDS = 30.0
_RUNGS = ((1280, 720), (854, 480), (640, 360))
_KEY = "demo/film.mp4"


def demo(directory: Path, film: Path | None = None) -> int:
    """Run it all; 0, or 1 after saying what went wrong. `directory` is emptied first."""
    own = film is None
    source = film or big_buck_bunny(Path.home() / ".cache" / "stepcoder")
    if directory.exists() and not (directory / ".stepcoder-demo").exists() and any(directory.iterdir()):
        raise ServiceError(f"{directory} holds other files. Name an empty directory with -o.")
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    (directory / ".stepcoder-demo").touch()
    with WebhookReceiver() as receiver, tempfile.TemporaryDirectory(prefix="stepcoder-") as data:
        print("Starting the service …", flush=True)
        with Service(Options(Path(data), private_hosts=receiver.host)) as service:
            ready = service.ready
            print(f"It listens at {ready.base_url}", flush=True)
            job = _run_job(ready, source, receiver)
            found = problems(job) or _collect(ready, job, directory)
            found += [] if found else _webhook(ready, job, receiver)
    for problem in found:
        print(problem)
    if own:
        print(CREDIT)
    print("The demo failed." if found else f"Everything finished; the files are in {directory.resolve()}")
    return 1 if found else 0


def _run_job(ready: Ready, source: Path, receiver: WebhookReceiver) -> dict[str, Any]:
    Buckets(ready).upload(source, ready.upload_bucket, _KEY, lambda _: None)
    client = ApiClient(ready.base_url, ready.api_key)
    body = job_body(f"s3://{ready.upload_bucket}/{_KEY}", f"s3://{ready.output_bucket}/demo", receiver.url)
    created = client.create_job(body)
    print(f"Job {created['id']} was accepted with {len(created['outputs'])} outputs.", flush=True)
    with ProgressBar() as bar:
        return client.wait(created["id"], lambda progress: bar.show(*describe(progress)), LIMIT_SECONDS)


def job_body(source: str, base: str, webhook: str) -> dict[str, Any]:
    """The demo's job: an MP4 with thumbnails, a ladder of HLS and its master playlist, one notification."""
    ladder = [
        {
            "label": f"hls-{height}",
            "type": "segmented",
            "width": width,
            "height": height,
            "segment_seconds": 6,
            "speed": 5,
            "base_url": f"{base}/hls/{height}/",
            "filename": "index.m3u8",
        }
        for width, height in _RUNGS
    ]
    streams = [{"source": rung["label"], "path": f"{rung['height']}/index.m3u8"} for rung in ladder]
    return {
        "input": source,
        "notifications": [webhook],
        "outputs": [
            {
                "label": "mp4",
                "width": 1280,
                "height": 720,
                "speed": 5,
                "base_url": f"{base}/",
                "filename": "film.mp4",
                "thumbnails": [{"number": 4, "width": 320, "format": "jpg", "base_url": f"{base}/thumbnails/"}],
            },
            *ladder,
            {
                "label": "master",
                "type": "playlist",
                "streams": streams,
                "base_url": f"{base}/hls/",
                "filename": "master.m3u8",
            },
        ],
    }


def _collect(ready: Ready, job: Mapping[str, Any], directory: Path) -> list[str]:
    """Fetch the outputs and print what each is; a sentence for each that is not what it should be."""
    files = Buckets(ready).download_all(ready.output_bucket, "demo/", directory)
    base = f"s3://{ready.output_bucket}/demo"
    places = {one["label"]: f"{one['base_url']}{one['filename']}" for one in job_body("", base, "")["outputs"]}
    found = []
    print()
    for output in job["output_media_files"]:
        path = directory / places[output["label"]].removeprefix(f"{base}/")
        own = [one for one in files if one.parent == path.parent.resolve()] if path.suffix == ".m3u8" else [path]
        try:
            facts = describe_media(path)
        except Unreadable as problem:
            found.append(str(problem))
            continue
        print(f"{output['label']:10} {describe_size(own):>20}  {facts}\n{'':10} {path.resolve()}")
    pictures = [path for path in files if path.parent.name == "thumbnails"]
    if not pictures:
        found.append("There are no thumbnails.")
        return found
    print(f"{'thumbnails':10} {describe_size(pictures):>20}  {describe_media(pictures[0]).partition(' at ')[0]}")
    print(f"{'':10} {pictures[0].parent}")
    return found


def _webhook(ready: Ready, job: Mapping[str, Any], receiver: WebhookReceiver) -> list[str]:
    received = receiver.wait(WEBHOOK_SECONDS)
    if received is None:
        return [f"No notification came within {WEBHOOK_SECONDS:.0f} seconds."]
    return _webhook_problems(ready, job, received)


def _webhook_problems(ready: Ready, job: Mapping[str, Any], received: Received) -> list[str]:
    try:
        verify(received, ready.signing_secret)
    except BadSignature as problem:
        return [str(problem)]
    told = received.content.get("job", {})
    if told.get("id") != job["id"] or told.get("state") != "finished":
        return [f"The notification speaks of job {told.get('id')}, {told.get('state')}."]
    outputs = len(received.content.get("outputs", []))
    print(f"\nThe webhook came: job {told['id']} is {told['state']}, {outputs} outputs; its signature is right.")
    return []
