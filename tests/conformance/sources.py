"""What the jobs of the cast read: clips in a bucket, and pages of a web server, some of them bad or slow."""

from __future__ import annotations

import hashlib
import threading
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

from tests.clips import source
from tests.clips.cache import ensure
from tests.clips.recipes import Recipe, film
from tests.core.net.servers import Handler, Route, ranged, redirect, status, whole

if TYPE_CHECKING:
    from tests.conformance.scene import Scene

_GOOD = {"film.mp4": "cfr_25", "noise.bin": "noise", "rotated": "rotated"}
_BROKEN = (
    "empty",
    "external_data",
    "truncated_payload",
    "scrambled_payload",
    "unknown_codec",
    "playlist_of_local_file",
    "encrypted",
)


# One second larger than HD, and two frames that are more than a day apart.
OWN = {
    "large": Recipe("mp4", film(Fraction(25), 25, audio=(), then="scale=2048:1152")),
    "endless": Recipe("mkv", film(Fraction(25), 2, audio=(), then="setpts=N*90000/TB")),
}
VOCABULARY = ("flv", "webm", "mkv", "h264_ts", "mp3", "wmv", "ogg", "hevc", "surround", "mono")


@cache
def md5_of(key: str) -> str:
    """The checksum of a clip that is in the bucket under this name."""
    return hashlib.md5(source(_GOOD[key]).read_bytes(), usedforsecurity=False).hexdigest()


def set_out_sources(scene: Scene) -> None:
    """Upload the clips and set up the pages that sources are fetched from."""
    names = _GOOD | {f"{name}.mp4": name for name in _BROKEN} | {name: name for name in VOCABULARY}
    files = {key: source(clip) for key, clip in names.items()} | {name: ensure(name, OWN) for name in OWN}
    for key, file in files.items():
        scene.customer.s3.upload_file(str(file), scene.ready.upload_bucket, f"in/{key}")
    scene.web.routes |= {
        "/film.mp4": ranged(source("cfr_25").read_bytes()),
        "/slow.mp4": slow(scene.over),
        "/forbidden": status(403),
        "/teapot": status(418),
        "/members": status(401),
        "/moved": status(301),
        "/elsewhere.mp4": redirect(scene.web.url("/film.mp4")),
        "/page": whole(source("html").read_bytes(), {"Content-Type": "text/html"}),
    }


def slow(over: threading.Event) -> Route:
    """A film of 4 MB that comes at a few kilobytes a second and knows no ranges. When it is over it is gone."""

    def route(handler: Handler) -> None:
        if over.is_set():
            return handler.answer(404)
        handler.send_response(200)
        handler.send_header("Content-Type", "video/mp4")
        handler.send_header("Content-Length", str(4 << 20))
        handler.end_headers()
        handler.wfile.write(source("cfr_25").read_bytes()[: 256 << 10])
        while not over.wait(0.25):
            handler.wfile.write(bytes(1024))
        return handler.hang_up()

    return route
