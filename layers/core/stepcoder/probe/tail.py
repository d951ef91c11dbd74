"""The end of a file: when its last frame and last sample are over, found by seeking near it and reading on."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from stepcoder.probe.choose import Chosen
from stepcoder.probe.head import REORDERED
from stepcoder.probe.limits import TAIL_BYTES, TAIL_SECONDS
from stepcoder.probe.opening import packets
from stepcoder.probe.reader import MeteredFile

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.packet import Packet

LAST_PACKETS = 64  # kept to decode the very last of them
CONTEXT = Fraction(1)  # seconds of packets needed before the last one: B-frames arrive out of order


@dataclass
class StreamTail:
    """The last packets of one stream."""

    stream: Any
    times: list[int] = field(default_factory=list)  # in ticks, in file order
    durations: dict[int, int] = field(default_factory=dict)  # by time
    last: deque[Any] = field(default_factory=lambda: deque(maxlen=LAST_PACKETS))
    whole: bool = False  # every packet of the stream went through here
    heard_until: Fraction | None = None  # seconds; of audio that could be decoded

    def take(self, packet: Packet[Any]) -> None:
        if not packet.size or packet.pts is None or packet.is_discard:
            return
        self.times.append(packet.pts)
        self.durations[packet.pts] = packet.duration or 0
        self.last.append(packet)

    @property
    def time_base(self) -> Fraction:
        return Fraction(self.stream.time_base)

    def reaches_back(self) -> bool:
        """True if enough lies before the last packet to be sure that it is the last one shown."""
        return self.whole or (max(self.times) - min(self.times)) * self.time_base >= CONTEXT

    def video_end(self, rate: Fraction) -> Fraction:
        """Seconds; a last frame that doesn't say how long it lasts, lasts as long as one at `rate`."""
        latest = max(self.times)
        return latest * self.time_base + (self.durations[latest] * self.time_base or 1 / rate)

    def audio_end(self) -> Fraction:
        """Seconds; as decoded where that worked: encoders pad the last packet with samples not to be heard."""
        latest = max(self.times)
        return self.heard_until or (latest + self.durations[latest]) * self.time_base

    def listen(self) -> None:
        """Decode the last packets of an audio stream, while its file is open."""
        self.heard_until = max((_frame_end(frame) for frame in self._decoded()), default=None)
        self.last.clear()

    def _decoded(self) -> list[Any]:
        import av

        self.stream.codec_context.flush_buffers()
        frames: list[Any] = []
        for packet in [*self.last, None]:
            try:
                frames += self.stream.codec_context.decode(packet)
            except av.FFmpegError:
                continue  # the first packets after a seek may lean on what went before
        return [frame for frame in frames if frame.pts is not None]

    def ascending(self) -> Sequence[int]:
        """Presentation times in order, without those whose neighbours may be missing."""
        times = sorted(set(self.times))
        return times if self.whole else times[REORDERED:]


def find_tail(container: InputContainer, stream: Any, expected: Fraction, file: MeteredFile) -> StreamTail | None:
    """The last packets of `stream`, which is thought to end at `expected` seconds; None if they can't be reached."""
    skip_others(container, stream)
    found: StreamTail | None = None
    for distance in TAIL_SECONDS:
        tail = _read_from(container, stream, expected - distance, file)
        if tail is None:
            continue
        # Headers may claim far too much: what turned out to be the end counts for the next try.
        expected, found = max(tail.times) * tail.time_base, tail
        if tail.reaches_back():
            break
    if found is not None and stream.type == "audio":
        found.listen()
    return found


def scan(container: InputContainer, chosen: Chosen, file: MeteredFile) -> dict[int, StreamTail]:
    """Read a file just opened from beginning to end; tails by stream index. For files where seeking doesn't help."""
    tails = {stream.index: StreamTail(stream, whole=True) for stream in chosen.streams}
    for packet in packets(container, chosen.streams, file):
        tails[packet.stream.index].take(packet)
    if chosen.audio is not None:
        tails[chosen.audio.index].listen()
    return {index: tail for index, tail in tails.items() if tail.times}


def _frame_end(frame: Any) -> Fraction:
    """Seconds. MP4 says by a short duration that the rest of a frame is padding; libav decodes it all the same."""
    tick = Fraction(frame.time_base)
    samples, stated = Fraction(frame.samples, frame.sample_rate), (frame.duration or 0) * tick
    return Fraction(frame.pts) * tick + (stated if 0 < stated < samples - tick else samples)


def skip_others(container: InputContainer, wanted: Any) -> None:
    """Let libav skip the packets of all other streams without reading them, where the container allows that."""
    from av.stream import Discard

    for stream in container.streams:
        stream.discard = Discard.default if stream.index == wanted.index else Discard.all


def _read_from(container: InputContainer, stream: Any, start: Fraction, file: MeteredFile) -> StreamTail | None:
    import av

    tail = StreamTail(stream)
    begun = file.bytes_read
    try:
        # any_frame: only timestamps matter here, so there is no need to go back to a keyframe.
        guide = _guide(container, stream)
        container.seek(round(start / Fraction(guide.time_base)), stream=guide, any_frame=True)
    except av.FFmpegError:
        file.check()
        return None
    for packet in packets(container, [stream], file):
        tail.take(packet)
        if file.bytes_read - begun > TAIL_BYTES:
            return None
    return tail if tail.times else None


def _guide(container: InputContainer, stream: Any) -> Any:
    """The stream to seek by. Matroska's index often lists only video; without it libav would read the whole file."""
    if container.format.name.startswith("matroska"):
        return next((other for other in container.streams.video if len(other.index_entries)), stream)
    return stream
