"""Inputs, outputs and thumbnails as Zencoder documents (zencoder-api 2.3 and 2.7). Rendering only.

The same facts have two spellings: inside a job's details the size is `file_size_bytes` and thumbnails are a flat list
with `group_label`; in the details of one input or output, and in notifications, the size is `file_size_in_bytes` and
thumbnails are grouped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stepcoder.dialects.zencoder.urls import without_password

if TYPE_CHECKING:
    from stepcoder.records.model import Input, Output

Document = dict[str, Any]

_VIDEO_FACTS = ("video_codec", "width", "height", "frame_rate", "video_bitrate_in_kbps")
_AUDIO_FACTS = ("audio_codec", "audio_bitrate_in_kbps", "audio_sample_rate", "channels")
# Wire names that differ from the names of facts, and facts whose wire type is a string.
_FACT_OF = {"file_size_in_bytes": "file_size_bytes"}
_STRINGS = frozenset({"channels", "audio_tracks"})

_JOB_FACTS = ("format", "duration_in_ms", "file_size_bytes", *_VIDEO_FACTS, *_AUDIO_FACTS, "total_bitrate_in_kbps")
_JOB_INPUT_FACTS = (*_JOB_FACTS, "audio_tracks", "md5_checksum")
_JOB_OUTPUT_FACTS = (
    *_JOB_FACTS,
    "fragment_duration_in_ms",
    "rfc_6381_video_codec",
    "rfc_6381_audio_codec",
    "md5_checksum",
)
DETAIL_FACTS = (
    "format",
    "duration_in_ms",
    "file_size_in_bytes",
    *_VIDEO_FACTS,
    *_AUDIO_FACTS,
    "total_bitrate_in_kbps",
    "md5_checksum",
)


def input_media_file(source: Input) -> Document:
    """The `input_media_file` of a job's details."""
    identity = {"id": source.id, "url": without_password(source.url), "state": source.state}
    return {**identity, **facts_of(source, _JOB_INPUT_FACTS), **_circumstances(source)}


def output_media_file(output: Output) -> Document:
    """One of the `output_media_files` of a job's details."""
    identity = {"id": output.id, "label": output.label, "url": output.url, "state": output.state}
    return {**identity, **facts_of(output, _JOB_OUTPUT_FACTS), **_circumstances(output), **backup(output)}


def input_details(source: Input) -> Document:
    """The answer to GET /inputs/:id: flat."""
    return {
        "id": source.id,
        "job_id": source.job_id,
        "url": without_password(source.url),
        "state": source.state,
        "privacy": source.private,
        **facts_of(source, DETAIL_FACTS),
        **failure(source),
    }


def output_details(output: Output) -> Document:
    """The answer to GET /outputs/:id: flat."""
    return {
        "id": output.id,
        "job_id": output.job_id,
        "label": output.label,
        "url": output.url,
        "state": output.state,
        "privacy": output.private,
        **facts_of(output, DETAIL_FACTS),
        "thumbnails": grouped_thumbnails(output),
        **failure(output),
        **backup(output),
    }


def facts_of(medium: Input | Output, names: tuple[str, ...]) -> Document:
    """The named facts, null where nothing was measured."""
    return {name: _wire_value(name, medium.facts.get(_FACT_OF.get(name, name))) for name in names}


def failure(medium: Input | Output) -> Document:
    """The members that only failed inputs and outputs have."""
    if medium.error_class is None:
        return {}
    return {
        "error_class": medium.error_class,
        "error_message": medium.error_message,
        "error_link": _link(medium.error_class),
    }


def backup(output: Output) -> Document:
    """The members that only outputs have which could not be delivered to their own place (4.4)."""
    if not output.fallback:
        return {}
    shown: Document = {"backup_server_used": True}
    for what, prefix in (("upload", "primary_upload"), ("thumbnails", "primary_thumbnail_upload")):
        if what in output.fallback:
            error_class, message = output.fallback[what]
            shown |= {f"{prefix}_error_message": message, f"{prefix}_error_link": _link(error_class)}
    return shown


def _link(error_class: str) -> str:
    # Clients take the class from the last segment (4.3).
    return f"https://app.zencoder.com/docs/errors/{error_class}"


def flat_thumbnails(output: Output) -> list[Document]:
    """An output's thumbnails as a job's details list them."""
    return [
        {
            # Stills have no counter of their own: what their output's id makes unique is an id.
            "id": still.get("id") or output.id * 1_000_000 + position,
            "url": still.get("url"),
            "format": still.get("format"),
            "width": still.get("width"),
            "height": still.get("height"),
            "file_size_bytes": still.get("file_size_bytes"),
            "group_label": still.get("label"),
            "created_at": still.get("created_at") or output.finished_at or output.updated_at,
            "updated_at": still.get("updated_at") or output.finished_at or output.updated_at,
        }
        for position, still in enumerate(output.thumbnails, start=1)
    ]


def grouped_thumbnails(output: Output) -> list[Document]:
    """An output's thumbnails by set, in the order the sets were made."""
    groups: dict[str | None, list[Document]] = {}
    for still in output.thumbnails:
        groups.setdefault(still.get("label"), []).append(_image(still))
    return [{"label": label, "images": images} for label, images in groups.items()]


def _image(still: Document) -> Document:
    return {
        "url": still.get("url"),
        "format": str(still.get("format") or "").upper() or None,
        "file_size_bytes": still.get("file_size_bytes"),
        "dimensions": f"{still.get('width')}x{still.get('height')}",
    }


def _circumstances(medium: Input | Output) -> Document:
    return {
        "error_class": medium.error_class,
        "error_message": medium.error_message,
        "privacy": medium.private,
        "test": medium.test,
        "created_at": medium.created_at,
        "updated_at": medium.updated_at,
        "finished_at": medium.finished_at,
    }


def _wire_value(name: str, value: Any) -> Any:
    return str(value) if name in _STRINGS and value is not None else value
