"""What can't be a source is refused with the reference's class; nothing hostile gets further than that."""

from __future__ import annotations

import io
import random
import socket
from collections.abc import Iterator
from pathlib import Path

import av
import pytest

from stepcoder.errors import InputError, TryAgain
from stepcoder.probe import opening, probe
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


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A port of this machine that a followed link would knock at."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        yield server


def pointers(listener: socket.socket) -> list[bytes]:
    """Files that point at a good film on this machine, and at the listener."""
    film = source("h264_ts")
    link = f"http://127.0.0.1:{listener.getsockname()[1]}/film.ts"
    playlist = "#EXTM3U\n#EXT-X-TARGETDURATION:13\n#EXTINF:12.0,\n{}\n#EXT-X-ENDLIST\n"
    return [
        playlist.format(f"file://{film}").encode(),
        playlist.format(film).encode(),
        playlist.format(link).encode(),
        f"ffconcat version 1.0\nfile '{film}'\n".encode(),
        f"ffconcat version 1.0\nfile '{link}'\n".encode(),
    ]


# Past the sniffing, so that libav itself meets them; then with their demuxers allowed. Against concat scripts only the
# protocol whitelist is then left (their demuxer goes past io_open). Playlists libav doesn't take for such anyway, as
# the file has no name. Had a file been followed, its film would be found.
@pytest.mark.parametrize("allowed", ["", ",hls,concat"], ids=["as it is", "demuxers allowed"])
def test_libav_itself_follows_no_pointer(
    allowed: str, listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stepcoder.probe.structure.sniff", lambda head: None)
    monkeypatch.setitem(opening.OPTIONS, "format_whitelist", opening.OPTIONS["format_whitelist"] + allowed)
    monkeypatch.setitem(opening.OPTIONS, "safe", "0")
    monkeypatch.setitem(opening.OPTIONS, "allowed_extensions", "ALL")
    for data in pointers(listener):
        refusal(data)
    with pytest.raises(TimeoutError):
        listener.accept()


def test_a_program_without_these_bans_would_follow_them(tmp_path: Path, listener: socket.socket) -> None:
    """Shows that the test above can fail."""
    script = tmp_path / "script"
    script.write_bytes(pointers(listener)[3])
    with av.open(str(script), options={"safe": "0"}) as container:
        assert container.streams.video


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
