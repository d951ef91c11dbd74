"""JoinedTrack: stored pieces in order, as one track that starts at decode time 0. No boxes are written here.

Video chunks meet exactly. Audio pieces overlap, because an AAC decoder needs the frames before a join to sound right:
their overlapping frames are dropped and the rest follows on. Times are in ticks of the track unless named otherwise.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from math import ceil

from stepcoder.mp4.errors import JoinError
from stepcoder.mp4.fragments import FragmentIndex, Samples
from stepcoder.mp4.payload import Run
from stepcoder.mp4.track import Track

AAC_FRAME = 1024  # samples, ISO/IEC 14496-3 (AAC-LC)


@dataclass(frozen=True, slots=True)
class Piece:
    """One stored object and which of its frames to use: skip `drop_first`, then take `keep` (None: all the rest)."""

    source: str
    index: FragmentIndex
    drop_first: int = 0
    keep: int | None = None

    @property
    def last(self) -> int:
        """One past the last frame used. Raises JoinError if the object has too few."""
        have = len(self.index.samples)
        last = have if self.keep is None else self.drop_first + self.keep
        if not self.drop_first <= last <= have:
            raise JoinError(f"{self.source} has {have} frames, but {self.drop_first} to {last} are wanted.")
        return last


@dataclass(frozen=True, slots=True)
class Extent:
    """Samples from number `first` on that lie one after another at `offset` of `source`."""

    first: int
    source: str
    offset: int


class JoinedTrack:
    """One track over many objects. Made by `join_chunks` and `join_audio`."""

    def __init__(self, track: Track, media_time: int, samples: Samples, extents: list[Extent]) -> None:
        self.track = track
        self.timescale = track.timescale
        # The decode tick shown at time 0. Negative: the track starts that much later than the film.
        self.media_time = media_time
        self.samples = samples
        # Both have one entry more than there are samples: where the last one ends.
        self.decode_times = array("q", accumulate(samples.durations, initial=0))
        self._positions = array("Q", accumulate(samples.sizes, initial=0))
        self._extents = extents
        self._extent_firsts = array("Q", [extent.first for extent in extents])

    def __len__(self) -> int:
        return len(self.samples)

    @property
    def is_video(self) -> bool:
        return self.track.is_video

    @property
    def payload_size(self) -> int:
        """Bytes of all samples."""
        return self._positions[-1]

    @property
    def trimmed(self) -> int:
        """Ticks decoded before time 0 and never shown: the encoder's priming."""
        return max(0, self.media_time - self.samples.shifts[0])

    @property
    def start(self) -> Fraction:
        """Seconds from the film's start until the first sample is shown; 0 unless the track starts late."""
        return Fraction(max(0, self.samples.shifts[0] - self.media_time), self.timescale)

    @property
    def duration(self) -> Fraction:
        """Seconds shown, priming not counted."""
        return Fraction(self.decode_times[-1] - self.trimmed, self.timescale)

    @property
    def end(self) -> Fraction:
        """Seconds from the film's start to the track's end."""
        return self.start + self.duration

    def time_of(self, sample: int) -> Fraction:
        """Seconds at which sample number `sample` is shown, if samples are shown in decode order or it starts a GOP.

        Before 0 for priming; the end of the track for the number after the last.
        """
        return Fraction(self.decode_times[sample] + self.samples.shifts[0] - self.media_time, self.timescale)

    def first_at(self, seconds: Fraction) -> int:
        """The first sample shown at or after `seconds`, for tracks whose samples are shown in decode order."""
        return bisect_left(self.decode_times, ceil(seconds * self.timescale) + self.media_time, 0, len(self))

    def first_decoded_at(self, seconds: Fraction) -> int:
        """The first sample whose decode time, from the track's first, is at or after `seconds`."""
        return bisect_left(self.decode_times, ceil(seconds * self.timescale), 0, len(self))

    def size_of(self, first: int, last: int) -> int:
        """Bytes of samples [first, last)."""
        return self._positions[last] - self._positions[first]

    def runs(self, first: int, last: int) -> Iterator[Run]:
        """Where the bytes of samples [first, last) lie, in order."""
        at = bisect_right(self._extent_firsts, first) - 1
        while first < last:
            extent = self._extents[at]
            at += 1
            end = min(last, self._extents[at].first) if at < len(self._extents) else last
            offset = extent.offset + self._positions[first] - self._positions[extent.first]
            yield Run(extent.source, offset, self.size_of(first, end))
            first = end


def join_chunks(pieces: Iterable[Piece]) -> JoinedTrack:
    """Joins chunks that lie on one absolute timeline, each starting exactly where the one before ends.

    Chunks without samples are allowed at the end only (the source was shorter than announced). Raises JoinError if
    chunks leave a gap, overlap, or were encoded with different parameters.
    """
    used = _without_empty_tail(pieces)
    joiner = _Joiner(used[0])
    for piece in used:
        # A last chunk of one or two frames has no reordered frames, so ffmpeg gives it an edit list without their
        # delay. Its composition offsets are put on the first chunk's terms; the time each frame is shown stays.
        joiner.add(piece, piece.index.fragments[0].decode_time, joiner.media_time - piece.index.track.media_time)
    return joiner.done()


def join_audio(pieces: Iterable[Piece]) -> JoinedTrack:
    """Joins AAC pieces after dropping the frames each Piece says, and closes the gaps that leaves.

    A piece lies either on the absolute timeline, where it must fit, or on its own that starts like the first piece's.
    Raises JoinError if it fits neither, if a frame before the last piece's end isn't whole, or if parameters differ.
    """
    used = _without_empty_tail(pieces)
    origin = used[0].index.fragments[0].decode_time
    joiner = _Joiner(used[0])
    for number, piece in enumerate(used):
        samples = piece.index.samples
        begins = piece.index.fragments[0].decode_time + sum(samples.durations[: piece.drop_first])
        if begins != joiner.now and (number == 0 or piece.index.fragments[0].decode_time != origin):
            raise JoinError(f"{piece.source} starts at tick {begins}, but the audio before it ends at {joiner.now}.")
        whole = piece.last if number < len(used) - 1 else max(piece.drop_first, piece.last - 1)
        if len(used) > 1 and any(length != AAC_FRAME for length in samples.durations[piece.drop_first : whole]):
            raise JoinError(f"{piece.source} has frames that don't last {AAC_FRAME} samples.")
        joiner.add(piece, joiner.now, 0)
    return joiner.done()


class _Joiner:
    """Collects what pieces hold, on the decode clock of the first."""

    def __init__(self, first: Piece) -> None:
        index = first.index
        self.track = index.track
        self.media_time = self.track.media_time
        self.begin = index.fragments[0].decode_time + sum(index.samples.durations[: first.drop_first])
        self.now = self.begin  # where the next sample must start
        self.samples = Samples()
        self.extents: list[Extent] = []

    def add(self, piece: Piece, begins: int, shift: int) -> None:
        """Appends a piece whose first used sample starts at `begins`, `shift` ticks added to composition offsets."""
        self.track.must_match(piece.index.track, piece.source)
        if begins != self.now:
            raise JoinError(f"{piece.source} starts at tick {begins}, but what comes before it ends at {self.now}.")
        first, last = piece.drop_first, piece.last
        self._place(piece, first, last)
        self.now += sum(piece.index.samples.durations[first:last])
        before = len(self.samples)
        self.samples.extend(piece.index.samples, first, last)
        if shift:
            self.samples.shifts[before:] = array("i", [value + shift for value in self.samples.shifts[before:]])

    def _place(self, piece: Piece, first: int, last: int) -> None:
        """Notes where samples [first, last) lie, and checks that the piece's own fragments leave no gap."""
        base = len(self.samples) - first
        rows = piece.index.samples
        time = piece.index.fragments[0].decode_time
        for fragment in piece.index.fragments:
            if fragment.decode_time != time:
                raise JoinError(f"{piece.source} has a gap between ticks {time} and {fragment.decode_time}.")
            end = fragment.first + fragment.frames
            time += sum(rows.durations[fragment.first : end])
            begin = max(first, fragment.first)
            if begin < min(last, end):
                skipped = sum(rows.sizes[fragment.first : begin])
                self.extents.append(Extent(base + begin, piece.source, fragment.data + skipped))

    def done(self) -> JoinedTrack:
        if not len(self.samples):
            raise JoinError("There is nothing to join: no piece has a frame.")
        return JoinedTrack(self.track, self.media_time - self.begin, self.samples, self.extents)


def _without_empty_tail(pieces: Iterable[Piece]) -> list[Piece]:
    used = list(pieces)
    while used and not len(used[-1].index.samples):
        used.pop()
    if not used:
        raise JoinError("There is nothing to join: no piece has a frame.")
    for piece in used:
        if not len(piece.index.samples):
            raise JoinError(f"{piece.source} is empty, but pieces after it are not.")
    return used
