"""The jobs that many rules look at. No rules here; what they read is sources.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.conformance.sources import VOCABULARY
from tests.conformance.wire import MAIN
from tests.journeys.client import TERMINAL

SMALL: dict[str, Any] = {"speed": 5, "width": 96, "clip_length": 1}
FOREIGN_WORDS = "Überfahrt · 日本 · 😀 <&>"
CLIP = "s3://{upload}/in/film.mp4"
NOISE = "s3://{upload}/in/noise.bin"


def has_ended(document: Any) -> bool:
    return document["job"]["state"] in TERMINAL


def is_downloading(document: Any) -> bool:
    return document["job"]["input_media_file"]["state"] == "processing"


@dataclass(frozen=True)
class Part:
    """A job, and when it is ready to be looked at. `endless`: it is cancelled when the scene ends."""

    body: dict[str, Any]
    key: str = MAIN
    base: str = "/api/v2"
    ready: Callable[[Any], bool] = has_ended
    seconds: float = 90
    endless: bool = False


def _failing(url: str, **members: Any) -> Part:
    return Part({"input": url, "output": dict(SMALL), **members})


def _inspected(clip: str) -> Part:
    """A job whose input is looked at and whose output can't be made: nothing is encoded."""
    return Part({"input": f"s3://{{upload}}/in/{clip}", "output": {"start_clip": 600}})


PARTS: dict[str, Part] = {
    "held": Part({"input": "{web}/slow.mp4", "output": {"label": "web"}}, ready=is_downloading, endless=True),
    "vain": _failing(NOISE, notifications=["{hook.vain}"]),
    "film": Part(
        {
            "input": CLIP,
            "pass_through": "asset-7",
            "grouping": "tv",
            "notifications": [
                "{hook.film-json}",
                {"url": "{hook.film-xml}", "format": "xml", "headers": {"X-Case": "42"}},
                "http://ada:love%20lace@{hookplace.film-basic}",
                "someone@example.com",
                "http://zencoderfetcher/",
            ],
            "outputs": [
                {
                    **SMALL,
                    "label": "web",
                    "url": "s3://{output}/film/web.mp4",
                    "width": 160,
                    "notifications": ["{hook.film-output}", {"url": "{hook.film-output-xml}", "format": "xml"}],
                    "thumbnails": {
                        "label": "poster",
                        "number": 2,
                        "format": "jpg",
                        "base_url": "s3://{output}/film/stills",
                    },
                },
                {**SMALL, "label": "hls", "type": "segmented", "url": "s3://{output}/film/hls/a.m3u8"},
                {**SMALL, "label": "sound", "url": "s3://{output}/film/sound.mp4", "skip_video": True},
                {**SMALL, "skip_audio": True, "thumbnails": {"number": 1, "format": "png"}},
            ],
        }
    ),
    "cut": Part(
        {
            "input": CLIP,
            "test": True,
            "pass_through": FOREIGN_WORDS,
            "output": {"speed": 5, "width": 96, "url": "s3://{output}/cut.mp4"},
        }
    ),
    "practised": Part({"input": CLIP, "output": {"speed": 5, "width": 96}}, key="{key.integration}"),
    "broken": _failing(
        NOISE,
        private=True,
        notifications=["{hook.broken}"],
        output={"url": "s3://{output}/broken.mp4", "label": "web", "notifications": "{hook.broken-output}"},
    ),
    "half": _failing(
        CLIP,
        outputs=[
            {**SMALL, "label": "late", "start_clip": 60, "notifications": ["{hook.half-late}"]},
            {**SMALL, "label": "good", "url": "s3://{output}/half/good.mp4"},
        ],
    ),
    "rescued": _failing(
        CLIP,
        notifications=["{hook.rescued}"],
        output={**SMALL, "label": "web", "url": "s3://there-is-no-such-bucket/a.mp4"},
    ),
    "second": _failing(
        CLIP,
        output={
            **SMALL,
            "url": "s3://there-is-no-such-bucket/a.mp4",
            "secondary_url": "s3://{output}/second/a.mp4",
        },
    ),
    "stills": _failing(
        CLIP,
        output={
            **SMALL,
            "url": "s3://{output}/stills/a.mp4",
            "thumbnails": {"number": 1, "base_url": "s3://there-is-no-such-bucket/stills"},
        },
    ),
    "old": Part(
        {
            "input": CLIP,
            "notifications": ["{hook.old-job}"],
            "outputs": [
                {**SMALL, "label": "web", "url": "s3://{output}/old/a.mp4", "notifications": ["{hook.old}"]},
                {
                    **SMALL,
                    "label": "web",
                    "url": "s3://{output}/old/b.mp4",
                    "notifications": [{"url": "{hook.old-format}", "format": "json"}],
                },
            ],
        },
        base="/api/v1",
    ),
    "checked": _failing(CLIP, expected_md5_checksum="{md5.film}"),
    "large": Part({"input": "s3://{upload}/in/large", "output": {"speed": 5}}),
    "endless": _failing("s3://{upload}/in/endless"),
    "rotated": Part({"input": "s3://{upload}/in/rotated", "output": {**SMALL, "width": 90}}),
    "odd": Part({"input": CLIP, "output": {**SMALL, "width": 99}}),
    "many": Part(
        {
            "input": CLIP,
            "output": {
                "speed": 5,
                "width": 96,
                "thumbnails": {"number": 101, "width": 32, "format": "jpg", "base_url": "s3://{output}/many"},
            },
        }
    ),
    "tiny": Part({"input": CLIP, "output": {**SMALL, "width": 1}}),
    "moved": Part({"input": "{web}/elsewhere.mp4", "output": {"start_clip": 600}}),
    "sloppy": _failing(
        "s3://{upload}/in/mono",
        colour="red",
        width=640,
        output={"start_clip": 600, "tint": 3, "pass_through": "here"},
        pass_through=42,
    ),
    **{f"vocabulary-{clip}": _inspected(clip) for clip in VOCABULARY},
    "ChecksumMismatchError": _failing(CLIP, expected_md5_checksum="0" * 32),
    "DownloadAccessDeniedError": _failing("{web}/forbidden"),
    "DownloadFailureError": _failing("http://nothing.invalid/a.mp4"),
    "FileNotFoundError": _failing("s3://{upload}/in/nothing.mp4"),
    "mended": _failing("s3://{upload}/in/later.mp4"),
    "FileNotFoundError-server": _failing("{web}/teapot"),
    "FilePermanentlyMovedError": _failing("{web}/moved"),
    "InvalidDownloadedFileTypeError": _failing("{web}/page"),
    "InvalidUsernameOrPasswordError": _failing("http://ada:wrong@{webhost}/members"),
    "NoMediaError": _failing("s3://{upload}/in/empty.mp4"),
    "QuicktimeReferenceError": _failing("s3://{upload}/in/external_data.mp4"),
    "S3BucketNotFoundError": _failing("s3://there-is-no-such-bucket/a.mp4"),
    "TruncatedFileError": _failing("s3://{upload}/in/truncated_payload.mp4"),
    "UnreadableFileError": _failing("s3://{upload}/in/scrambled_payload.mp4"),
    "UnsupportedCodecError": _failing("s3://{upload}/in/unknown_codec.mp4"),
    "UnsupportedEncodingError": _failing("s3://{upload}/in/playlist_of_local_file.mp4"),
    "UnsupportedEncryptionError": _failing("s3://{upload}/in/encrypted.mp4"),
}
