"""`predicted_*`: how long a film takes on Lambda and what it costs, by the real planner and the measured ladder."""

from __future__ import annotations

from dataclasses import fields
from fractions import Fraction

from benchmarks.films import FRAME_RATE
from benchmarks.ladder import RUNGS, job_body
from benchmarks.lambda_model import Assumptions, Film, Measured, Prediction, hd_minutes, predict
from benchmarks.report import Measure
from benchmarks.workbench import Workbench
from stepcoder.media import AudioStream, MediaInfo, VideoStream
from stepcoder.plan.asked import wishes_of
from stepcoder.plan.audio import SAMPLES_PER_FRAME
from stepcoder.plan.model import Capacity, Destination, Plan, SourceFile
from stepcoder.plan.planner import OutputWish, plan_job
from stepcoder.request.model import JobRequest

_SAMPLE_RATE = 48000
_SOURCE_BYTES_PER_SECOND = 6_160_000 / 8
_TEN_MINUTES, _TWO_HOURS = 600, 7200


def measure(bench: Workbench) -> list[Measure]:
    """Seconds for ten minutes and two hours of film, dollars for the dearer one's HD minute."""
    measured, given = _measured(bench), Assumptions()
    print("  Assumed: " + ", ".join(f"{each.name} {getattr(given, each.name):g}" for each in fields(given)))
    print(
        f"  Measured, per second of film: video {measured.video_cpu:.3f}, sound {measured.audio_cpu:.4f},"
        f" packaging {measured.package_cpu:.4f} CPU s; {sum(measured.output_bytes) / 1000:.0f} kB of outputs"
    )
    short, long = (_shown(film(seconds), measured, given) for seconds in (_TEN_MINUTES, _TWO_HOURS))
    return [
        Measure("predicted_wall_10min", short[0].wall, 45.0, "s"),
        Measure("predicted_wall_2h", long[0].wall, 120.0, "s"),
        Measure("predicted_cost_per_hd_minute", max(short[1], long[1]), 0.005, "$"),
    ]


def _shown(source: Film, measured: Measured, given: Assumptions) -> tuple[Prediction, float]:
    """The prediction and its dollars per HD minute, printed with their parts."""
    found = predict(source, measured, given)
    hd = sum(rung.hd for rung in RUNGS)
    minutes = hd_minutes(source, hd, len(RUNGS) - hd)
    print(
        f"  {source.seconds / 60:g} min in {source.video_tasks} chunks of up to {source.video_task_seconds:g} s and"
        f" {source.audio_tasks} pieces of sound: {found.wall:.1f} s, ${found.cost:.3f}"
        f" (${found.cost - found.arm_saving:.3f} on arm64 of the same speed)"
    )
    print("    seconds: " + ", ".join(f"{name} {value:.1f}" for name, value in found.steps.items()))
    print("    dollars: " + ", ".join(f"{name} {value:.4f}" for name, value in found.costs.items()))
    print(f"    {minutes:g} HD minutes ({hd} HD rungs, an SD rung counts half): ${found.cost / minutes:.5f} each")
    return found, found.cost / minutes


def _measured(bench: Workbench) -> Measured:
    runs, seconds = bench.ladder_runs, bench.lengths.ladder
    package = "pipeline.package.handler"
    packaging = (runs.service_cpu[package] - runs.least_cpu[package]) / (seconds - bench.lengths.short_clip)
    return Measured(
        video_cpu=(runs.service_cpu["pipeline.encode.handler"] - runs.audio_cpu) / seconds,
        audio_cpu=runs.audio_cpu / seconds,
        package_cpu=max(0.0, packaging),
        output_bytes=[(runs.service_files / f"{rung.name}.mp4").stat().st_size / seconds for rung in RUNGS],
    )


def film(seconds: int) -> Film:
    """A 1080p film as the planner cuts it for the ladder, on a worker of the template's default size."""
    plan = plan_film(seconds)
    (ladder,), (sound,) = plan.ladders, plan.audio
    frames = ladder.timeline.frame_count
    longest = max((frames if chunk.end is None else chunk.end) - chunk.start for chunk in ladder.chunks)
    samples = seconds * _SAMPLE_RATE
    pieces = [(start, samples // SAMPLES_PER_FRAME if end is None else end) for start, end in sound.pieces]
    return Film(
        seconds=seconds,
        bytes_per_second=_SOURCE_BYTES_PER_SECOND,
        video_tasks=len(ladder.chunks),
        video_task_seconds=float(longest / ladder.timeline.frame_rate),
        audio_tasks=len(pieces),
        audio_task_seconds=max(end - start for start, end in pieces) * SAMPLES_PER_FRAME / _SAMPLE_RATE,
    )


def plan_film(seconds: int) -> Plan:
    """The service's own plan of the benchmark's job for a film of this length."""
    end = Fraction(seconds)
    size = round(seconds * _SOURCE_BYTES_PER_SECOND)
    video = VideoStream(
        codec="h264",
        ffmpeg_codec="h264",
        width=1920,
        height=1080,
        frame_rate=Fraction(FRAME_RATE),
        constant_frame_rate=True,
        first_pts=Fraction(0),
        end=end,
    )
    audio = AudioStream(
        codec="aac",
        ffmpeg_codec="aac",
        sample_rate=_SAMPLE_RATE,
        channels=2,
        first_pts=Fraction(0),
        end=end,
        index=1,
    )
    media = MediaInfo(format="mpeg4", demuxer="mov", size_bytes=size, duration=end, video=video, audio=audio)
    request = JobRequest.from_body(job_body("s3://films/film.mp4", "s3://films/ladder/", FRAME_RATE))
    wanted = [
        OutputWish(
            output_id=number,
            wishes=wishes_of(output, test=False),
            destination=Destination(url=f"s3://films/ladder/{number}.mp4"),
        )
        for number, output in enumerate(request.outputs)
    ]
    return plan_job(1, SourceFile(url=request.input, size_bytes=size), media, wanted, Capacity())
