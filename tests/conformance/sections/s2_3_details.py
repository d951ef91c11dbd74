"""Section 2.3, first part: a job's details, field by field. The job `film` is finished."""

from __future__ import annotations

from typing import Any

from tests.conformance.kinds import (
    HASH,
    INTEGER,
    TIME,
    about,
    matches,
)
from tests.conformance.rules import Section
from tests.conformance.scene import Scene
from tests.conformance.wire import answers, at, get, only

S = Section("2.3", "GET /jobs/:id")
FILM = get("/jobs/{film}")
OUT = "http://stepcoder-output-bucket.s3.amazonaws.com/film/"

S.rule("wrapped", "all of it is inside job", FILM, answers(200), only("job"))
S.members(
    "job",
    FILM,
    "job",
    {
        "created_at": (TIME, "when it was accepted"),
        "submitted_at": (TIME, "when it was last submitted"),
        "updated_at": (TIME, "when it last changed"),
        "finished_at": (TIME, "when it ended"),
        "id": (INTEGER, "its id"),
        "pass_through": ("asset-7", "what the request passed through"),
        "privacy": (False, "echoes private"),
        "state": ("finished", "its state"),
        "test": (False, "whether it is a test job"),
        "input_media_file": (HASH, "its input"),
        "output_media_files": ([{}] * 4, "its outputs"),
        "thumbnails": ([{}] * 3, "the thumbnails of all its outputs"),
    },
)
INPUT: dict[str, tuple[Any, str]] = {
    "id": (INTEGER, "its id"),
    "url": ("s3://stepcoder-upload-bucket/in/film.mp4", "as it was given"),
    "state": ("finished", "its state"),
    "format": ("mpeg4", "the container as reported"),
    "duration_in_ms": (about(12000, 50), "its duration"),
    "file_size_bytes": (INTEGER, "its size; in job details without in_"),
    "video_codec": ("h264", "the video codec"),
    "width": (320, "an integer"),
    "height": (180, "an integer"),
    "frame_rate": (25, "a number"),
    "video_bitrate_in_kbps": (INTEGER, "an integer"),
    "audio_codec": ("aac", "the audio codec"),
    "audio_bitrate_in_kbps": (INTEGER, "an integer"),
    "audio_sample_rate": (48000, "an integer"),
    "audio_tracks": ("1", "a string"),
    "channels": ("2", "a string"),
    "total_bitrate_in_kbps": (INTEGER, "an integer"),
    "md5_checksum": (None, "null unless asked for"),
    "error_class": (None, "null unless it failed"),
    "error_message": (None, "null unless it failed"),
    "privacy": (False, "echoes private"),
    "test": (False, "whether the job is a test"),
    "created_at": (TIME, "a time"),
    "updated_at": (TIME, "a time"),
    "finished_at": (TIME, "a time"),
}
S.members("input", FILM, "job.input_media_file", INPUT)
OUTPUT: dict[str, tuple[Any, str]] = {
    "id": (INTEGER, "its id"),
    "label": ("web", "its label"),
    "url": (OUT + "web.mp4", "as in the answer to the creation"),
    "state": ("finished", "its state"),
    "format": ("mpeg4", "the container as reported, not as asked for"),
    "duration_in_ms": (about(1000, 60), "its duration"),
    "file_size_bytes": (INTEGER, "its size; in job details without in_"),
    "fragment_duration_in_ms": (None, "null unless fragmented"),
    "video_codec": ("h264", "the video codec"),
    "rfc_6381_video_codec": (matches("avc1\\.[0-9a-f]{6}"), "for CODECS attributes, lower case"),
    "width": (160, "an integer"),
    "height": (90, "an integer"),
    "frame_rate": (25, "a number"),
    "video_bitrate_in_kbps": (INTEGER, "an integer"),
    "audio_codec": ("aac", "the audio codec"),
    "rfc_6381_audio_codec": ("mp4a.40.2", "for CODECS attributes"),
    "audio_bitrate_in_kbps": (INTEGER, "an integer"),
    "audio_sample_rate": (INTEGER, "an integer"),
    "channels": ("2", "a string"),
    "total_bitrate_in_kbps": (INTEGER, "an integer"),
    "md5_checksum": (None, "null unless asked for"),
    "error_class": (None, "null unless it failed"),
    "error_message": (None, "null unless it failed"),
    "privacy": (False, "echoes private"),
    "test": (False, "whether the job is a test"),
    "created_at": (TIME, "a time"),
    "updated_at": (TIME, "a time"),
    "finished_at": (TIME, "a time"),
}
S.members("output", FILM, "job.output_media_files.0", OUTPUT)
S.members(
    "thumbnail",
    FILM,
    "job.thumbnails.0",
    {
        "id": (INTEGER, "an id of its own"),
        "url": (
            matches(r"https?://stepcoder-output-bucket\.s3\.amazonaws\.com/film/stills/frame_0000\.jpg"),
            "where it is",
        ),
        "format": ("jpg", "jpg or png"),
        "width": (160, "an integer"),
        "height": (90, "an integer"),
        "file_size_bytes": (INTEGER, "its size"),
        "group_label": ("poster", "the label of its set"),
        "created_at": (TIME, "a time"),
        "updated_at": (TIME, "a time"),
    },
)
S.rule("thumbnail-flat", "thumbnails are one flat list", FILM, at("job.thumbnails.1.group_label", "poster"))
S.rule(
    "thumbnail-no-label",
    "group_label is null for a set without a label",
    FILM,
    at("job.thumbnails.2.group_label", None),
)
S.rule("thumbnail-png", "png", FILM, at("job.thumbnails.2.format", "png"))


@S.seen("thumbnail-ids", "thumbnails' ids are unlike")
def thumbnail_ids(scene: Scene) -> None:
    ids = [each["id"] for each in scene.send(FILM).document["job"]["thumbnails"]]
    assert len(set(ids)) == 3
