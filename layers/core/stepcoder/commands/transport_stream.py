"""argv for HLS transport-stream segments: a stream copy of the joined fragments, cut at the segments' keyframes."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import ffmpeg

from stepcoder.commands.source import GLOBAL, seconds


def copy_to_segments(pattern: Path, playlist: Path, segment_seconds: Fraction, frame_seconds: Fraction) -> list[str]:
    """argv reading fragmented MP4 from standard input and writing `pattern` (…%05d.ts); nothing is encoded again."""
    source = ffmpeg.input("pipe:0", f="mp4", copyts=None)
    output = ffmpeg.output(
        source,
        str(playlist),
        c="copy",
        map=0,
        f="hls",
        hls_segment_type="mpegts",
        # Half a frame early: the keyframe at the boundary itself must open the segment, whatever its float says.
        hls_time=seconds(segment_seconds - frame_seconds / 2),
        hls_list_size=0,
        hls_playlist_type="vod",
        start_number=0,
        hls_segment_filename=str(pattern),
        # The muxer's initial delay, explicit so that every segment set starts alike.
        muxdelay=0,
        muxpreload=0,
        map_metadata=-1,
        fflags="+bitexact",
    )
    return list(ffmpeg.get_args(output.global_args(*GLOBAL)))


def copy_to_stream(path: Path) -> list[str]:
    """argv reading fragmented MP4 from standard input and writing one MPEG transport stream; a stream copy."""
    source = ffmpeg.input("pipe:0", f="mp4", copyts=None)
    output = ffmpeg.output(
        source, str(path), c="copy", map=0, f="mpegts", muxdelay=0, muxpreload=0, map_metadata=-1, fflags="+bitexact"
    )
    return list(ffmpeg.get_args(output.global_args(*GLOBAL)))
