"""Where outputs and thumbnails go."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

import pytest

from stepcoder.request.locations import Location, resolve, resolve_thumbnails
from stepcoder.request.model import JobRequest
from stepcoder.storage import Place

DAY = date(2031, 4, 5)


def fake_token_hex() -> Any:
    numbers = count(1)
    return lambda size: f"{next(numbers):0{2 * size}x}"


def location(**members: Any) -> Location:
    outputs = [members] if members.get("type") != "playlist" else [{}, members]
    (*_, output) = JobRequest.from_body({"input": "s3://bucket/in.mov", "outputs": outputs}).outputs
    return resolve(output, output_bucket="outputs", token_hex=fake_token_hex(), day=DAY)


ONE, TWO = f"{1:032x}", f"{2:032x}"
PLAYLIST = {"type": "playlist", "streams": [{"path": "a.m3u8", "bandwidth": 1}]}


@pytest.mark.parametrize(
    ("members", "target"),
    [
        ({"url": "s3://acme/7/web.mp4", "base_url": "s3://other/", "filename": "x.mp4"}, "s3://acme/7/web.mp4"),
        ({"url": "https://s3.amazonaws.com/acme/7/a%20b.mp4"}, "s3://acme/7/a b.mp4"),
        ({"url": "s3+eu-west-1://key:s%2Ft@acme/7/web.mp4"}, "s3://key:s%2Ft@acme/7/web.mp4"),
        ({"base_url": "s3://key:s%2Ft@acme/7/", "filename": "web.mp4"}, "s3://key:s%2Ft@acme/7/web.mp4"),
        ({"url": "http://acme.s3.amazonaws.com/7/web.mp4"}, "s3://acme/7/web.mp4"),
        ({"url": "https://acme.media.s3-eu-west-1.amazonaws.com/web.mp4"}, "s3://acme.media/web.mp4"),
        ({"url": "s3://acme/what%3F%23%20.mp4"}, "s3://acme/what%3F%23%20.mp4"),
        ({"url": "https://acme.s3.amazonaws.com/what%3F%23%20.mp4"}, "s3://acme/what%3F%23 .mp4"),
        ({"url": "s3+eu-central-1://acme/7/web.mp4"}, "s3://acme/7/web.mp4"),
        ({"base_url": "s3://acme/7", "filename": "web.mp4"}, "s3://acme/7/web.mp4"),
        ({"base_url": "s3://acme/7/", "filename": "/sub/web.mp4"}, "s3://acme/7/sub/web.mp4"),
        ({"base_url": "s3://acme", "filename": "100%.mp4"}, "s3://acme/100%.mp4"),
        ({"base_url": "https://acme.s3.amazonaws.com/a%20b/", "filename": "100%.mp4"}, "s3://acme/a b/100%.mp4"),
        ({"base_url": "s3://acme/7/"}, f"s3://acme/7/{ONE}.mp4"),
        ({"base_url": "s3://acme/7/", "format": "ts"}, f"s3://acme/7/{ONE}.ts"),
        ({"base_url": "s3://acme/7/", "type": "segmented"}, f"s3://acme/7/{ONE}.m3u8"),
        ({"base_url": "s3://acme/7/", "type": "segmented", "format": "m4f"}, f"s3://acme/7/{ONE}.m3u8"),
        ({"base_url": "s3://acme/7/", **PLAYLIST}, f"s3://acme/7/{ONE}.m3u8"),
    ],
)
def test_a_place_of_the_customer_s(members: dict[str, Any], target: str) -> None:
    found = location(**members)
    assert (found.target, found.temporary) == (target, False)


@pytest.mark.parametrize(
    ("members", "key"),
    [
        ({}, f"o/20310405/{TWO}/{ONE}.mp4"),
        ({"filename": "sub/web.mp4"}, f"o/20310405/{ONE}/sub/web.mp4"),
        ({"type": "segmented"}, f"o/20310405/{TWO}/{ONE}.zip"),
        ({"type": "segmented", "filename": "sub/web.m3u8"}, f"o/20310405/{ONE}/sub/web.zip"),
    ],
)
def test_temporary_storage(members: dict[str, Any], key: str) -> None:
    assert location(**members) == Location(f"s3://outputs/{key}", f"http://outputs.s3.amazonaws.com/{key}", True)


def test_answers_show_places_as_http_addresses() -> None:
    assert location(url="s3://acme/7/web%3F.mp4").display_url == "http://acme.s3.amazonaws.com/7/web%3F.mp4"


@pytest.mark.parametrize(
    ("members", "target", "temporary"),
    [
        ({"base_url": "s3://acme/7/t"}, "s3://acme/7/t/", False),
        ({"base_url": "s3://acme/7/t/"}, "s3://acme/7/t/", False),
        ({"base_url": "s3://acme"}, "s3://acme/", False),
        ({}, f"s3://outputs/o/20310405/{ONE}/", True),
    ],
)
def test_thumbnails_go_to_a_directory(members: dict[str, Any], target: str, temporary: bool) -> None:
    body = {"input": "s3://bucket/in.mov", "outputs": {"thumbnails": [{"number": 1, **members}]}}
    (thumbnails,) = JobRequest.from_body(body).outputs[0].thumbnails
    found = resolve_thumbnails(thumbnails, output_bucket="outputs", token_hex=fake_token_hex(), day=DAY)
    assert (found.target, found.temporary) == (target, temporary)


def test_places_are_written_as_the_rest_of_the_house_reads_them() -> None:
    found = location(url="https://acme.s3.amazonaws.com/50%25%3F%23.mp4")
    assert Place.read(found.target) == Place("s3", "acme", "50%?#.mp4")
