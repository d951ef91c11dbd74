"""The index of an object must match what a demuxer sees, cost no payload reads, and survive JSON."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepcoder.mp4.boxes import box, full_box
from stepcoder.mp4.errors import JoinError
from stepcoder.mp4.fragments import FragmentIndex
from tests.core.mp4.films import Film, encode_video, ffmpeg
from tests.core.mp4.tracks import VIDEO_TRACK, made_index, made_moov

MOOV = made_moov(b"vide", 30000)


def of_bytes(data: bytes) -> FragmentIndex:
    return FragmentIndex.read(lambda offset, length: data[offset : offset + length], len(data))


def test_the_index_has_the_packets_a_demuxer_finds(film: Film) -> None:
    for path in film.chunks:
        found = FragmentIndex.of_file(path)
        with av.open(str(path)) as container:
            packets = [packet for packet in container.demux(video=0) if packet.size]
        assert list(found.samples.sizes) == [packet.size for packet in packets]
        assert list(found.samples.durations) == [packet.duration for packet in packets]
        assert [bool(mark) for mark in found.samples.sync] == [packet.is_keyframe for packet in packets]
        data = path.read_bytes()
        at = [fragment.data for fragment in found.fragments]
        assert data[at[0] : at[0] + packets[0].size] == bytes(packets[0])


def test_payload_is_never_read(ntsc: Film) -> None:
    path = ntsc.chunks[0]
    data = path.read_bytes()
    touched = 0

    def read(offset: int, length: int) -> bytes:
        nonlocal touched
        touched += length
        return data[offset : offset + length]

    found = FragmentIndex.read(read, len(data))
    assert touched < len(data) - sum(found.samples.sizes) + 16 * 20


def test_an_index_survives_json(film: Film) -> None:
    for path in (*film.chunks, film.whole_audio):
        found = FragmentIndex.of_file(path)
        assert FragmentIndex.from_dict(json.loads(json.dumps(found.as_dict()))) == found


@given(
    rows=st.lists(st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1), st.integers(-(2**31), 2**31 - 1))),
    begin=st.integers(-(2**40), 2**40),
)
def test_any_index_survives_json(rows: list[tuple[int, int, int]], begin: int) -> None:
    durations, sizes, shifts = (list(column) for column in zip(*rows, strict=True)) if rows else ([], [], [])
    made = made_index(VIDEO_TRACK, durations, sizes, shifts, begin)
    assert FragmentIndex.from_dict(json.loads(json.dumps(made.as_dict()))) == made


def test_a_saved_index_is_small() -> None:
    made = made_index(VIDEO_TRACK, [1001] * 600, sizes=list(range(1000, 1600)))
    assert len(json.dumps(made.as_dict())) < 600 * 4


def test_an_index_of_another_format_is_refused() -> None:
    with pytest.raises(JoinError):
        FragmentIndex.from_dict({"format": 0})


def test_a_chunk_without_frames_has_an_empty_index(tmp_path: Path) -> None:
    encode_video(tmp_path / "one.mp4", "25", 0, 1)
    data = (tmp_path / "one.mp4").read_bytes()
    assert len(of_bytes(data[: data.index(b"moof") - 4]).samples) == 0


def test_a_file_without_moov_is_refused() -> None:
    with pytest.raises(JoinError, match="no moov"):
        of_bytes(box(b"ftyp", b"iso6"))


def test_a_fragment_before_the_moov_is_refused() -> None:
    with pytest.raises(JoinError, match="before"):
        of_bytes(fragment([(100, 0)]))


def test_two_tracks_in_one_piece_are_refused(ntsc: Film, tmp_path: Path) -> None:
    both = tmp_path / "both.mp4"
    inputs = ["-i", str(ntsc.whole_video), "-i", str(ntsc.whole_audio)]
    ffmpeg(*inputs, "-c", "copy", "-movflags", "+frag_keyframe+empty_moov", str(both))
    with pytest.raises(JoinError, match="one track"):
        FragmentIndex.of_file(both)


def test_a_file_cut_short_is_refused(ntsc: Film) -> None:
    data = ntsc.chunks[0].read_bytes()
    last = FragmentIndex.of_file(ntsc.chunks[0]).fragments[-1]
    for end in (last.moof + 4, last.moof + 20, last.data + 10):
        with pytest.raises(JoinError):
            of_bytes(data[:end])


def fragment(
    rows: list[tuple[int, int]], *, gap: int = 0, tfhd: bytes = full_box(b"tfhd", 0, 0x20000, struct.pack(">I", 1))
) -> bytes:
    """A fragment with one trun per row of (size, flags), data after the moof; `gap` bytes between the runs."""

    def moof(begin: int) -> bytes:
        truns = []
        for size, flags in rows:
            head = struct.pack(">IiIIII", 1, begin, 1001, size, flags, 7)
            truns.append(full_box(b"trun", 0, 0xF01, head))
            begin += size + gap
        tfdt = full_box(b"tfdt", 0, 0, struct.pack(">I", 5))
        return box(b"moof", full_box(b"mfhd", 0, 0, bytes(4)), box(b"traf", tfhd, tfdt, *truns))

    payload = bytes(sum(size for size, _ in rows) + gap * len(rows))
    return moof(len(moof(0)) + 8) + box(b"mdat", payload)


def test_several_runs_in_a_fragment_are_one_stretch() -> None:
    found = of_bytes(MOOV + fragment([(10, 0), (20, 0x10000)]))
    assert list(found.samples.sizes) == [10, 20]
    assert list(found.samples.sync) == [1, 0]
    assert list(found.samples.shifts) == [7, 7]
    assert found.fragments[0].decode_time == 5


def test_runs_that_do_not_follow_each_other_are_refused() -> None:
    with pytest.raises(JoinError, match="follow"):
        of_bytes(MOOV + fragment([(10, 0), (20, 0)], gap=3))


def test_defaults_and_an_absolute_base_are_understood() -> None:
    # base-data-offset, description index, default duration, size and flags; a run that gives nothing itself.
    tfhd = full_box(b"tfhd", 0, 0x3B, struct.pack(">IQIIII", 1, 4000, 1, 512, 33, 0x10000))
    trun = full_box(b"trun", 0, 0x4, struct.pack(">II", 3, 0))
    traf = box(b"traf", tfhd, full_box(b"tfdt", 1, 0, struct.pack(">q", -1024)), trun)
    data = MOOV + box(b"moof", traf) + box(b"mdat", bytes(8000))
    found = of_bytes(data)
    assert (found.fragments[0].data, found.fragments[0].decode_time) == (4000, -1024)
    assert list(found.samples.durations) == [512] * 3 and list(found.samples.sizes) == [33] * 3
    assert list(found.samples.sync) == [1, 0, 0]


def test_a_run_shorter_than_it_counts_is_refused() -> None:
    tfhd = full_box(b"tfhd", 0, 0, struct.pack(">I", 1))
    trun = full_box(b"trun", 0, 0x201, struct.pack(">IiI", 5, 0, 10))
    traf = box(b"traf", tfhd, full_box(b"tfdt", 0, 0, bytes(4)), trun)
    with pytest.raises(JoinError, match="fewer"):
        of_bytes(MOOV + box(b"moof", traf))
