"""Bundles written as they are sent, read back with the standard library's readers."""

from __future__ import annotations

import io
import tarfile
import zipfile

from hypothesis import given, settings
from hypothesis import strategies as st

from stepcoder.steps.bundle import BundleStream, implied_bundle
from stepcoder.steps.made_file import MadeFile

NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="/\\"), min_size=1)
FILES = st.dictionaries(NAMES.filter(lambda name: name not in (".", "..") and name == name.strip()), st.binary())


def made(name: str, body: bytes) -> MadeFile:
    pieces = [body[at : at + 7] for at in range(0, len(body), 7)]
    return MadeFile(name, len(body), "x/y", lambda: iter(pieces))


@settings(max_examples=60, deadline=None)
@given(FILES, st.sampled_from(["zip", "tar"]))
def test_every_file_comes_out_as_it_went_in(files: dict[str, bytes], kind: str) -> None:
    stream = BundleStream(kind, [made(name, body) for name, body in files.items()])
    written = b"".join(stream.read())
    assert written == b"".join(stream.read())
    for name, body in files.items():
        at = stream.offsets[name]
        assert written[at : at + len(body)] == body
    assert contents(kind, written) == files


def contents(kind: str, written: bytes) -> dict[str, bytes]:
    if kind == "zip":
        with zipfile.ZipFile(io.BytesIO(written)) as archive:
            assert archive.testzip() is None
            return {info.filename: archive.read(info) for info in archive.infolist()}
    with tarfile.open(fileobj=io.BytesIO(written)) as bundle:
        return {info.name: bundle.extractfile(info).read() for info in bundle.getmembers()}  # type: ignore[union-attr]


def test_a_bundle_is_never_in_memory_as_a_whole() -> None:
    piece = bytes(1 << 20)
    big = MadeFile("film.mp4", 300 << 20, "video/mp4", lambda: (piece for _ in range(300)))
    for kind in ("zip", "tar"):
        assert max(map(len, BundleStream(kind, [big]).read())) < 3 << 20


def test_a_set_of_segments_in_temporary_storage_is_a_zip_with_its_playlist() -> None:
    bundle = implied_bundle("film.zip")
    assert (bundle.format, bundle.name) == ("zip", "film.m3u8")
