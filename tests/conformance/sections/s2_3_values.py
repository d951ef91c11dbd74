"""Section 2.3, second part: values: what is null until when, the vocabulary of formats and codecs, what must agree."""

from __future__ import annotations

from tests.conformance.kinds import LIST, SENTENCE, TEXT, TIME, about, array_of
from tests.conformance.rules import Section
from tests.conformance.scene import Scene
from tests.conformance.wire import answers, at, get, lacks

S = Section("2.3", "GET /jobs/:id: values")
FILM = get("/jobs/{film}")
BROKEN = get("/jobs/{broken}")
HELD = get("/jobs/{held}")

# Null until known.
for _fact in (
    "format",
    "duration_in_ms",
    "width",
    "height",
    "frame_rate",
    "video_codec",
    "audio_codec",
    "channels",
    "audio_tracks",
    "finished_at",
):
    S.rule(
        f"unknown-input-{_fact}",
        f"{_fact} of an input is null until it is inspected",
        HELD,
        at(f"job.input_media_file.{_fact}", None),
    )
for _fact in (
    "format",
    "duration_in_ms",
    "file_size_bytes",
    "width",
    "video_codec",
    "rfc_6381_video_codec",
    "channels",
    "finished_at",
):
    S.rule(
        f"unknown-output-{_fact}",
        f"{_fact} of an output is null until it is encoded",
        HELD,
        at(f"job.output_media_files.0.{_fact}", None),
    )
S.rule("unfinished", "finished_at is null until the job has ended", HELD, at("job.finished_at", None))
S.rule("unfinished-state", "its state says so", HELD, at("job.state", "processing"))

# Vocabulary.
S.rule("format-ts", "format: mpeg-ts", FILM, at("job.output_media_files.1.format", "mpeg-ts"))
S.rule("format-sound", "format: mpeg4 for sound alone", FILM, at("job.output_media_files.2.format", "mpeg4"))
S.rule("no-video", "no video: null", FILM, at("job.output_media_files.2.video_codec", None))
S.rule("no-video-rfc", "no video: no RFC 6381 name", FILM, at("job.output_media_files.2.rfc_6381_video_codec", None))
S.rule("no-audio", "no audio: null", FILM, at("job.output_media_files.3.audio_codec", None))
S.rule("no-audio-channels", "no audio: no channels", FILM, at("job.output_media_files.3.channels", None))
S.rule("no-audio-rfc", "no audio: no RFC 6381 name", FILM, at("job.output_media_files.3.rfc_6381_audio_codec", None))
for _clip, _format, _video, _audio in (
    ("flv", "flash video", "h264", "aac"),
    ("webm", "webm", "vp9", None),
    ("mkv", "matroska", "h264", "ac3"),
    ("h264_ts", "mpeg-ts", "h264", "aac"),
    ("mp3", "mpeg audio", None, "mp3"),
    ("wmv", "asf", "wmv2", "wmav2"),
    ("ogg", "ogg", None, "vorbis"),
    ("hevc", "mpeg4", "hevc", "aac"),
):
    S.rule(
        f"vocabulary-{_clip}",
        f"a source in {_format}",
        get(f"/inputs/{{vocabulary-{_clip}.input}}"),
        at("format", _format),
    )
    if _video:
        S.rule(
            f"vocabulary-{_clip}-video",
            f"whose video is {_video}",
            get(f"/inputs/{{vocabulary-{_clip}.input}}"),
            at("video_codec", _video),
        )
    if _audio:
        S.rule(
            f"vocabulary-{_clip}-audio",
            f"whose audio is {_audio}",
            get(f"/inputs/{{vocabulary-{_clip}.input}}"),
            at("audio_codec", _audio),
        )
S.rule("channels-6", 'channels: "6"', get("/inputs/{vocabulary-surround.input}"), at("channels", "6"))
S.rule("channels-1", 'channels: "1"', get("/inputs/{vocabulary-mono.input}"), at("channels", "1"))
S.rule(
    "rate-fraction",
    "frame_rate: a number with a fraction",
    get("/inputs/{vocabulary-mkv.input}"),
    at("frame_rate", about(29.97, 0.01)),
)

# What else.
S.rule("privacy", "privacy is true for private jobs", BROKEN, at("job.privacy", True))
S.rule("privacy-input", "also of the input", BROKEN, at("job.input_media_file.privacy", True))
S.rule("privacy-output", "and of the outputs", BROKEN, at("job.output_media_files.0.privacy", True))
S.rule("test", "test is true for test jobs", get("/jobs/{cut}"), at("job.test", True))
S.rule("test-input", "also of the input", get("/jobs/{cut}"), at("job.input_media_file.test", True))
S.rule("test-output", "and of the outputs", get("/jobs/{cut}"), at("job.output_media_files.0.test", True))
S.rule(
    "failed-class",
    "error_class of an input that failed",
    BROKEN,
    at("job.input_media_file.error_class", "NoMediaError"),
)
S.rule(
    "failed-message",
    "error_message of an input that failed",
    BROKEN,
    at("job.input_media_file.error_message", SENTENCE),
)
S.rule("failed-finished", "a failed job has ended too", BROKEN, at("job.finished_at", TIME))
S.rule(
    "failed-output-class",
    "error_class of an output that failed",
    get("/jobs/{half}"),
    at("job.output_media_files.0.error_class", "NoMediaError"),
)
S.rule(
    "failed-output-message",
    "error_message of an output that failed",
    get("/jobs/{half}"),
    at("job.output_media_files.0.error_message", SENTENCE),
)
S.rule(
    "no-live",
    "live members are for live jobs",
    FILM,
    lacks("live_stream", "stream", "reconnect_time", "event_length", inside="job"),
)
S.rule("warnings", "warnings: what of the request was ignored", FILM, at("job.warnings", LIST), ours=True)
S.rule("warnings-named", "by name", get("/jobs/{sloppy}"), at("job.warnings", array_of(TEXT)), ours=True)
S.rule("unknown", "unknown: 404", get("/jobs/1"), answers(404))


@S.seen("agree", "updated_at is not before created_at, nor finished_at before submitted_at")
def agree(scene: Scene) -> None:
    job = scene.send(FILM).document["job"]
    assert job["created_at"] <= job["submitted_at"] <= job["finished_at"] <= job["updated_at"]
    for each in (job["input_media_file"], *job["output_media_files"]):
        assert each["created_at"] <= each["finished_at"] <= each["updated_at"]


@S.seen("size-true", "file_size_bytes is the size of the file")
def size_true(scene: Scene) -> None:
    shown = scene.send(FILM).document["job"]["output_media_files"][0]["file_size_bytes"]
    found = scene.customer.s3.head_object(Bucket=scene.ready.output_bucket, Key="film/web.mp4")
    assert shown == found["ContentLength"]


@S.seen("expired", "older than the retention: 404")
def expired(scene: Scene) -> None:
    ids = scene.copy("cut")
    scene.table.change(f"jobs/{ids['job']}", expires_at=1_000_000_000)
    assert scene.send(get(f"/jobs/{ids['job']}")).status == 404
