"""The beginning of a file: the first frames decoded, and how the first seconds of video are spaced."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from stepcoder.errors import InputError
from stepcoder.probe.choose import Chosen
from stepcoder.probe.limits import HEAD_BYTES, HEAD_PACKETS, HEAD_SECONDS, MAX_DECODED_PACKETS
from stepcoder.probe.opening import packets
from stepcoder.probe.reader import MeteredFile

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.packet import Packet
    from av.video.frame import VideoFrame

FRAMES = 8  # decoded to see whether they are interlaced
# More frames than any codec puts out of order: near a cut, so many may have neighbours on the other side of it.
REORDERED = 17


@dataclass
class StreamHead:
    """What the first packets and frames of one stream told."""

    stream: Any
    wanted_frames: int
    wanted_seconds: Fraction
    frames: list[Any] = field(default_factory=list)
    times: list[int] = field(default_factory=list)  # presentation times of the packets, in ticks, in file order
    latest_dts: int | None = None
    size: int = 0  # bytes of those packets
    packets: int = 0
    failures: int = 0
    ended: bool = False

    @property
    def first_pts(self) -> Fraction | None:
        """Seconds; presentation time of the first decoded frame."""
        for frame in self.frames:
            if frame.pts is not None and frame.time_base:
                return Fraction(frame.pts) * Fraction(frame.time_base)
        return None

    @property
    def seconds(self) -> Fraction:
        """How much of the stream was read without a hole."""
        times = self.ascending()
        return (times[-1] - times[0]) * Fraction(self.stream.time_base) if times else Fraction(0)

    @property
    def satisfied(self) -> bool:
        if self.ended:
            return True
        covered = self.seconds >= self.wanted_seconds or len(self.times) >= HEAD_PACKETS or self.size >= HEAD_BYTES
        return covered and len(self.frames) >= self.wanted_frames

    def take(self, packet: Packet[Any]) -> None:
        """Note the packet; decode it while frames are still wanted. Raises InputError when none can be decoded."""
        self.packets += bool(packet.size)
        if packet.size and packet.pts is not None and not packet.is_discard:
            self.times.append(packet.pts)
            self.latest_dts = packet.dts
            self.size += packet.size
        self.ended = self.ended or not packet.size
        if len(self.frames) < self.wanted_frames:
            self._decode(packet)

    def _decode(self, packet: Packet[Any]) -> None:
        import av

        try:
            self.frames += packet.decode()
        except av.FFmpegError:
            self.failures += 1
        if not self.frames and (self.failures > MAX_DECODED_PACKETS or (self.ended and self.packets)):
            raise _undecodable(self)

    def ascending(self) -> Sequence[int]:
        """The packets' times in presentation order, from the first decoded frame on, none missing in between.

        Packets come in decoding order: whatever is still to come is shown after the latest decoding time.
        """
        first = next((frame.pts for frame in self.frames if frame.pts is not None), None)
        times = sorted({time for time in self.times if first is None or time >= first})
        if self.ended:
            return times
        if self.latest_dts is None:
            return times[:-REORDERED]
        return times[: bisect_right(times, self.latest_dts)]


@dataclass(frozen=True)
class Head:
    video: StreamHead | None
    audio: StreamHead | None


def read_head(container: InputContainer, chosen: Chosen, file: MeteredFile) -> Head:
    """Read on from the beginning until enough is known. Raises InputError."""
    video = StreamHead(chosen.video, FRAMES, Fraction(HEAD_SECONDS)) if chosen.video is not None else None
    audio = StreamHead(chosen.audio, 1, Fraction(2)) if chosen.audio is not None else None
    heads = {head.stream.index: head for head in (video, audio) if head is not None}
    if video is not None:
        # Several threads would only delay the first frame.
        video.stream.thread_type = "NONE"
    taken = 0
    for packet in packets(container, chosen.streams, file):
        heads[packet.stream.index].take(packet)
        taken += packet.size
        # A stream may begin late or hold nothing at all; it is not searched for for ever.
        if all(head.satisfied for head in heads.values()) or taken > HEAD_BYTES:
            break
    else:
        for head in heads.values():
            head.ended = True
    if video is not None and not video.frames and (video.packets or not video.ended):
        raise _undecodable(video)
    return Head(video, audio)


def _undecodable(head: StreamHead) -> InputError:
    kind = head.stream.type
    return InputError("UnreadableFileError", f"The {kind} of this file can't be decoded. It may be damaged.")


def interlaced(frames: Sequence[VideoFrame], field_order: int) -> bool:
    """True if the container or most of the frames say so. libav's field orders from 2 on are interlaced."""
    marked = sum(frame.interlaced_frame for frame in frames)
    return marked * 2 > len(frames) if frames else field_order >= 2
