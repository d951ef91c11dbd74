"""What can't be a source is refused with the reference's class; nothing hostile gets further than that."""

from __future__ import annotations

import builtins
import io
import random
import socket
from pathlib import Path

import pytest

from stepcoder.errors import InputError, TryAgain
from stepcoder.probe import probe
from stepcoder.probe.reader import MeteredFile
from tests.clips import source

REFUSALS = {
    "empty": "NoMediaError",
    "noise": "NoMediaError",
    "png": "NoMediaError",
    "jpg": "NoMediaError",
    "picture_bomb": "NoMediaError",
    "endless_boxes": "NoMediaError",
    "html": "InvalidDownloadedFileTypeError",
    "playlist_of_local_file": "UnsupportedEncodingError",
    "playlist_of_metadata_service": "UnsupportedEncodingError",
    "concat_script": "UnsupportedEncodingError",
    "dash_manifest": "UnsupportedEncodingError",
    "session_description": "UnsupportedEncodingError",
    "truncated_no_index": "TruncatedFileError",
    "truncated_payload": "TruncatedFileError",
    "header_only": "TruncatedFileError",
    "truncated_mkv": "TruncatedFileError",
    "truncated_avi": "TruncatedFileError",
    "scrambled_payload": "UnreadableFileError",
    "unknown_codec": "UnsupportedCodecError",
    "external_data": "QuicktimeReferenceError",
    "reference_movie": "QuicktimeReferenceError",
    "encrypted": "UnsupportedEncryptionError",
    "absurd_dimensions": "UnsupportedEncodingError",
    "ten_channels": "UnsupportedEncodingError",
    "thousand_frames_a_second": "InvalidFrameRateError",
}


def refusal(data: bytes) -> InputError:
    with pytest.raises(InputError) as caught:
        probe(io.BytesIO(data), size=len(data))
    return caught.value


@pytest.mark.parametrize("name", REFUSALS)
def test_bad_source_is_refused_with_the_references_class(name: str) -> None:
    error = refusal(source(name).read_bytes())
    assert error.error_class == REFUSALS[name]
    assert error.message.endswith(".")


def test_noise_gets_the_references_own_words() -> None:
    message = "This file does not appear to be a valid media file. No audio or video tracks were detected."
    assert refusal(source("noise").read_bytes()).message == message


def test_picture_is_called_a_picture() -> None:
    assert "still image" in refusal(source("png").read_bytes()).message


# Past the sniffing, so that libav itself meets them: what a playlist hides behind must not matter.
@pytest.mark.parametrize("name", ["playlist_of_local_file", "concat_script", "dash_manifest", "session_description"])
def test_libav_itself_opens_no_other_file(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object, **__: object) -> None:
        raise AssertionError("something was opened")

    data = source(name).read_bytes()
    monkeypatch.setattr("stepcoder.probe.structure.sniff", lambda head: None)
    refusal(b"#EXTM3U\n" + data)  # imports what is imported late
    monkeypatch.setattr(builtins, "open", forbidden)
    monkeypatch.setattr(socket, "socket", forbidden)
    assert refusal(data).error_class == "NoMediaError"


def test_what_the_source_raises_comes_through() -> None:
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() > 100_000:
                raise TryAgain("The source did not answer.")
            return super().read(size)

    data = source("cfr_2997").read_bytes()
    with pytest.raises(TryAgain):
        probe(Failing(data), size=len(data))


def test_reader_never_gives_more_than_asked_for() -> None:
    class Generous(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(-1)

    assert MeteredFile(Generous(b"0123456789"), 10).read(4) == b"0123"


def test_reading_without_end_is_refused() -> None:
    file = MeteredFile(io.BytesIO(bytes(1000)), 1000, max_bytes=100)
    file.read(200)
    with pytest.raises(InputError, match="UnreadableFileError"):
        file.read(1)


def test_waiting_without_end_is_refused() -> None:
    file = MeteredFile(io.BytesIO(bytes(1000)), 1000, max_seconds=-1)
    with pytest.raises(InputError, match="UnreadableFileError"):
        file.read(1)


@pytest.mark.parametrize("name", ["cfr_2997", "fragmented", "h264_ts", "mkv", "avi", "flv", "webm_live", "mp3"])
def test_damage_gives_facts_or_a_refusal_and_nothing_else(name: str) -> None:
    dice = random.Random(name)  # noqa: S311
    original = source(name).read_bytes()
    for _ in range(12):
        probe_damaged(damaged(original, dice))


def damaged(original: bytes, dice: random.Random) -> bytes:
    data = bytearray(original)
    for _ in range(dice.choice([1, 10, 100])):
        data[dice.randrange(dice.choice([4000, len(data)]))] = dice.randrange(256)
    start = dice.randrange(len(data))
    del data[start : start + dice.choice([0, 0, 1, 5000])]
    return bytes(data)


def probe_damaged(data: bytes) -> None:
    try:
        probe(io.BytesIO(data), size=len(data))
    except InputError as error:
        assert error.message


def test_file_stays_open(tmp_path: Path) -> None:
    path = source("cfr_25")
    with path.open("rb") as file:
        probe(file, size=path.stat().st_size)
        assert not file.closed
