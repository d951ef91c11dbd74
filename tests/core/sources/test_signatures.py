from __future__ import annotations

import random

import pytest

from stepcoder.sources.signatures import looks_like_media
from tests.clips import source

CLIPS = ("cfr_25", "cfr_2997", "mp3", "no_audio", "lying_duration")


@pytest.mark.parametrize("name", CLIPS)
def test_films_and_songs_do(name: str) -> None:
    with source(name).open("rb") as file:
        assert looks_like_media(file.read(4096))


@pytest.mark.parametrize(
    "head",
    [
        b"\x1a\x45\xdf\xa3\x01\x00\x00\x00",
        b"RIFF\x24\x08\x00\x00WAVEfmt ",
        (b"G" + bytes(187)) * 8,
        (bytes(4) + b"G" + bytes(187)) * 8,
        (b"\xff\xfb\x90\x44" + bytes(413)) * 8,
        (b"\xff\xf1\x50\x80" + bytes(300)) * 8,
        (b"\x0b\x77" + bytes(1790)) * 2,
    ],
)
def test_streams_do(head: bytes) -> None:
    assert looks_like_media(head)


@pytest.mark.parametrize(
    "head", [b"", b"\xff", b"RIFF\x24\x08\x00\x00sfbk", b"hello", b"\xff\xfb\x90\x44" + bytes(4000)]
)
def test_other_files_do_not(head: bytes) -> None:
    assert not looks_like_media(head)


def test_noise_does_not() -> None:
    """What a wrong key makes of a film must not pass for one."""
    noise = random.Random(5)  # noqa: S311
    assert not any(looks_like_media(noise.randbytes(4080)) for _ in range(5000))
