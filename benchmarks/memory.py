"""`service_peak_rss_mb`: the most memory the service process takes while a large source is uploaded and encoded."""

from __future__ import annotations

from benchmarks import films
from benchmarks.films import FRAME_RATE
from benchmarks.ladder import RUNGS, job_body
from benchmarks.process_tree import peak_memory
from benchmarks.report import Measure
from benchmarks.running_service import RunningService
from benchmarks.workbench import Workbench

_POLL_SECONDS = 0.5


def measure(bench: Workbench) -> list[Measure]:
    """Peak resident megabytes of the service process, its sandboxes not counted."""
    directory = bench.directory("memory")
    large = directory / "large.mp4"
    films.repeat(bench.short_clip, large, bench.lengths.large_source, bench.ffmpeg)
    with RunningService(directory) as service:
        started = peak_memory(service.pid)
        source = service.upload(large)
        uploaded = peak_memory(service.pid)
        body = job_body(source, service.place("memory"), FRAME_RATE, RUNGS[-1:])
        # A few seconds from the middle: the index of the whole film is read, little of it is encoded.
        body["outputs"][0] |= {"start_clip": 60, "clip_length": 3}
        service.run(body, _POLL_SECONDS)
        peak = peak_memory(service.pid)
    sizes = (large.stat().st_size, started, uploaded, peak)
    print("  source {:.0f} MB; service at most {:.0f} MB started, {:.0f} MB uploaded, {:.0f} MB after the job".format(
        *(size / 1e6 for size in sizes)
    ))  # fmt: skip
    return [Measure("service_peak_rss_mb", peak / 1e6, 400.0, "MB")]
