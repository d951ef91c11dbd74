"""How long a tar archive is: as long as Python's own."""

from __future__ import annotations

import io
import tarfile

import pytest

from stepcoder.tars import archive_length, entry_length


@pytest.mark.parametrize("sizes", [[], [0], [1], [512], [513, 1024, 70_000]])
def test_an_archive_is_as_long_as_told(sizes: list[int]) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for number, size in enumerate(sizes):
            entry = tarfile.TarInfo(f"{number}.ts")
            entry.size = size
            archive.addfile(entry, io.BytesIO(bytes(size)))
    told = archive_length(map(entry_length, sizes))
    assert told % 512 == 0
    # tarfile fills up to whole records of 10240 bytes, as tapes wanted it.
    assert packed.tell() == -(-told // 10240) * 10240
