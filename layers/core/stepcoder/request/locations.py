"""Where an output's files go: from url, base_url and filename to one place (reference 5.3, 5.4). Pure.

Randomness and the day are parameters. A place is decided once, when the job is accepted, and kept with the output.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from stepcoder.request.formats import extension_of
from stepcoder.request.output import OutputRequest
from stepcoder.request.packaging import package_format, package_name
from stepcoder.request.places import place_of, scheme_of, with_signature
from stepcoder.request.thumbnails import ThumbnailRequest
from stepcoder.storage import Place

TokenHex = Callable[[int], str]  # as secrets.token_hex: so many random bytes, in hex

_EXTENSIONS = {"mp4": "mp4", "ts": "ts", "fmp4": "mp4", "m3u8": "m3u8", "webvtt": "vtt", "dfxp": "dfxp", "scc": "scc"}


class Location(NamedTuple):
    """A file's place, or with a target ending in "/" a directory's."""

    target: str  # as storage.Place reads and writes it; with the login that the URL carried
    display_url: str  # as answers show it; for temporary storage the caller shows a presigned link instead
    temporary: bool


def resolve(output: OutputRequest, *, output_bucket: str, token_hex: TokenHex, day: date) -> Location:
    """Where the output's file goes; a segmented output's playlist, with its segments beside it.

    `url` wins, then `base_url` with `filename` or a random name; without either, temporary storage in `output_bucket`.
    """
    chosen = chosen_place(output)
    if chosen is not None:
        return chosen
    name = output.filename or _random_name(output, token_hex)
    if package_format(output) is not None:
        name = package_name(output, name)
    if output.base_url is not None:
        return _delivered(output.base_url, name, output.azure_sas)
    if output.type == "segmented" and package_format(output) is None:
        # Reference 5.3: one link must lead to all of it, so a set of segments lies there as one ZIP.
        name = f"{name.rpartition('.')[0] or name}.zip"
    return _temporary(output_bucket, name, token_hex, day)


def chosen_place(output: OutputRequest) -> Location | None:
    """The place the customer chose in full; None where a name is made up here, which no other output can have."""
    bundle = package_format(output)
    if output.url is not None:
        chosen = _delivered(output.url, sas=output.azure_sas)
        return _bundled(chosen, output) if bundle is not None else chosen
    if output.base_url is None:
        return None
    name = output.filename
    if bundle is not None and (name is not None or output.package_filename is not None):
        name = package_name(output, name or "")
    return _delivered(output.base_url, name, output.azure_sas) if name is not None else None


def _bundled(chosen: Location, output: OutputRequest) -> Location:
    """Where a bundle goes: its name replaces the file's (5.4), unless the URL names the bundle already."""
    place = Place.read(chosen.target)
    if output.package_filename is None and extension_of(place.name) == package_format(output):
        return chosen
    place = place.beside(package_name(output, place.name))
    return Location(place.target, _shown(place), temporary=False)


def resolve_thumbnails(thumbnails: ThumbnailRequest, *, output_bucket: str, token_hex: TokenHex, day: date) -> Location:
    """The directory a set of pictures goes to; its target ends in "/"."""
    if thumbnails.base_url is not None:
        return directory(thumbnails.base_url, thumbnails.azure_sas)
    return _temporary(output_bucket, "", token_hex, day)


def place(url: str, sas: str | None = None) -> Location:
    """The place a file's URL means. `sas`: the signature for an azure URL that has neither one nor a key."""
    return _delivered(url, sas=sas)


def directory(base_url: str, sas: str | None = None) -> Location:
    """The directory a base_url means; its target ends in "/"."""
    return _delivered(base_url, "", sas)


def extension_for(output: OutputRequest) -> str:
    """The extension of a name made up here: m3u8 for segmented and playlist outputs, else by container."""
    return "m3u8" if output.type == "segmented" else _EXTENSIONS[output.container]


def _random_name(output: OutputRequest, token_hex: TokenHex) -> str:
    return f"{token_hex(16)}.{extension_for(output)}"


def _temporary(bucket: str, name: str, token_hex: TokenHex, day: date) -> Location:
    # The layout of 2.1: /o/YYYYMMDD/<32 hex>/<name>. The random directory keeps equal names of two jobs apart.
    place = Place("s3", bucket, f"o/{day:%Y%m%d}/{token_hex(16)}/{name}")
    return Location(place.target, _shown(place), temporary=True)


def _delivered(url: str, name: str | None = None, sas: str | None = None) -> Location:
    """The place of `url`, or of `name` in the directory that `url` is."""
    place = place_of(url.strip())
    if place is None:
        raise ValueError("the URL is not a place in a storage; the request should have been refused")
    place = with_signature(place, sas)
    if place.family == "s3":
        # S3 leads to the right region by itself, and one place must be written one way.
        place = replace(place, scheme="s3")
    if name is not None:
        directory = place.path.rstrip("/")
        place = place.moved_to(f"{directory}/{name}" if directory else name)
    return Location(place.target, _echoed(url.strip(), name) or _shown(place), temporary=False)


def _echoed(url: str, name: str | None) -> str | None:
    """Places in S3 that were not written as s3 URLs are shown as they were written (2.1)."""
    if scheme_of(url) not in ("http", "https"):
        return None
    return url if name is None else f"{url.rstrip('/')}/{name}"


def _shown(place: Place) -> str:
    """How answers show a place (2.1): one in S3 by its http address, any other by its URL without a login."""
    if place.family != "s3":
        return place.url
    return f"http://{place.home}.s3.amazonaws.com/{place.path.replace('?', '%3F').replace('#', '%23')}"
