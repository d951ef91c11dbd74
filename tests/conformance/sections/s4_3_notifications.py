"""Section 4.3, first part: what is delivered: headers and payloads, JSON and XML, member by member."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.conformance.kinds import INTEGER, SENTENCE, TIME, about, matches
from tests.conformance.rules import Section
from tests.conformance.scene import Scene
from tests.conformance.wire import Reply, at, element, header, lacks, only

S = Section("4.3", "Notifications: payloads")


def told(hook: str) -> Callable[[Scene], Reply]:
    return lambda scene: scene.told(hook)


JOB, OUTPUT, XML = told("film-json"), told("film-output"), told("film-xml")

S.rule("type-json", "Content-Type: application/json", JOB, header("Content-Type", "application/json"))
S.rule("type-xml", "Content-Type: application/xml", XML, header("Content-Type", matches("application/xml.*")))
S.rule("agent", "a User-Agent", JOB, header("User-Agent", matches(".+")))
S.rule("agent-xml", "also with XML", XML, header("User-Agent", matches(".+")))
S.rule(
    "secret", "X-Zencoder-Notification-Secret", JOB, header("X-Zencoder-Notification-Secret", matches("[0-9a-f]{40}"))
)
S.rule("secret-output", "on every delivery", OUTPUT, header("X-Zencoder-Notification-Secret", matches("[0-9a-f]{40}")))
S.rule("headers", "custom headers", XML, header("X-Case", "42"))
S.rule("no-headers", "only where they were asked for", JOB, at("job.id", INTEGER), header("X-Case", None))
S.rule(
    "basic",
    "basic auth from the URL, percent-encoding undone",
    told("film-basic"),
    header("Authorization", "Basic YWRhOmxvdmUgbGFjZQ=="),
)
S.rule("signature-id", "webhook-id", JOB, header("webhook-id", matches(".+")), ours=True)
S.rule("signature-time", "webhook-timestamp", JOB, header("webhook-timestamp", matches(r"\d{10}")), ours=True)
S.rule("signature", "webhook-signature", JOB, header("webhook-signature", matches("v1,.+")), ours=True)

S.rule("job-members", "a job's payload: job, input, outputs", JOB, only("job", "input", "outputs"))
S.rule("output-members", "an output's payload: job, input, output", OUTPUT, only("job", "input", "output"))
S.members(
    "job",
    JOB,
    "job",
    {
        "id": (INTEGER, "the job's id"),
        "state": ("finished", "its state"),
        "pass_through": ("asset-7", "what was passed through"),
        "test": (False, "whether it is a test"),
        "created_at": (TIME, "a time"),
        "submitted_at": (TIME, "a time"),
        "updated_at": (TIME, "a time"),
    },
)
FACTS: dict[str, tuple[Any, str]] = {
    "id": (INTEGER, "its id"),
    "state": ("finished", "its state"),
    "format": ("mpeg4", "the container"),
    "file_size_in_bytes": (INTEGER, "its size, with in_"),
    "frame_rate": (25, "a number"),
    "video_codec": ("h264", "the video codec"),
    "video_bitrate_in_kbps": (INTEGER, "an integer"),
    "audio_codec": ("aac", "the audio codec"),
    "audio_bitrate_in_kbps": (INTEGER, "an integer"),
    "audio_sample_rate": (INTEGER, "an integer"),
    "channels": ("2", "a string"),
    "total_bitrate_in_kbps": (INTEGER, "an integer"),
    "md5_checksum": (None, "null unless asked for"),
}
MADE = {
    **FACTS,
    "label": ("web", "its label"),
    "url": ("http://stepcoder-output-bucket.s3.amazonaws.com/film/web.mp4", "where it is"),
    "duration_in_ms": (about(1000, 60), "its duration"),
    "width": (160, "an integer"),
    "height": (90, "an integer"),
    "thumbnails": ([{"label": "poster", "images": [{}, {}]}], "grouped by set"),
    "thumbnails.0.images.0.url": (matches(r".*/film/stills/frame_0000\.jpg"), "where it is"),
    "thumbnails.0.images.0.format": ("JPG", "in capitals"),
    "thumbnails.0.images.0.file_size_bytes": (INTEGER, "its size, without in_"),
    "thumbnails.0.images.0.dimensions": ("160x90", "width x height"),
}
S.members(
    "input",
    JOB,
    "input",
    {
        **FACTS,
        "duration_in_ms": (about(12000, 50), "its duration"),
        "width": (320, "an integer"),
        "height": (180, "an integer"),
    },
)
S.members("outputs", JOB, "outputs.0", MADE)
S.members("output", OUTPUT, "output", MADE)
S.rule(
    "outputs-all",
    "all outputs, in the order of the request",
    JOB,
    at("outputs", [{"label": "web"}, {"label": "hls"}, {"label": "sound"}, {"label": None}]),
)
S.rule("input-no-url", "the input's URL is not told", JOB, lacks("url", inside="input"))
S.rule("output-no-url", "in an output's payload neither", OUTPUT, lacks("url", inside="input"))
S.rule("size-name", "only the one name of the size", JOB, lacks("file_size_bytes", inside="outputs.0"))
S.rule(
    "no-error",
    "error members only where something failed",
    JOB,
    lacks("error_message", "error_link", inside="outputs.0"),
)
S.rule("no-fallback", "fallback members only where it was needed", JOB, lacks("backup_server_used", inside="outputs.0"))
S.rule("output-job", "an output's payload has the same job", OUTPUT, at("job.pass_through", "asset-7"))
S.rule("output-input", "and the same input", OUTPUT, at("input.width", 320))

S.rule("xml-root", "XML: the root is notification", XML, element("notification"), ours=True)
S.rule("xml-job", "XML: the same tree: job", XML, element("notification/job/state", "finished"))
S.rule("xml-pass-through", "XML: pass_through", XML, element("notification/job/pass_through", "asset-7"))
S.rule("xml-input", "XML: input", XML, element("notification/input/width", "320", type="integer"))
S.rule("xml-outputs", "XML: arrays are typed", XML, element("notification/outputs", type="array"))
S.rule("xml-output", "XML: outputs/output", XML, element("notification/outputs/output/label", "web"))
S.rule("xml-nil", "XML: null", XML, element("notification/outputs/output/md5_checksum", "", nil="true"))
S.rule(
    "xml-images",
    "XML: thumbnails",
    XML,
    element("notification/outputs/output/thumbnails/thumbnail/images/image/dimensions", "160x90"),
    ours=True,
)
S.rule(
    "xml-output-payload",
    "XML: an output's payload",
    told("film-output-xml"),
    element("notification/output/state", "finished"),
)
S.rule("xml-secret", "XML: the secret too", XML, header("X-Zencoder-Notification-Secret", matches("[0-9a-f]{40}")))

BROKEN, LATE = told("broken"), told("half-late")
S.rule("failed-job", "a failed job: state", BROKEN, at("job.state", "failed"))
S.rule("failed-input-state", "a failed input: state", BROKEN, at("input.state", "failed"))
S.rule("failed-input-message", "a failed input: error_message", BROKEN, at("input.error_message", SENTENCE))
S.rule(
    "failed-input-link",
    "a failed input: error_link ends in the class",
    BROKEN,
    at("input.error_link", matches("https?://.*/NoMediaError")),
)
S.rule("failed-input-output", "its outputs had no input", BROKEN, at("outputs.0.state", "no_input"))
S.rule("no-input-output", "whose targets are told", told("broken-output"), at("output.state", "no_input"))
S.rule("failed-output", "a failed output: state", LATE, at("output.state", "failed"))
S.rule("failed-output-message", "a failed output: error_message", LATE, at("output.error_message", SENTENCE))
S.rule(
    "failed-output-link",
    "a failed output: error_link",
    LATE,
    at("output.error_link", matches("https?://.*/NoMediaError")),
)
S.rule("failed-output-known", "plus what else is known", LATE, at("output.label", "late"))
S.rule("v1", "V1: the minimal payload", told("old"), only("job", "output"))
S.rule("v1-output", "V1: output's members", told("old"), only("id", "label", "url", "state", inside="output"))
