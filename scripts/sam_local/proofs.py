"""What is proven, one function for each: every function by its sample, a whole job, jobs that meet trouble.

Each returns sentences for the transcript and raises Failed where something isn't as it should be. How SAM, the engine
and the cloud are driven is in their own modules.
"""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import av
import jwt

from scripts.sam_local.base_image import ROOT
from scripts.sam_local.children import Failed
from scripts.sam_local.cloud import JOB_SECONDS, Cloud, states
from scripts.sam_local.faulty_path import FaultyPath
from scripts.sam_local.sam import Sam
from scripts.sam_local.samples import Sample, in_order, samples
from stepcoder_local import template
from stepcoder_local.api_client import problems
from stepcoder_local.ready import Ready

_POLL_SECONDS = 1.0
_SAMPLED_JOB = 1001
# Nobody has the job's work files any more when its samples' turn has come.
_NOTHING_THERE = {"give_up": "NoSuchKey"}


def every_function(sam: Sam, cloud: Cloud) -> Iterator[str]:
    """`sam local invoke` of each function with its sample; the steps' samples encode a job, one container at a time.

    Nobody runs the state machine's functions meanwhile, so that only what is invoked here moves the job.
    """
    found = samples(template.load(ROOT / "template.yaml", cloud.ready.s3_endpoint), ROOT / "events")
    if without := [function for function, own in found.items() if not own]:
        raise Failed(f"There is no sample event in events/ for {', '.join(without)}.")
    source = cloud.put_clip("silent.mp4", sound=False)
    created = cloud.api().create_job({"input": source, "outputs": [{"url": cloud.output("by-hand.mp4"), "speed": 5}]})
    if created["id"] != _SAMPLED_JOB:
        raise Failed(f"The samples speak of job {_SAMPLED_JOB}, but the first job is {created['id']}.")
    for sample in in_order([own[0] for own in found.values()]):
        began = time.monotonic()
        answer = _invoked(sam, cloud, sample)
        name = sample.path.relative_to(ROOT)
        yield f"{sample.function} < {name}: {_checked(sample, answer)} ({time.monotonic() - began:.1f} s)"
    job = cloud.api().job(_SAMPLED_JOB)
    if trouble := problems(job):
        raise Failed("The steps were invoked in turn, but: " + " ".join(trouble))
    yield f"{states(job)}, encoded step by step"


def _invoked(sam: Sam, cloud: Cloud, sample: Sample) -> Any:
    """Requests come with a key or a token that the cloud knows; the samples' are nobody's."""
    event = sample.path
    if sample.is_request:
        content = json.loads(event.read_text())
        known = {"zencoder-api-key": cloud.ready.api_key, "authorization": _token(cloud.ready)}
        content["headers"] = {name: known.get(name, value) for name, value in content["headers"].items()}
        event = cloud.data / "event.json"
        event.write_text(json.dumps(content))
    return sam.invoke(sample.function, event, cloud.data)


def _token(ready: Ready) -> str:
    """For the requests of VideoSDK's dialect."""
    claims = {"apikey": ready.videosdk_api_key, "exp": int(time.time()) + 3600}
    return jwt.encode(claims, ready.videosdk_secret, "HS256")


def _checked(sample: Sample, answer: Any) -> str:
    """The answer in short. Raises Failed where it is an error."""
    if sample.is_request:
        status = answer.get("statusCode") if isinstance(answer, dict) else None
        if not isinstance(status, int) or status >= 500:
            raise Failed(f"{sample.function} did not answer the request in {sample.path.name}: {answer}")
        return f"status {status}"
    error = answer.get("errorType") if isinstance(answer, dict) else None
    if error is not None and error != _NOTHING_THERE.get(sample.path.stem):
        raise Failed(f"{sample.function} failed with {sample.path.name}: {answer}")
    return f"{error}, as it should" if error else json.dumps(answer)[:100]


def whole_job(cloud: Cloud, base_url: str) -> Iterator[str]:
    """A job posted to `sam local start-api`, worked on by `sam local start-lambda`, asked about until it is over."""
    client, began = cloud.api(base_url), time.monotonic()
    outputs = [
        {"label": "mp4", "url": cloud.output("whole/film.mp4"), "width": 160, "thumbnails": {"number": 1}, "speed": 5},
        {"label": "hls", "type": "segmented", "url": cloud.output("whole/hls/film.m3u8"), "width": 160, "speed": 5},
        {"label": "temporary", "width": 96, "speed": 5},
    ]
    created = client.create_job({"input": cloud.put_clip("film.mp4", sound=True), "outputs": outputs})
    seen: dict[str, None] = {}
    job = client.wait(created["id"], lambda progress: seen.update({str(progress.get("state")): None}), JOB_SECONDS)
    if trouble := [*problems(job), *cloud.errors_of(job["id"])]:
        raise Failed("The whole job: " + " ".join(trouble))
    yield f"{states(job)} in {time.monotonic() - began:.1f} s, by way of {' → '.join(seen)}"
    film = cloud.data / "film-encoded.mp4"
    cloud.files.download_file(cloud.ready.output_bucket, "whole/film.mp4", str(film))
    yield f"the MP4 has {_frames(film)}"
    link = next(output["url"] for output in created["outputs"] if output["label"] == "temporary")
    with urllib.request.urlopen(link, timeout=60) as response:  # noqa: S310 - the cloud's own address
        film.write_bytes(response.read())
    yield f"the link to temporary storage, signed in a container, is good: {_frames(film)}"


def _frames(film: Path) -> str:
    with av.open(str(film)) as container:
        stream = container.streams.video[0]
        frames = sum(1 for _ in container.decode(stream))
        if frames != 50:
            raise Failed(f"{film.name} has {frames} frames and not the source's 50.")
        return f"{frames} frames of {stream.codec_context.name}, {stream.width}x{stream.height}"


def missing_input(cloud: Cloud) -> Iterator[str]:
    """A source that isn't there fails the input with its own error, and the state machine saw no error at all."""
    source = f"s3://{cloud.ready.upload_bucket}/nowhere.mp4"
    created = cloud.api().create_job({"input": source, "outputs": [{"url": cloud.output("nowhere.mp4")}]})
    job = cloud.api().wait(created["id"], lambda _: None, JOB_SECONDS)
    failure = job["input_media_file"]["error_class"]
    if (job["state"], failure, cloud.errors_of(job["id"])) != ("failed", "FileNotFoundError", []):
        raise Failed(f"A missing input: {states(job)}, {failure}, errors {cloud.errors_of(job['id'])}.")
    yield f"{states(job)}; the input's error is {failure}"


def trouble_that_passes(cloud: Cloud, path: FaultyPath, key: str) -> Iterator[str]:
    """A worker raises TryAgain, the next runs out of time, the third gets through: two retries, then all is well."""
    source = cloud.put_clip(key, sound=False)
    path.mode, began = "busy", time.monotonic()
    created = cloud.api().create_job({"input": source, "outputs": [{"url": cloud.output(key), "speed": 5}]})
    _until(lambda: "TryAgain" in cloud.errors_of(created["id"]), "TryAgain")
    path.mode = "silent"
    _until(lambda: "Sandbox.Timedout" in cloud.errors_of(created["id"]), "Sandbox.Timedout")
    path.mode = "well"
    job = cloud.api().wait(created["id"], lambda _: None, JOB_SECONDS)
    errors = cloud.errors_of(job["id"])
    if problems(job) or set(errors) != {"TryAgain", "Sandbox.Timedout"}:
        raise Failed(f"Trouble that passes: {states(job)} after {errors}. {' '.join(problems(job))}")
    yield f"{states(job)} after {', '.join(errors)}, each retried, in {time.monotonic() - began:.1f} s"


def _until(true: Callable[[], bool], name: str) -> None:
    end = time.monotonic() + JOB_SECONDS
    while not true():
        if time.monotonic() > end:
            raise Failed(f"The state machine did not come to see {name}.")
        time.sleep(_POLL_SECONDS)
