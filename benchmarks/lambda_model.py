"""A model of a job on AWS: seconds on the clock and dollars, from measured CPU seconds and stated assumptions. Pure.

Nothing here was measured on AWS: change the assumptions, not the formulas, once something has been (encoding.md B.7).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil


@dataclass(frozen=True)
class Assumptions:
    """Prices are list prices of us-east-1, in dollars. Times are seconds."""

    concurrency: int = 1000  # functions at once: the account's limit; also this much of MapConcurrency
    vcpu_speed: float = 0.6  # of a Lambda vCPU, relative to a core of the machine that measured
    megabytes_per_vcpu: float = 1769.0
    encode_megabytes: int = 10240  # 5.79 vCPU
    package_megabytes: int = 3008
    probe_megabytes: int = 1769  # Inspect and Verify
    parallel_efficiency: float = 0.85
    cold_start: float = 2.0  # with the binary's page-in; every function is taken to start cold
    task_fixed: float = 1.0  # opening the source, uploading chunks, records
    package_fixed: float = 1.0  # reading results, laying out, completing the upload
    straggler: float = 1.5  # the slowest of many tasks, relative to the mean
    accept: float = 0.5  # from the request to the first function
    probe: float = 1.5
    fan_out: float = 2.0  # until a distributed map has started its children
    children_per_second: float = 300.0  # that a distributed map starts
    transition: float = 0.15  # between two states
    s3_bytes_per_second: float = 80e6  # of one function
    finish: float = 1.0
    gb_second_x86: float = 1.66667e-5
    gb_second_arm: float = 1.33334e-5
    invocation: float = 0.2e-6
    state_transition: float = 25e-6
    transitions_per_task: int = 3
    transitions_per_output: int = 4
    transitions_per_job: int = 12
    s3_put: float = 5e-6
    s3_get: float = 0.4e-6
    gets_per_task: int = 12
    record_write: float = 1.25e-6  # a DynamoDB write within a transaction
    writes_per_task_and_output: int = 6


@dataclass(frozen=True)
class Film:
    """A source and its plan. Lengths in seconds; `task_seconds` is the longest task's stretch of film."""

    seconds: float
    bytes_per_second: float
    video_tasks: int
    video_task_seconds: float
    audio_tasks: int
    audio_task_seconds: float


@dataclass(frozen=True)
class Measured:
    """What a second of film costs: CPU seconds of the measuring machine, and bytes of each output."""

    video_cpu: float  # all rungs
    audio_cpu: float
    package_cpu: float  # all outputs; what packaging costs however short the film is, is in `package_fixed`
    output_bytes: Sequence[float]


@dataclass(frozen=True)
class Prediction:
    """`steps` are seconds on the clock, in order; costs in dollars by kind, with compute on x86."""

    steps: dict[str, float]
    costs: dict[str, float]
    arm_saving: float

    @property
    def wall(self) -> float:
        return sum(self.steps.values())

    @property
    def cost(self) -> float:
        return sum(self.costs.values())


def hd_minutes(film: Film, hd: int, sd: int) -> float:
    """Minutes of output as encoders for hire count them, an SD minute being half the price of an HD one."""
    return film.seconds / 60 * (hd + sd / 2)


def predict(film: Film, measured: Measured, given: Assumptions) -> Prediction:
    """A job of one ladder, every output a progressive MP4."""
    video, audio = _video_task(film, measured, given), _audio_task(film, measured, given)
    package = _package(film, measured, given)
    tasks = film.video_tasks + film.audio_tasks
    rounds = ceil(tasks / given.concurrency)
    started = given.fan_out + min(tasks, given.concurrency) / given.children_per_second
    longest = max(video if film.video_tasks else 0.0, audio if film.audio_tasks else 0.0)
    steps = {
        "accept and inspect": given.accept + given.cold_start + given.probe + given.transition,
        "start the tasks": started,
        "encode": rounds * (given.cold_start + longest * given.straggler),
        "package": given.cold_start + max(package) + given.transition,
        "verify": given.cold_start + given.probe + given.transition,
        "finish": given.finish + given.transition,
    }
    gb_seconds = _gb_seconds(film, measured, given)
    costs = {"compute": gb_seconds * given.gb_second_x86, **_requests(tasks, len(package), given)}
    return Prediction(steps, costs, gb_seconds * (given.gb_second_x86 - given.gb_second_arm))


def _vcpus(megabytes: float, given: Assumptions) -> float:
    return megabytes / given.megabytes_per_vcpu


def _video_task(film: Film, measured: Measured, given: Assumptions) -> float:
    """The planner's longest chunk, all cores at work."""
    speed = given.vcpu_speed * _vcpus(given.encode_megabytes, given) * given.parallel_efficiency
    return given.task_fixed + film.video_task_seconds * measured.video_cpu / speed


def _audio_task(film: Film, measured: Measured, given: Assumptions) -> float:
    """AAC is encoded on one core; all of the interleaved source is read for it meanwhile."""
    encoding = film.audio_task_seconds * measured.audio_cpu / given.vcpu_speed
    reading = film.audio_task_seconds * film.bytes_per_second / given.s3_bytes_per_second
    return given.task_fixed + max(encoding, reading)


def _package(film: Film, measured: Measured, given: Assumptions) -> list[float]:
    """Each output: bytes are read and written at the same time; joining, on one core, is not taken to overlap."""
    whole = sum(measured.output_bytes)
    speed = given.vcpu_speed * min(1.0, _vcpus(given.package_megabytes, given))
    return [
        given.package_fixed
        + film.seconds * (each / given.s3_bytes_per_second + measured.package_cpu * each / whole / speed)
        for each in measured.output_bytes
    ]


def _gb_seconds(film: Film, measured: Measured, given: Assumptions) -> float:
    """Billed for everything, cold starts included. Stragglers are slow, but the mean is what all cost together."""
    speed = given.vcpu_speed * _vcpus(given.encode_megabytes, given) * given.parallel_efficiency
    tasks, package = film.video_tasks + film.audio_tasks, _package(film, measured, given)
    encode = tasks * (given.cold_start + given.task_fixed) + film.seconds * measured.video_cpu / speed
    sound = film.audio_tasks * (_audio_task(film, measured, given) - given.task_fixed)
    probes = (1 + len(package)) * (given.cold_start + given.probe)
    return (
        (encode + sound) * given.encode_megabytes
        + sum(given.cold_start + each for each in package) * given.package_megabytes
        + probes * given.probe_megabytes
    ) / 1024


def _requests(tasks: int, outputs: int, given: Assumptions) -> dict[str, float]:
    transitions = (
        tasks * given.transitions_per_task + outputs * given.transitions_per_output + given.transitions_per_job
    )
    return {
        "state transitions": transitions * given.state_transition,
        "invocations": (tasks + 2 * outputs + 4) * given.invocation,
        "S3 requests": tasks * ((outputs + 1) * given.s3_put + given.gets_per_task * given.s3_get),
        "records": tasks * outputs * given.writes_per_task_and_output * given.record_write,
    }
