"""Where bundles go and what is called what in them (reference 3.2 and 5.4)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from stepcoder.errors import InvalidRequest
from stepcoder.request.locations import extension_for, resolve
from stepcoder.request.model import JobRequest
from stepcoder.request.packaging import media_name, package_format
from stepcoder.storage import Place

HLS = {"type": "segmented"}


def bundled(**members: Any) -> tuple[str | None, str, str]:
    """The bundle's kind, its place and the media's name in it."""
    output = JobRequest.from_body({"input": "s3://bucket/in.mov", "outputs": members}).outputs[0]
    found = resolve(output, output_bucket="ours", token_hex=lambda size: "f" * 2 * size, day=date(2031, 4, 5))
    place = Place.read(found.target)
    return package_format(output), f"{place.home}/{place.path}", media_name(output, place.name, extension_for(output))


RANDOM = "f" * 32


@pytest.mark.parametrize(
    ("members", "kind", "target", "name"),
    [
        ({"url": "s3://box/d/film.zip", "package_format": "zip"}, "zip", "box/d/film.zip", "film.mp4"),
        ({"url": "s3://box/d/film.mp4", "package_format": "tar"}, "tar", "box/d/film.tar", "film.mp4"),
        ({"url": "s3://box/d/film.mp4", "package_filename": "all.tar"}, "tar", "box/d/all.tar", "film.mp4"),
        ({"url": "s3://box/d/film.m3u8", "package_filename": "a.zip", **HLS}, "zip", "box/d/a.zip", "film.m3u8"),
        ({"base_url": "s3://box/d", "package_filename": "all.zip"}, "zip", "box/d/all.zip", "all.mp4"),
        (
            {"base_url": "s3://box/d", "filename": "film.ts", "package_format": "zip"},
            "zip",
            "box/d/film.zip",
            "film.ts",
        ),
        ({"base_url": "s3://box/d", "package_format": "zip"}, "zip", f"box/d/{RANDOM}.zip", f"{RANDOM}.mp4"),
        ({"base_url": "s3://box/d", "package_format": "tar", **HLS}, "tar", f"box/d/{RANDOM}.tar", f"{RANDOM}.m3u8"),
        ({"package_filename": "all.tar"}, "tar", f"ours/o/20310405/{RANDOM}/all.tar", "all.mp4"),
        ({"filename": "film.mp4", "package_format": "zip"}, "zip", f"ours/o/20310405/{RANDOM}/film.zip", "film.mp4"),
        ({"package_filename": "odd.bundle", "package_format": "zip"}, "zip", f"ours/o/20310405/{RANDOM}/odd.bundle",
         "odd.mp4"),
    ],
)  # fmt: skip
def test_names(members: dict[str, Any], kind: str, target: str, name: str) -> None:
    assert bundled(**members) == (kind, target, name)


def test_without_either_setting_there_is_no_bundle() -> None:
    assert bundled(url="s3://box/film.mp4")[0] is None


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"package_format": "rar"}, 'package_format is "rar": it must be zip or tar'),
        ({"package_filename": "a.rar"}, 'package_filename is "a.rar": it must end in .zip or .tar where'),
        ({"package_filename": "../a.zip"}, "package_filename"),
    ],
)
def test_bundles_that_can_not_be(members: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        bundled(**members)
    assert said in caught.value.messages[0]
