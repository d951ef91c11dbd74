"""Both sides of the comparison ask for the same ladder."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from benchmarks.films import FRAME_RATE
from benchmarks.ladder import RUNGS, job_body, plain_command
from benchmarks.prediction import film, plan_film
from stepcoder.commands.video_chunk import Encode, encode_chunk

THREADS = [2, 1, 1, 1, 1]


def service_commands() -> dict[str, list[str]]:
    """The encode task's argv for each rung's output, by its height."""
    plan = plan_film(30)
    (ladder,) = plan.ladders
    encodes = [Encode(rendition=plan.rendition(name), path=Path(name)) for name in ladder.renditions]
    argv = encode_chunk("http://127.0.0.1/film", ladder.timeline, ladder.chunks[0], encodes, pre_roll=Fraction(1))
    found, rest = {}, argv
    for encode in encodes:
        end = rest.index(encode.rendition.id)
        found[str(encode.rendition.geometry.frame.height)] = rest[: end + 1]
        rest = rest[end + 1 :]
    return found


def value(argv: list[str], option: str) -> str:
    return argv[argv.index(option) + 1]


def test_the_service_is_asked_for_what_ffmpeg_is_asked_for() -> None:
    plain = plain_command("ffmpeg", "film.mp4", FRAME_RATE, THREADS)
    for index, rung in enumerate(RUNGS):
        ours = service_commands()[rung.name]
        for option in ("-preset", "-profile:v", "-crf", "-bf", "-refs"):
            assert value(ours, option) == value(plain, option), option
        for option in ("-maxrate", "-bufsize"):
            assert value(ours, option) == value(plain, f"{option}:v:{index}"), option
        gop = value(plain, "-g")
        assert value(ours, "-x264-params") == f"keyint={gop}:open-gop=0:stitchable=1:min-keyint={gop}:scenecut=0"


def test_sizes_are_the_same() -> None:
    plain = plain_command("ffmpeg", "film.mp4", FRAME_RATE, THREADS)
    frames = [rendition.geometry.frame for rendition in plan_film(30).video]
    assert [(frame.width, frame.height) for frame in frames] == [(rung.width, rung.height) for rung in RUNGS]
    assert all(f"scale={rung.width}:{rung.height}:" in value(plain, "-filter_complex") for rung in RUNGS)


def test_one_sound_track_is_encoded_on_both_sides() -> None:
    plain = plain_command("ffmpeg", "film.mp4", FRAME_RATE, THREADS)
    assert plain.count("0:a:0") == 1
    (sound,) = plan_film(30).audio
    assert value(plain, "-b:a") == f"{sound.bitrate_kbps}k"


def test_the_job_asks_for_every_rung_at_its_own_place() -> None:
    outputs = job_body("s3://a/film.mp4", "s3://b/c/", FRAME_RATE)["outputs"]
    assert [output["url"] for output in outputs] == [f"s3://b/c/{rung.name}.mp4" for rung in RUNGS]


def test_the_planner_itself_cuts_the_film() -> None:
    ladder = plan_film(7200).ladders[0]
    found = film(7200)
    assert found.video_tasks == len(ladder.chunks) > 100
    assert found.audio_tasks > 1
    assert found.video_tasks * found.video_task_seconds >= 7200
