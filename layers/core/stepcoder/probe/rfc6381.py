"""RFC 6381 codec strings from decoder configuration as libav hands it out, whatever the container. Pure.

The joining room has its own, from MP4 sample descriptions: there the bytes it wrote are the truth.
"""

from __future__ import annotations

from collections.abc import Callable

PLAIN = {
    "vp8": "vp8",
    "vp9": "vp9",
    "vorbis": "vorbis",
    "opus": "opus",
    "flac": "fLaC",
    "ac3": "ac-3",
    "eac3": "ec-3",
    "mp3": "mp4a.40.34",
}
# By libav's name of the profile; numbers from ISO/IEC 14496-3, table 1.17.
AAC_OBJECT_TYPES = {"Main": 1, "LC": 2, "SSR": 3, "LTP": 4, "HE-AAC": 5, "LD": 23, "HE-AACv2": 29, "ELD": 39}
SPS_H264, SPS_HEVC = 7, 33
VISUAL_OBJECT_SEQUENCE = b"\0\0\1\xb0"


def codec_string(codec: str, extradata: bytes | None, profile: str | None = None, tag: str = "") -> str | None:
    """For example "avc1.64001f" or "mp4a.40.2"; None where there is no such string or the configuration is missing.

    `codec` is libav's name, `profile` libav's name of the profile, `tag` the sample entry's name if there was one.
    """
    if codec == "aac":
        return _aac(extradata, profile)
    if codec in PLAIN:
        return PLAIN[codec]
    maker = {"h264": _h264, "hevc": _hevc, "av1": _av1, "mpeg4": _mpeg4}.get(codec)
    return maker(extradata, tag) if maker and extradata else None


def _aac(extradata: bytes | None, profile: str | None) -> str | None:
    """From AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1): five bits of object type, or 31 and six more."""
    if profile in AAC_OBJECT_TYPES:
        return f"mp4a.40.{AAC_OBJECT_TYPES[profile]}"
    if not extradata or len(extradata) < 2:
        return None
    kind = extradata[0] >> 3
    if kind == 31:
        kind = 32 + ((extradata[0] & 7) << 3 | extradata[1] >> 5)
    return f"mp4a.40.{kind}"


def _h264(extradata: bytes, tag: str) -> str | None:
    """Profile, constraints and level: the same three bytes follow avcC's version and the SPS's first byte."""
    if extradata[0] == 1:
        found: bytes | None = extradata[1:4]
    else:
        found = _parameter_set(extradata, 1, lambda header: header[0] & 31 == SPS_H264)
    entry = tag if tag in ("avc1", "avc3") else "avc1"
    return f"{entry}.{found[:3].hex()}" if found and len(found) >= 3 else None


def _hevc(extradata: bytes, tag: str) -> str | None:
    """profile_tier_level as ISO/IEC 14496-15, annex E.3 writes it: "hvc1.1.6.L93.B0"."""
    if extradata[0] == 1:
        found: bytes | None = extradata[1:13]
    else:
        sps = _parameter_set(extradata, 2, lambda header: header[0] >> 1 & 63 == SPS_HEVC)
        found = sps[1:13] if sps else None
    if not found or len(found) < 12:
        return None
    space = ("", "A", "B", "C")[found[0] >> 6]
    tier = "H" if found[0] & 32 else "L"
    compatibility = int(f"{int.from_bytes(found[1:5]):032b}"[::-1], 2)
    constraints = found[5:11].rstrip(b"\0")
    entry = tag if tag in ("hvc1", "hev1") else "hvc1"
    parts = [entry, f"{space}{found[0] & 31}", f"{compatibility:X}", f"{tier}{found[11]}"]
    return ".".join([*parts, *(f"{byte:X}" for byte in constraints)])


def _av1(extradata: bytes, tag: str) -> str | None:
    """From av1C (AV1 in ISO base media, section 2.3 and 5)."""
    if len(extradata) < 3 or extradata[0] != 0x81:
        return None
    profile, level = extradata[1] >> 5, extradata[1] & 31
    tier = "H" if extradata[2] & 0x80 else "M"
    depth = 8 if not extradata[2] & 0x40 else 12 if extradata[2] & 0x20 else 10
    return f"av01.{profile}.{level:02d}{tier}.{depth:02d}"


def _mpeg4(extradata: bytes, tag: str) -> str | None:
    at = extradata.find(VISUAL_OBJECT_SEQUENCE)
    return f"mp4v.20.{extradata[at + 4]}" if 0 <= at < len(extradata) - 4 else None


def _parameter_set(annex_b: bytes, header_length: int, wanted: Callable[[bytes], bool]) -> bytes | None:
    """The body of the first NAL unit `wanted`, without emulation prevention (H.264 7.4.1, H.265 7.4.2)."""
    for unit in annex_b.split(b"\0\0\1")[1:]:
        if len(unit) > header_length and wanted(unit[:header_length]):
            return unit[header_length:].replace(b"\0\0\3", b"\0\0")
    return None
