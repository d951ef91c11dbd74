"""Track: what an init segment (ftyp + moov without samples) says about its one track. No samples here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from stepcoder.mp4.boxes import Box, children, cut, find, integers, need, version_and_flags
from stepcoder.mp4.errors import JoinError

VIDEO = b"vide"
AUDIO = b"soun"


class Defaults(NamedTuple):
    """What a sample has if its fragment doesn't say (trex, ISO/IEC 14496-12 section 8.8.3)."""

    duration: int = 0
    size: int = 0
    flags: int = 0


@dataclass(frozen=True, slots=True)
class Track:
    """One track. `media_time` is the decode-clock tick shown at time 0 (from the edit list); negative: starts later."""

    handler: bytes  # VIDEO or AUDIO
    timescale: int  # ticks per second of every time in the track
    media_time: int
    language: int  # ISO 639-2/T packed in 15 bits
    width: int  # 16.16 fixed point, display pixels; 0 for audio
    height: int
    hdlr: bytes  # whole boxes, to be copied into the joined file
    media_header: bytes
    dinf: bytes
    stsd: bytes
    defaults: Defaults
    moov: bytes  # everything above can be read from it again

    @classmethod
    def from_moov(cls, moov: bytes) -> Track:
        """Reads a whole moov box. Raises JoinError unless it holds exactly one video or audio track."""
        outer = need(moov, b"moov")
        traks = children(moov, outer, b"trak")
        if len(traks) != 1:
            raise JoinError(f"A piece must hold one track, this one holds {len(traks)}.")
        trak = traks[0]
        timescale, language = _media_clock(moov, need(moov, b"mdia", b"mdhd", inside=trak))
        hdlr = need(moov, b"mdia", b"hdlr", inside=trak)
        handler = moov[hdlr.body + 8 : hdlr.body + 12]
        if handler not in (VIDEO, AUDIO):
            raise JoinError(f"A track of kind {handler!r} can't be joined.")
        minf = need(moov, b"mdia", b"minf", inside=trak)
        header = need(moov, b"vmhd" if handler == VIDEO else b"smhd", inside=minf)
        tkhd = need(moov, b"tkhd", inside=trak)
        width, height = integers("II", moov, tkhd.end - 8)
        return cls(
            handler=handler,
            timescale=timescale,
            media_time=_media_time(moov, outer, trak, timescale),
            language=language,
            width=width,
            height=height,
            hdlr=cut(moov, hdlr),
            media_header=cut(moov, header),
            dinf=cut(moov, need(moov, b"dinf", inside=minf)),
            stsd=cut(moov, need(moov, b"stbl", b"stsd", inside=minf)),
            defaults=_defaults(moov, outer),
            moov=moov,
        )

    @property
    def is_video(self) -> bool:
        return self.handler == VIDEO

    def must_match(self, other: Track, name: str) -> None:
        """Raises JoinError if samples of `other` can't follow in this track: another clock or another decoder setup."""
        for what in ("handler", "timescale", "stsd"):
            if getattr(self, what) != getattr(other, what):
                raise JoinError(f"{name} can't be joined to what comes before it: its {what} differs.")


def _media_clock(moov: bytes, mdhd: Box) -> tuple[int, int]:
    """Timescale and language."""
    version, _ = version_and_flags(moov, mdhd)
    if version:
        timescale, _, language = integers("IQH", moov, mdhd.body + 20)
    else:
        timescale, _, language = integers("IIH", moov, mdhd.body + 12)
    if not timescale:
        raise JoinError("The track's clock has no ticks.")
    return timescale, language


def _media_time(moov: bytes, outer: Box, trak: Box, timescale: int) -> int:
    """From the edit list: one edit, perhaps with empty time before it; 0 without a list (ISO/IEC 14496-12, 8.6.6)."""
    elst = find(moov, b"edts", b"elst", inside=trak)
    if elst is None:
        return 0
    version, _ = version_and_flags(moov, elst)
    (count,) = integers("I", moov, elst.body + 4)
    layout, stride = ("Qq", 20) if version else ("Ii", 12)
    edits = [integers(layout, moov, elst.body + 8 + index * stride) for index in range(count)]
    wait = sum(duration for duration, media_time in edits if media_time < 0)
    shown = [media_time for _, media_time in edits if media_time >= 0]
    if len(shown) > 1:
        raise JoinError("A piece with several edits can't be joined.")
    movie_clock = _movie_clock(moov, need(moov, b"mvhd", inside=outer))
    return (shown[0] if shown else 0) - wait * timescale // movie_clock


def _movie_clock(moov: bytes, mvhd: Box) -> int:
    version, _ = version_and_flags(moov, mvhd)
    (timescale,) = integers("I", moov, mvhd.body + (20 if version else 12))
    return timescale or 1


def _defaults(moov: bytes, outer: Box) -> Defaults:
    trex = find(moov, b"mvex", b"trex", inside=outer)
    return Defaults(*integers("III", moov, trex.body + 12)) if trex else Defaults()
