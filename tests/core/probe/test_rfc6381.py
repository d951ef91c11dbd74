"""Codec strings from decoder configurations."""

from __future__ import annotations

import pytest

from stepcoder.probe.rfc6381 import codec_string


@pytest.mark.parametrize(
    ("codec", "extradata", "profile", "tag", "expected"),
    [
        ("h264", "01640028ffe1", "High", "avc1", "avc1.640028"),
        ("h264", "01640028ffe1", "High", "avc3", "avc3.640028"),
        ("h264", "000000016742c01eda", "Constrained Baseline", "\x1b", "avc1.42c01e"),
        ("h264", None, "High", "avc1", None),
        ("hevc", "0101600000009000000000005d", "Main", "hvc1", "hvc1.1.6.L93.90"),
        ("hevc", "01226000000090000000000078", "Main 10", "hev1", "hev1.2.6.H120.90"),
        ("hevc", "0000000142010101600000030090000003000003005d", "Main", "", "hvc1.1.6.L93.90"),
        ("av1", "81050c00", None, "av01", "av01.0.05M.08"),
        ("av1", "81084c00", None, "av01", "av01.0.08M.10"),
        ("mpeg4", "000001b0f5000001b5", None, "mp4v", "mp4v.20.245"),
        ("mpeg4", "000001b5", None, "mp4v", None),
        ("aac", "1190", "LC", "mp4a", "mp4a.40.2"),
        ("aac", None, "HE-AAC", "", "mp4a.40.5"),
        ("aac", "f94620", None, "mp4a", "mp4a.40.42"),
        ("aac", None, None, "", None),
        ("vp8", None, None, "", "vp8"),
        ("vorbis", None, None, "", "vorbis"),
        ("theora", "8074", None, "", None),
    ],
)
def test_codec_string(codec: str, extradata: str | None, profile: str | None, tag: str, expected: str | None) -> None:
    configuration = bytes.fromhex(extradata) if extradata else None
    assert codec_string(codec, configuration, profile, tag) == expected
