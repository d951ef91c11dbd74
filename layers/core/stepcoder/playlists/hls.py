"""HLS playlists as text (RFC 8216, whose section numbers are given). What the segments hold is decided before.

Labels, paths and names come from customers: nothing of theirs may end a line or a quoted string (4.1, 4.2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from urllib.parse import quote

TS_VERSION = 3  # lowest that allows EXTINF with decimals (7)
BYTE_RANGE_VERSION = 4
FMP4_VERSION = 7  # EXT-X-MAP in playlists that aren't I-frames only needs 6 (7); players expect 7 with fMP4

# What a URI may hold as it is (RFC 3986, 2.2 and 2.3, and "%" of what is encoded already).
_URI_SAFE = "%:/?#[]@!$&'()*+,;=-._~"


@dataclass(frozen=True, slots=True)
class MediaSegment:
    """One line of a media playlist. `uri` as from `file_uri`; `size` bytes of it, from `offset` on if byte ranges."""

    uri: str
    duration: Fraction  # seconds
    size: int = 0
    offset: int | None = None


@dataclass(frozen=True, slots=True)
class AudioChoice:
    """One EXT-X-MEDIA entry (4.3.4.1). Without `uri` the audio is the one muxed into the stream."""

    group: str
    name: str
    language: str | None = None
    uri: str | None = None
    default: bool = False


@dataclass(frozen=True, slots=True)
class Variant:
    """One stream of a master playlist (4.3.4.2). Rates in bit/s; `bandwidth` is the peak."""

    uri: str
    bandwidth: int
    average_bandwidth: int | None = None
    resolution: tuple[int, int] | None = None  # width, height
    codecs: str | None = None
    frame_rate: Fraction | None = None
    audio: str | None = None  # group of an AudioChoice


def media_playlist(
    segments: Sequence[MediaSegment],
    *,
    init_uri: str | None = None,
    independent: bool = True,
    version: int | None = None,
) -> str:
    """A complete VOD media playlist (4.3.3). `init_uri`: segments are fMP4. `independent`: each starts with a keyframe.

    Whole seconds only if `version` is below 3, as 4.3.2.1 demands.
    """
    ranged = any(segment.offset is not None for segment in segments)
    version = version or (FMP4_VERSION if init_uri else BYTE_RANGE_VERSION if ranged else TS_VERSION)
    lines = ["#EXTM3U", f"#EXT-X-VERSION:{version}"]
    lines.append(f"#EXT-X-TARGETDURATION:{target_duration([segment.duration for segment in segments])}")
    lines += ["#EXT-X-MEDIA-SEQUENCE:0", "#EXT-X-PLAYLIST-TYPE:VOD"]
    if independent:
        lines.append("#EXT-X-INDEPENDENT-SEGMENTS")
    if init_uri:
        lines.append(f"#EXT-X-MAP:URI={quoted(uri_reference(init_uri))}")
    for segment, length in zip(segments, _lengths(segments, 6 if version >= 3 else 0), strict=True):
        lines.append(f"#EXTINF:{length},")
        if segment.offset is not None:
            lines.append(f"#EXT-X-BYTERANGE:{segment.size}@{segment.offset}")
        lines.append(uri_reference(segment.uri))
    return _text([*lines, "#EXT-X-ENDLIST"])


def master_playlist(
    variants: Sequence[Variant],
    *,
    audio: Sequence[AudioChoice] = (),
    independent: bool = True,
    version: int | None = None,
) -> str:
    """A master playlist (4.3.4), variants in the given order: players start with the first.

    `version` (default 4 with audio choices, else 3) must be that of the highest media playlist if players are to judge
    by it; RFC 8216 doesn't ask for that.
    """
    version = version or (4 if audio else TS_VERSION)
    lines = ["#EXTM3U", f"#EXT-X-VERSION:{version}"]
    if independent:
        lines.append("#EXT-X-INDEPENDENT-SEGMENTS")
    lines += [f"#EXT-X-MEDIA:{_attributes(_choice(entry))}" for entry in audio]
    for variant in variants:
        lines.append(f"#EXT-X-STREAM-INF:{_attributes(_variant(variant))}")
        lines.append(uri_reference(variant.uri))
    return _text(lines)


def target_duration(durations: Sequence[Fraction]) -> int:
    """Seconds. 4.3.3.1: no duration, rounded to the nearest integer, may exceed it; rounding up always holds."""
    return max([1, *(ceil(duration) for duration in durations)])


def peak_bit_rate(segments: Sequence[MediaSegment]) -> int:
    """Bit/s: the highest of any stretch of segments that lasts 0.5 to 1.5 target durations (4.3.4.2, BANDWIDTH).

    Films too short for such a stretch count as one.
    """
    target = target_duration([segment.duration for segment in segments])
    peak = Fraction(0)
    for first in range(len(segments)):
        bits, length = 0, Fraction(0)
        for segment in segments[first:]:
            bits += segment.size * 8
            length += segment.duration
            if length > target * Fraction(3, 2):
                break
            if length >= Fraction(target, 2):
                peak = max(peak, bits / length)
    return ceil(peak) or average_bit_rate(segments)


def average_bit_rate(segments: Sequence[MediaSegment]) -> int:
    """Bit/s over all segments, rounded up; 0 if they last no time."""
    length = sum((segment.duration for segment in segments), Fraction(0))
    return ceil(sum(segment.size for segment in segments) * 8 / length) if length else 0


def file_uri(name: str) -> str:
    """A relative URI for a file beside the playlist, whatever characters its name has (RFC 3986, 4.2)."""
    encoded = quote(name, safe="-._~!$&'()*+,;=@", errors="replace")
    return encoded if encoded not in (".", "..") else f"./{encoded}"


def uri_reference(text: str) -> str:
    """A customer's URI made safe as a playlist line: only what no URI may hold is encoded, and "#" in front (4.1)."""
    encoded = quote(text, safe=_URI_SAFE, errors="replace")
    return f"%23{encoded[1:]}" if encoded.startswith("#") else encoded


def quoted(text: str) -> str:
    """A quoted-string (4.2): it can't hold line breaks or quotes and has no escapes, so they are replaced."""
    # JSON lets a customer send half a surrogate pair, which no file can hold.
    text = text.encode("utf-8", "replace").decode()
    clean = "".join(" " if ord(sign) < 32 or sign in "\x7f\x85\u2028\u2029" else sign for sign in text)
    return '"' + clean.replace('"', "'") + '"'


def _lengths(segments: Sequence[MediaSegment], decimals: int) -> list[str]:
    """EXTINF values: differences of rounded running sums, so that they never drift from the true time."""
    unit = 10**decimals
    total, before, texts = Fraction(0), 0, []
    for segment in segments:
        total += segment.duration
        now = round(total * unit)
        whole, part = divmod(now - before, unit)
        texts.append(f"{whole}.{part:0{decimals}d}" if decimals else str(whole))
        before = now
    return texts


def _variant(variant: Variant) -> list[tuple[str, str | None]]:
    average, size, rate = variant.average_bandwidth, variant.resolution, variant.frame_rate
    return [
        ("BANDWIDTH", str(variant.bandwidth)),
        ("AVERAGE-BANDWIDTH", str(average) if average is not None else None),
        ("RESOLUTION", f"{size[0]}x{size[1]}" if size else None),
        ("CODECS", quoted(variant.codecs) if variant.codecs else None),
        # Rounded to three places, as the attribute's definition says.
        ("FRAME-RATE", f"{float(rate):.3f}" if rate else None),
        ("AUDIO", quoted(variant.audio) if variant.audio else None),
    ]


def _choice(choice: AudioChoice) -> list[tuple[str, str | None]]:
    return [
        ("TYPE", "AUDIO"),
        ("GROUP-ID", quoted(choice.group)),
        ("NAME", quoted(choice.name)),
        ("LANGUAGE", quoted(choice.language) if choice.language else None),
        ("DEFAULT", "YES" if choice.default else "NO"),
        ("AUTOSELECT", "YES"),
        ("URI", quoted(uri_reference(choice.uri)) if choice.uri else None),
    ]


def _attributes(pairs: list[tuple[str, str | None]]) -> str:
    return ",".join(f"{name}={value}" for name, value in pairs if value is not None)


def _text(lines: list[str]) -> str:
    return "\n".join(lines) + "\n"
