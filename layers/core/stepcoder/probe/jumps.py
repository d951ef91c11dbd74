"""Finds streams whose clock goes back: several recordings copied into one file. Only for containers that allow it."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from stepcoder.errors import InputError
from stepcoder.probe.limits import JUMP_POINTS, JUMP_SEARCH_BYTES
from stepcoder.probe.opening import packets
from stepcoder.probe.reader import MeteredFile
from stepcoder.probe.tail import skip_others

if TYPE_CHECKING:
    from av.container import InputContainer

# Formats that are a mere succession of packets, so that files can be joined by appending one to the other.
APPENDABLE = frozenset({"mpegts", "mpeg"})
TOLERANCE = 1  # second; more than frames are ever out of order


def refuse_jumps(container: InputContainer, stream: Any, file: MeteredFile) -> None:
    """Raise InputError if a later place in the file has an earlier time: part of the film would silently be lost.

    Looks at a few places only, so a short insertion may go unnoticed. Moves the container.
    """
    if container.format.name not in APPENDABLE:
        return
    skip_others(container, stream)
    latest: Fraction | None = None
    for place in range(JUMP_POINTS + 1):
        time = _time_at(container, stream, file.size * place // (JUMP_POINTS + 1), file)
        if time is None:
            continue
        if latest is not None and time < latest - TOLERANCE:
            raise InputError(
                "UnsupportedEncodingError",
                "The timestamps of this file go back, as if several recordings had been joined. "
                "Remux it to one continuous timeline first.",
            )
        latest = time


def _time_at(container: InputContainer, stream: Any, offset: int, file: MeteredFile) -> Fraction | None:
    """Seconds; the time of the first packet of `stream` found from byte `offset` on."""
    import av

    try:
        container.seek(offset, unsupported_byte_offset=True, stream=stream)
    except av.FFmpegError:
        file.check()
        return None
    begun = file.bytes_read
    for packet in packets(container, [stream], file):
        if packet.pts is not None:
            return Fraction(packet.pts) * Fraction(stream.time_base)
        if file.bytes_read - begun > JUMP_SEARCH_BYTES:
            return None
    return None
