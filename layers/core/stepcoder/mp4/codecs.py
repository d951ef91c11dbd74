"""RFC 6381 codec names, as playlists and output details give them, from a track's sample description. Nothing else."""

from __future__ import annotations

from stepcoder.mp4.boxes import Box, boxes, find, integers, read_header
from stepcoder.mp4.errors import JoinError
from stepcoder.mp4.track import Track

_VISUAL_ENTRY = 78  # bytes before the boxes within a sample entry, ISO/IEC 14496-12 sections 12.1.3 and 12.2.3
_AUDIO_ENTRY = 28
# Descriptor tags, ISO/IEC 14496-1 section 7.2.2.1.
_ES, _DECODER_CONFIG, _DECODER_SPECIFIC = 3, 4, 5
_MPEG4_AUDIO = 0x40


def rfc6381(track: Track) -> str:
    """For example "avc1.64001f" or "mp4a.40.2"; just the sample entry's name for codecs without parameters.

    Raises JoinError if the sample description is damaged.
    """
    stsd = track.stsd
    entries = find(stsd, b"stsd")
    if entries is None or entries.size < 24:
        raise JoinError("The track has no sample description.")
    entry = read_header(stsd[entries.body + 8 :], entries.body + 8, entries.end)
    name = entry.kind.decode("latin-1")
    if name in ("avc1", "avc3"):
        return f"{name}.{_avc_profile(stsd, entry)}"
    if name == "mp4a":
        return f"{name}.{_mpeg4_audio(stsd, entry)}"
    return name


def _inner(stsd: bytes, entry: Box, skip: int, kind: bytes) -> Box:
    for found in boxes(stsd, entry.body + skip, entry.end):
        if found.kind == kind:
            return found
    raise JoinError(f"The sample description has no {kind.decode()} box.")


def _avc_profile(stsd: bytes, entry: Box) -> str:
    """Profile, compatibility flags and level, the bytes after avcC's version (RFC 6381, 3.3)."""
    config = _inner(stsd, entry, _VISUAL_ENTRY, b"avcC")
    return bytes(integers("BBB", stsd, config.body + 1)).hex()


def _mpeg4_audio(stsd: bytes, entry: Box) -> str:
    """Object type, and for MPEG-4 audio the audio object type in decimal (RFC 6381, 3.3)."""
    esds = _inner(stsd, entry, _AUDIO_ENTRY, b"esds")
    stream = _descriptor(stsd[esds.body + 4 : esds.end], _ES)
    (flags,) = integers("B", stream, 2)
    # Optional members: 16 bits "depends on", a counted URL, 16 bits "clock from".
    skip = 3 + (2 if flags & 0x80 else 0)
    if flags & 0x40:
        skip += 1 + integers("B", stream, skip)[0]
    skip += 2 if flags & 0x20 else 0
    config = _descriptor(stream[skip:], _DECODER_CONFIG)
    (object_type,) = integers("B", config, 0)
    if object_type != _MPEG4_AUDIO:
        return f"{object_type:02x}"
    return f"{object_type:02x}.{_audio_object_type(_descriptor(config[13:], _DECODER_SPECIFIC))}"


def _descriptor(data: bytes, tag: int) -> bytes:
    """The body of the descriptor `data` starts with; its length has 7 bits per byte (ISO/IEC 14496-1, 8.3.3)."""
    found, *_ = integers("B", data, 0)
    if found != tag:
        raise JoinError(f"The audio's description holds descriptor {found} where {tag} belongs.")
    length, at = 0, 1
    while True:
        (byte,) = integers("B", data, at)
        at += 1
        length = length << 7 | byte & 0x7F
        if not byte & 0x80:
            return data[at : at + length]


def _audio_object_type(config: bytes) -> int:
    """The first 5 bits, or 32 plus the next 6 if they are all set (ISO/IEC 14496-3, 1.6.2.1)."""
    (word,) = integers("H", config, 0)
    kind = word >> 11
    return kind if kind != 31 else 32 + (word >> 5 & 0x3F)
