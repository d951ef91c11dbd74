"""Encodes the ladder twice, by one plain ffmpeg and by a job of the service, and counts the CPU seconds of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks import plain
from benchmarks.films import FRAME_RATE
from benchmarks.ladder import AUDIO_KBPS, RUNGS, job_body, plain_command
from benchmarks.process_tree import quiet_cpu_seconds
from benchmarks.running_service import RunningService
from stepcoder.plan.cost import threads_for
from stepcoder.plan.geometry import Box
from stepcoder_local.functions import processors

# Each look at a job's progress costs the service some milliseconds.
_POLL_SECONDS = 2.0


@dataclass(frozen=True)
class LadderRuns:
    """Both sides' costs and files; the files are named after the rungs, `240.mp4` and so on."""

    source: Path
    plain: plain.Cost
    plain_files: Path
    service_wall: float
    # CPU seconds of the service itself (`service`) and of each handler's sandboxes; the same for a job so short that
    # it shows what any job costs.
    service_cpu: Mapping[str, float]
    least_cpu: Mapping[str, float]
    service_files: Path
    audio_cpu: float  # CPU seconds of the sound track alone

    @property
    def cpu_ratio(self) -> float:
        """The whole job's CPU seconds over plain ffmpeg's."""
        return sum(self.service_cpu.values()) / self.plain.cpu


def run_both(ffmpeg: str, source: Path, short: Path, directory: Path) -> LadderRuns:
    """Encode `source` on both sides, files below `directory`; `short` is any short film with sound.

    The plain command runs before and after the job: a shared machine's speed drifts, and their mean drifts with it.
    """
    plain_files, service_files = directory / "plain", directory / "service"
    for path in (plain_files, service_files):
        path.mkdir(parents=True, exist_ok=True)
    print("The ladder by plain ffmpeg …", flush=True)
    command = plain_command(ffmpeg, str(source), FRAME_RATE, threads())
    before = plain.run(command, plain_files)
    audio = [ffmpeg, "-v", "error", "-nostdin", "-y", "-i", str(source), "-vn", "-c:a", "aac"]
    audio_cost = plain.run([*audio, "-b:a", f"{AUDIO_KBPS}k", "sound.mp4"], directory)
    print("The ladder by a job …", flush=True)
    with RunningService(directory) as service:
        # Sandboxes live on between jobs, so starting them is not a job's cost; on Lambda the model counts cold starts.
        _run_job(service, short, "warm-up")
        _, least_cpu = _run_job(service, short, "short")
        wall, cpu = _run_job(service, source, "ladder")
        service.download("ladder", service_files)
    print("The ladder by plain ffmpeg again …", flush=True)
    plain_cost = plain.mean(before, plain.run(command, plain_files))
    return LadderRuns(source, plain_cost, plain_files, wall, cpu, least_cpu, service_files, audio_cost.cpu)


def threads() -> list[int]:
    """x264 threads of each rung: as the service's planner gives them out."""
    frames = [Box(width=rung.width, height=rung.height) for rung in RUNGS]
    return [threads_for(frame, frames, processors()) for frame in frames]


def _run_job(service: RunningService, source: Path, name: str) -> tuple[float, dict[str, float]]:
    """Seconds on the clock, and CPU seconds by process, from the job's being sent until all is quiet again."""
    url = service.upload(source)
    before = quiet_cpu_seconds(service.pid)
    run = service.run(job_body(url, service.place(name), FRAME_RATE), _POLL_SECONDS)
    after = quiet_cpu_seconds(service.pid)
    # What a sandbox had used is the service's own once it has ended: names shift, the sum is exact.
    return run.wall, {name: after.get(name, 0.0) - before.get(name, 0.0) for name in before.keys() | after.keys()}
