"""Section 2.7, first half: details of one input and of one output, flat, with their own names for things."""

from __future__ import annotations

from typing import Any

from tests.conformance.kinds import INTEGER, LIST, SENTENCE, TEXT, about, matches
from tests.conformance.rules import Section
from tests.conformance.scene import Scene
from tests.conformance.sections.repeats import interrupted
from tests.conformance.wire import answers, at, errors, get, lacks

S = Section("2.7", "GET /inputs/:id, /outputs/:id")
INPUT, OUTPUT = get("/inputs/{film.input}"), get("/outputs/{film.web}")
FACTS: dict[str, tuple[Any, str]] = {
    "format": ("mpeg4", "the container as reported"),
    "file_size_in_bytes": (INTEGER, "its size; here with in_"),
    "frame_rate": (25, "a number"),
    "video_codec": ("h264", "the video codec"),
    "video_bitrate_in_kbps": (INTEGER, "an integer"),
    "audio_codec": ("aac", "the audio codec"),
    "audio_bitrate_in_kbps": (INTEGER, "an integer"),
    "audio_sample_rate": (INTEGER, "an integer"),
    "channels": ("2", "a string"),
    "total_bitrate_in_kbps": (INTEGER, "an integer"),
    "md5_checksum": (None, "null unless asked for"),
    "state": ("finished", "its state"),
    "privacy": (False, "echoes private"),
    "id": (INTEGER, "its id"),
    "job_id": (INTEGER, "the job's id: only here"),
}
S.members(
    "input",
    INPUT,
    "",
    {
        **FACTS,
        "url": ("s3://stepcoder-upload-bucket/in/film.mp4", "as it was given"),
        "duration_in_ms": (about(12000, 50), "its duration"),
        "width": (320, "an integer"),
        "height": (180, "an integer"),
    },
)
S.members(
    "output",
    OUTPUT,
    "",
    {
        **FACTS,
        "label": ("web", "its label"),
        "url": ("http://stepcoder-output-bucket.s3.amazonaws.com/film/web.mp4", "as in the job's details"),
        "duration_in_ms": (about(1000, 60), "its duration"),
        "width": (160, "an integer"),
        "height": (90, "an integer"),
        "thumbnails": (LIST, "its thumbnails, by set"),
        "thumbnails.0.label": ("poster", "the set's label"),
        "thumbnails.0.images": ([{}, {}], "the set's images"),
        "thumbnails.0.images.0.url": (matches(r".*/film/stills/frame_0000\.jpg"), "where it is"),
        "thumbnails.0.images.0.format": ("JPG", "in capitals"),
        "thumbnails.0.images.0.file_size_bytes": (INTEGER, "its size; here without in_"),
        "thumbnails.0.images.0.dimensions": ("160x90", "width x height"),
    },
)
S.rule(
    "input-flat", "an input's details have no wrapper", INPUT, answers(200), lacks("input", "input_media_file", "job")
)
S.rule(
    "output-flat",
    "an output's details have no wrapper",
    OUTPUT,
    answers(200),
    lacks("output", "output_media_files", "job"),
)
S.rule("input-size-name", "only the one name of the size", INPUT, lacks("file_size_bytes"))
S.rule("output-size-name", "only the one name of the size", OUTPUT, lacks("file_size_bytes"))
S.rule(
    "input-no-error", "error members are for failed inputs", INPUT, lacks("error_class", "error_message", "error_link")
)
S.rule(
    "output-no-error",
    "error members are for failed outputs",
    OUTPUT,
    lacks("error_class", "error_message", "error_link"),
)
S.rule(
    "output-no-backup",
    "fallback members are absent when not needed",
    OUTPUT,
    lacks("backup_server_used", "primary_upload_error_message"),
)
S.rule("png", "PNG", get("/outputs/{film.3}"), at("thumbnails.0.images.0.format", "PNG"))
S.rule("no-set-label", "a set without a label", get("/outputs/{film.3}"), at("thumbnails.0.label", None))
S.rule("no-thumbnails", "without thumbnails: an empty array", get("/outputs/{film.sound}"), at("thumbnails", []))
S.rule(
    "input-failed-class",
    "a failed input: error_class",
    get("/inputs/{broken.input}"),
    at("error_class", "NoMediaError"),
)
S.rule(
    "input-failed-message",
    "a failed input: error_message",
    get("/inputs/{broken.input}"),
    at("error_message", SENTENCE),
)
S.rule(
    "output-failed-class",
    "a failed output: error_class",
    get("/outputs/{half.late}"),
    at("error_class", "NoMediaError"),
)
S.rule(
    "output-failed-message",
    "a failed output: error_message",
    get("/outputs/{half.late}"),
    at("error_message", SENTENCE),
)
S.rule(
    "output-failed-link",
    "a failed output: error_link ends in the class",
    get("/outputs/{half.late}"),
    at("error_link", matches(r"https?://.*/NoMediaError")),
)
S.rule("input-unknown", "unknown: 404", get("/inputs/1"), answers(404), errors())
S.rule("output-unknown", "unknown: 404", get("/outputs/1"), answers(404), errors())
S.rule("input-before", "before it is inspected: null", get("/inputs/{held.input}"), at("width", None))
S.rule("output-before", "before it is encoded: null", get("/outputs/{held.web}"), at("width", None))
S.rule(
    "output-running",
    "while it encodes: its state",
    lambda scene: interrupted(scene).working["output"],
    at("state", "processing"),
)
S.rule(
    "output-temporary",
    "temporary storage: the link is a fresh one",
    get("/outputs/{film.3}"),
    at("url", matches(r"https?://.*X-Amz-Signature=.*")),
)
S.rule("output-label-null", "label may be null", get("/outputs/{film.3}"), at("label", None))


@S.seen("agrees", "one medium has the same facts in both places")
def agrees(scene: Scene) -> None:
    job = scene.send(get("/jobs/{film}")).document["job"]
    for alone, within in ((INPUT, job["input_media_file"]), (OUTPUT, job["output_media_files"][0])):
        found = scene.send(alone).document
        shared = set(found) & set(within) - {"thumbnails"}
        assert len(shared) >= 15 and {name: found[name] for name in shared} == {name: within[name] for name in shared}
        assert found["file_size_in_bytes"] == within["file_size_bytes"]


S.rule("output-format-text", "format is never the request's word", get("/outputs/{film.hls}"), at("format", "mpeg-ts"))
S.rule(
    "input-password",
    "an input's password is not told",
    get("/inputs/{InvalidUsernameOrPasswordError.input}"),
    at("url", matches(r"http://ada:(?!wrong).*@127.*")),
    ours=True,
)
S.rule(
    "output-url-text",
    "url is there while it encodes",
    lambda scene: interrupted(scene).working["output"],
    at("url", TEXT),
)
