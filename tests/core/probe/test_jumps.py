"""Recordings appended to each other have a clock that goes back; encoding them would lose all but one."""

from __future__ import annotations

import io

import pytest

from stepcoder.errors import InputError
from stepcoder.probe import probe
from tests.clips import source


@pytest.mark.parametrize(
    "names",
    [("h264_ts", "open_gop_ts"), ("open_gop_ts", "h264_ts"), ("h264_ts",) * 5, ("mpeg2_ps", "mpeg2_ps")],
    ids=lambda names: "+".join(names),
)
def test_appended_recordings_are_refused(names: tuple[str, ...]) -> None:
    data = b"".join(source(name).read_bytes() for name in names)
    with pytest.raises(InputError, match="timestamps of this file go back"):
        probe(io.BytesIO(data), size=len(data))
