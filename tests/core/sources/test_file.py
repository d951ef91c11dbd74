from __future__ import annotations

import io
import os
import random

import pytest

from stepcoder.errors import InputError
from stepcoder.sources.file import SourceFile
from tests.core.sources.fakes import FakeSource

DATA = random.Random(1).randbytes(100_000)  # noqa: S311


def test_behaves_like_a_file() -> None:
    file, real = SourceFile(FakeSource(DATA), block_size=1000, blocks=4), io.BytesIO(DATA)
    chance = random.Random(2)  # noqa: S311
    for _ in range(500):
        whence = chance.choice([os.SEEK_SET, os.SEEK_CUR, os.SEEK_END])
        offset = chance.randint(-50_000, 110_000)
        if {0: 0, 1: real.tell(), 2: len(DATA)}[whence] + offset < 0:
            with pytest.raises(OSError):
                file.seek(offset, whence)
            continue
        assert file.seek(offset, whence) == real.seek(offset, whence)
        wanted = chance.randint(0, 3000)
        assert _read(file, wanted) == real.read(wanted)
        assert file.tell() == real.tell()


def _read(file: SourceFile, wanted: int) -> bytes:
    """read(n) of a raw file may return less."""
    pieces = b""
    while len(pieces) < wanted and (piece := file.read(wanted - len(pieces))):
        pieces += piece
    return pieces


def test_neighbouring_reads_cost_one_block() -> None:
    source = FakeSource(DATA)
    file = SourceFile(source, block_size=10_000)
    for _ in range(20):
        file.read(100)
    assert source.reads == [(0, 10_000)]


def test_keeps_a_bounded_number_of_blocks() -> None:
    source = FakeSource(DATA)
    file = SourceFile(source, block_size=1000, blocks=2)
    for offset in (0, 1000, 2000, 1000, 0):
        file.seek(offset)
        file.read(1)
    assert [offset for offset, _ in source.reads] == [0, 1000, 2000, 0]


def test_remembers_what_the_source_said() -> None:
    source = FakeSource(DATA)
    source.failure = InputError("FileNotFoundError", "gone")
    file = SourceFile(source)
    with pytest.raises(InputError):
        file.read(1)
    assert file.error is source.failure
    source.failure = None
    assert file.read(4) == DATA[:4]
