"""Opens a file with libav so that libav can open nothing else, and gives its failures our names.

PyAV is imported when a file is opened: most functions of the service never probe.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from stepcoder.errors import EncodingError, InputError, TryAgain
from stepcoder.probe.limits import MAX_OPENING_BYTES, MAX_PIXELS
from stepcoder.probe.names import FORMATS
from stepcoder.probe.reader import MeteredFile

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.packet import Packet

NO_MEDIA = "This file does not appear to be a valid media file. No audio or video tracks were detected."

OPTIONS = {
    # The bytes come from us. libav may open nothing by name: no URL, no file, no segment of a playlist. The callback
    # given to av.open says the same, but demuxers that open further demuxers go past it; this they inherit.
    "protocol_whitelist": "",
    # Demuxers that read one file. The others (hls, dash, concat, sdp, image2, …) name further ones.
    "format_whitelist": ",".join(FORMATS),
    "enable_drefs": "0",
    "use_absolute_path": "0",
    "max_pixels": str(MAX_PIXELS),
    "probesize": str(MAX_OPENING_BYTES),
}


@contextmanager
def opened(file: MeteredFile) -> Iterator[InputContainer]:
    """The file as libav's container. Raises InputError, or what reading the file raised."""
    import av

    file.seek(0)
    try:
        with av.open(file, "r", options=OPTIONS, io_open=_refuse, metadata_errors="replace") as container:
            yield container
    except (EncodingError, TryAgain):
        raise
    except av.FFmpegError as error:
        raise _explain(file, error) from error
    except Exception:
        # What a source raised inside a read comes out of libav unchanged or as something of its own.
        if file.error:
            raise file.error from None
        raise


def packets(container: InputContainer, streams: Sequence[Any], file: MeteredFile) -> Iterator[Packet[Any]]:
    """Packets from where the container stands, up to the end or to where libav gives up; then an empty one per stream.

    Raises what reading the file raised, and InputError when the probe has taken too long.
    """
    import av

    try:
        for packet in container.demux(*streams):
            file.check()
            yield packet
    except (av.FFmpegError, IndexError):
        # IndexError: PyAV trips at the end over streams that appeared on the way, as damaged FLV files make them.
        file.check()


def _refuse(url: str, flags: int, options: dict[str, str]) -> object:
    raise PermissionError("A source may not open other files.")


def _explain(file: MeteredFile, error: Exception) -> Exception:
    import av

    if file.error:
        return file.error
    if isinstance(error, av.InvalidDataError | av.ArgumentError | av.EOFError):
        # Not recognised, recognised but not allowed, or nothing there.
        return InputError("NoMediaError", NO_MEDIA)
    return InputError("UnreadableFileError", "This file can't be read. It may be damaged.")
