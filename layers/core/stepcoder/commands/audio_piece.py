"""argv for one piece of an audio rendition: conform to the sample grid, encode AAC, write fragments."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import ffmpeg

from stepcoder.commands.source import GLOBAL, open_source, rational, seek_point
from stepcoder.plan.audio import OVERLAP_FRAMES, SAMPLES_PER_FRAME
from stepcoder.plan.model import AudioRendition

# Every audio track is numbered 2, so that it can lie beside a video track 1 in one file without touching its bytes.
AUDIO_TRACK_ID = 2


def encode_piece(
    source_url: str, rendition: AudioRendition, piece: tuple[int, int | None], path: Path, *, pre_roll: Fraction | None
) -> list[str]:
    """argv for AAC frames [start, end) plus the overlap on each inner side, which the joiner drops again."""
    first, last = sample_range(rendition, piece)
    cut = rendition.origin + Fraction(first, rendition.sample_rate)
    start = seek_point(cut, pre_roll, rendition.container_start)
    sound = open_source(source_url, container_start=rendition.container_start, start=start)[str(rendition.stream)]
    # The video's origin: whatever the source's streams began with, sound and picture keep their distance.
    # Rounding, because asetpts would cut off the float's tail: a sample lost in one piece and not in the next.
    sound = sound.filter("asetpts", f"round(PTS-{rational(rendition.origin)}/TB)")
    # To the output's rate first: first_pts below counts samples of what comes in.
    sound = sound.filter("aresample", rendition.sample_rate)
    sound = sound.filter(
        "aresample",
        rendition.sample_rate,
        # Fills holes with silence and drops overlaps by timestamp, so that no gap becomes drift.
        **{"async": 1},
        # From a hole of one AAC frame on; ffmpeg's own tenth of a second would let small holes add up to drift.
        min_hard_comp=0.02,
        # Silence up to the first sample if sound begins late; cut to the sample if the seek landed early.
        first_pts=first,
    )
    if last is not None:
        sound = sound.filter("atrim", end_pts=last)
    output = ffmpeg.output(sound, str(path), **_options(rendition))
    return list(ffmpeg.get_args(output.global_args(*GLOBAL)))


def sample_range(rendition: AudioRendition, piece: tuple[int, int | None]) -> tuple[int, int | None]:
    """First sample and end sample to encode for a piece, its overlap included, the rendition's end respected."""
    start, end = piece
    first = max(0, start - OVERLAP_FRAMES) * SAMPLES_PER_FRAME
    last = None if end is None else (end + OVERLAP_FRAMES) * SAMPLES_PER_FRAME
    if rendition.duration is not None:
        whole = round(rendition.duration * rendition.sample_rate)
        last = whole if last is None else min(last, whole)
    return first, last


def _options(rendition: AudioRendition) -> dict[str, str | int]:
    return {
        "c:a": "aac",
        "b:a": f"{rendition.bitrate_kbps}k",
        "ar": rendition.sample_rate,
        "ac": rendition.channels,
        "f": "mp4",
        "avoid_negative_ts": "disabled",
        # As for video: the priming goes to an edit list, each fragment knows its own time.
        "movflags": "+cmaf+delay_moov+default_base_moof+frag_discont",
        # Fragments of a second: small enough to cut anywhere, large enough to index quickly.
        "frag_duration": 1_000_000,
        "use_stream_ids_as_track_ids": 1,
        "streamid": f"0:{AUDIO_TRACK_ID}",
        "write_btrt": 0,
        "map_metadata": -1,
        "map_chapters": -1,
        "fflags": "+bitexact",
        "flags:a": "+bitexact",
    }
