"""What VideoSDK's clients send and get, as schemas (videosdk-encoder-api 4–10). The calls are videosdk.py."""

from __future__ import annotations

from scripts.openapi.operation import Json
from stepcoder.dialects.videosdk.resolutions import ALLOWED
from stepcoder.dialects.zencoder.schemas.shapes import COUNT, TEXT, Schema, hash_of, list_of, named, one_of, told

ID: Schema = {"type": "string", "pattern": "^[0-9a-f]{24}$", "example": "64a1f0d0e4b0a1b2c3d4e600"}
TIME: Schema = {"type": "string", "format": "date-time", "example": "2026-01-02T03:04:05.000Z"}
_URL: Schema = {"type": "string", "format": "uri"}
_RESOLUTIONS = list_of({"type": ["string", "integer"]}, f"Short sides: {ALLOWED}; echoed as they are spelled.")
_SIZE = hash_of({"width": {"type": ["integer", "null"]}, "height": {"type": ["integer", "null"]}})
_PRESET = {"format": one_of(("hls", "mp4")), "resolutions": _RESOLUTIONS}
_THUMBNAIL = {
    "timestamp": {"type": "string", "pattern": "^[0-9]{2}:[0-5][0-9]:[0-5][0-9]$"},
    "resolutions": _RESOLUTIONS,
    "formats": list_of(one_of(("jpg", "webp"))),
    "filters": list_of(one_of(("none", "blur"))),
}
_USER_DATA: Schema = {"type": "object", "description": "Kept and echoed; at most 16 KiB."}
_META = hash_of(
    {
        "format": {"type": ["string", "null"]},
        "resolution": _SIZE,
        "duration": {"type": ["number", "null"], "description": "Seconds."},
        "filter": told(TEXT, "of images: our addition"),
        "timestamp": told(TEXT, "of images: our addition"),
    },
    optional=("resolution", "duration", "filter", "timestamp"),
)

SCHEMAS: dict[str, Json] = {
    "JobRequest": hash_of(
        {
            "videoId": told(ID, "of an uploaded file; this or videoUrl"),
            "videoUrl": told(TEXT, "of a source elsewhere; this or videoId"),
            "presets": {**list_of(hash_of(_PRESET)), "minItems": 1},
            "thumbnails": list_of(hash_of(_THUMBNAIL, optional=("filters",))),
            "webhookUrl": _URL,
            "userData": _USER_DATA,
        },
        optional=("videoId", "videoUrl", "thumbnails", "webhookUrl", "userData"),
    ),
    "Job": hash_of(
        {
            "id": ID,
            "status": one_of(("queued", "processing", "completed", "failed")),
            "videoId": ID,
            "videoUrl": TEXT,
            "presets": list_of(hash_of({"id": ID, **_PRESET})),
            "thumbnails": list_of(hash_of({"id": ID, **_THUMBNAIL}, optional=("filters",))),
            "webhookUrl": _URL,
            "userData": _USER_DATA,
            "files": list_of(named("File"), "once the job has ended"),
            "error": hash_of({"code": TEXT, "message": TEXT}, "Of a job that failed: our addition."),
            "warnings": list_of(TEXT, "what was left out, and why: our addition"),
            "createdAt": TIME,
            "updatedAt": TIME,
            "startedAt": TIME,
            "finishedAt": TIME,
        },
        "A job. Webhooks bring the same, signed by the Standard Webhooks headers.",
        optional=(
            *("videoId", "videoUrl", "thumbnails", "webhookUrl", "userData", "files", "error", "warnings"),
            *("startedAt", "finishedAt"),
        ),
    ),
    "File": hash_of(
        {
            "id": ID,
            "type": one_of(("video", "image", "x-tar"), "x-tar is an HLS folder."),
            "meta": _META,
            "jobId": {**ID, "type": ["string", "null"]},
            "filePath": TEXT,
            "fileUrl": told(TEXT, "where it can be fetched, without a login; take it as it is"),
            "size": told(COUNT, "bytes; of an HLS folder, of its tar archive"),
            "presetId": ID,
            "thumbnailId": ID,
            "resolution": {"type": ["string", "integer"], "description": "As the preset spelled it."},
            "createdAt": TIME,
            "updatedAt": TIME,
        },
        "A file, uploaded or made by a job.",
        optional=("presetId", "thumbnailId", "resolution"),
    ),
    "Invitation": hash_of(
        {
            "url": told(_URL, "where a form with the part file can be posted, with the token"),
            "uploadUrl": told(_URL, "where a larger file can be posted, without the token: the fields, then the file"),
            "fields": {"type": "object", "additionalProperties": TEXT},
            "fileId": told(ID, "what that file will be called"),
            "expiresAt": TIME,
        },
        "Where to send a file.",
    ),
    "Error": hash_of(
        {
            "message": TEXT,
            "statusCode": {"type": "integer"},
            "errors": list_of(hash_of({"path": TEXT, "code": TEXT, "message": TEXT})),
            "status": told(TEXT, "of the job that can't be deleted"),
        },
        optional=("errors", "status"),
    ),
}


def page_of(name: str) -> Schema:
    """A page of a list."""
    whole: Schema = {"type": "integer", "minimum": 1}
    info = hash_of({"currentPage": whole, "perPage": whole, "lastPage": whole})
    return hash_of({"pageInfo": info, "data": list_of(named(name))}, "A page; there is no total.")
