"""Schemas of inputs, outputs and thumbnails (zencoder-api 2.3, 2.7). Their documents are made by ../media.py."""

from __future__ import annotations

from collections.abc import Mapping

from stepcoder.dialects.zencoder.schemas.shapes import (
    COUNT,
    ID,
    TEXT,
    TIME,
    YES_NO,
    Schema,
    hash_of,
    list_of,
    named,
    one_of,
    or_null,
    told,
)
from stepcoder.states import INPUT_STATES, OUTPUT_STATES

_STATE_OF_INPUT = one_of(INPUT_STATES)
_STATE_OF_OUTPUT = one_of(OUTPUT_STATES)
# Hidden from holders of a read-only key, who get null (1.2).
_URL = told(or_null(TEXT), "null for a read-only key")
_SIZE = or_null(told(COUNT, "bytes"))

_FORMAT: Mapping[str, Schema] = {"format": or_null(told(TEXT, "container as found in the file, e.g. mpeg4, mpeg-ts"))}
_DURATION: Mapping[str, Schema] = {"duration_in_ms": or_null(COUNT)}
_STREAMS: Mapping[str, Schema] = {
    "video_codec": or_null(TEXT),
    "width": or_null(COUNT),
    "height": or_null(COUNT),
    "frame_rate": or_null({"type": "number", "minimum": 0}),
    "video_bitrate_in_kbps": or_null(COUNT),
    "audio_codec": or_null(TEXT),
    "audio_bitrate_in_kbps": or_null(COUNT),
    "audio_sample_rate": or_null(COUNT),
    "channels": or_null(told({"type": "string", "pattern": r"^\d+$"}, "a number, as text")),
    "total_bitrate_in_kbps": or_null(COUNT),
}
_CHECKSUM: Mapping[str, Schema] = {"md5_checksum": or_null({"type": "string", "pattern": "^[0-9a-f]{32}$"})}
FACTS: Mapping[str, Schema] = {**_FORMAT, **_DURATION, "file_size_in_bytes": _SIZE, **_STREAMS, **_CHECKSUM}
_JOB_FACTS: Mapping[str, Schema] = {**_FORMAT, **_DURATION, "file_size_bytes": _SIZE, **_STREAMS, **_CHECKSUM}

_CIRCUMSTANCES: Mapping[str, Schema] = {
    "error_class": or_null(TEXT),
    "error_message": or_null(TEXT),
    "privacy": YES_NO,
    "test": YES_NO,
    "created_at": TIME,
    "updated_at": TIME,
    "finished_at": or_null(TIME),
}
FAILURE: Mapping[str, Schema] = {
    "error_class": told(TEXT, "only of what failed"),
    "error_message": told(or_null(TEXT), "only of what failed; null for a read-only key"),
    "error_link": told(TEXT, "only of what failed; ends in the error's class"),
}
_SENTENCE = told(or_null(TEXT), "null for a read-only key")
# Only of outputs that could not be delivered to their own place (4.4).
FALLBACK: Mapping[str, Schema] = {
    "backup_server_used": told(YES_NO, "only of outputs that are not at their own place but at `url`"),
    "primary_upload_error_message": _SENTENCE,
    "primary_upload_error_link": TEXT,
    "primary_thumbnail_upload_error_message": _SENTENCE,
    "primary_thumbnail_upload_error_link": TEXT,
}

_IMAGE = hash_of(
    {
        "url": _URL,
        "format": or_null(told(TEXT, "in capitals")),
        "file_size_bytes": _SIZE,
        "dimensions": told({"type": "string", "pattern": r"^\d+x\d+$"}, "width and height"),
    }
)

MEDIA: Mapping[str, Schema] = {
    "InputMediaFile": hash_of(
        {
            "id": ID,
            "url": _URL,
            "state": _STATE_OF_INPUT,
            **_JOB_FACTS,
            "audio_tracks": or_null(told({"type": "string", "pattern": r"^\d+$"}, "a number, as text")),
            **_CIRCUMSTANCES,
        },
        "The source, as the details of its job show it. What was not measured yet is null.",
    ),
    "OutputMediaFile": hash_of(
        {
            "id": ID,
            "label": or_null(TEXT),
            "url": _URL,
            "state": _STATE_OF_OUTPUT,
            **_JOB_FACTS,
            "fragment_duration_in_ms": or_null(COUNT),
            "rfc_6381_video_codec": or_null(TEXT),
            "rfc_6381_audio_codec": or_null(TEXT),
            **_CIRCUMSTANCES,
            **FALLBACK,
        },
        "An output, as the details of its job show it.",
        optional=FALLBACK,
    ),
    "Thumbnail": hash_of(
        {
            "id": ID,
            "url": _URL,
            "format": or_null(TEXT),
            "width": or_null(COUNT),
            "height": or_null(COUNT),
            "file_size_bytes": _SIZE,
            "group_label": told(or_null(TEXT), "the label of its set"),
            "created_at": TIME,
            "updated_at": TIME,
        }
    ),
    "ThumbnailSet": hash_of({"label": or_null(TEXT), "images": list_of(_IMAGE)}),
    "InputDetails": hash_of(
        {"id": ID, "job_id": ID, "url": _URL, "state": _STATE_OF_INPUT, "privacy": YES_NO, **FACTS, **FAILURE},
        "Unlike in the details of a job, the size is `file_size_in_bytes`.",
        optional=FAILURE,
    ),
    "OutputDetails": hash_of(
        {
            "id": ID,
            "job_id": ID,
            "label": or_null(TEXT),
            "url": _URL,
            "state": _STATE_OF_OUTPUT,
            "privacy": YES_NO,
            **FACTS,
            "thumbnails": list_of(named("ThumbnailSet")),
            **FAILURE,
            **FALLBACK,
        },
        "Unlike in the details of a job, the size is `file_size_in_bytes` and thumbnails come in sets.",
        optional={**FAILURE, **FALLBACK},
    ),
}
