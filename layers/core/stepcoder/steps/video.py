"""One chunk of a ladder: analyse or encode, check that the wanted frames came out, store the fragments."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from stepcoder.commands.source import PRE_ROLLS
from stepcoder.commands.video_chunk import Encode, encode_chunk, reads_from_start
from stepcoder.errors import OutputError
from stepcoder.mp4.fragments import FragmentIndex
from stepcoder.plan.bits import Measured, share_out
from stepcoder.plan.model import Chunk, Ladder
from stepcoder.plan.rendition import VideoRendition
from stepcoder.steps.first_pass import load_passlogs, measure, save_passlogs
from stepcoder.steps.indexing import index_file
from stepcoder.steps.overlays import download_pictures
from stepcoder.steps.task_run import TaskRun
from stepcoder.steps.workspace import Result, chunk_name


class ChunkWork:
    """A task's chunk with what encodes it."""

    def __init__(self, run: TaskRun) -> None:
        self.run = run
        self.ladder: Ladder = run.plan.ladder(run.task.target)
        self.chunk: Chunk = self.ladder.chunks[run.task.index]
        self.renditions: list[VideoRendition] = [run.plan.rendition(name) for name in self.ladder.renditions]
        self._images = download_pictures(self.renditions, run.workspace, run.scratch)

    def ffmpeg(self, encodes: list[Encode], on_frame: Callable[[int], int], complete: Callable[[], bool]) -> None:
        """Encode with more and more pre-roll until `complete` says that no frame is missing."""
        for pre_roll in PRE_ROLLS:
            argv = encode_chunk(
                self.run.source_url,
                self.ladder.timeline,
                self.chunk,
                encodes,
                pre_roll=pre_roll,
                deinterlace=self.ladder.deinterlace,
                images=self._images,
            )
            self.run.ffmpeg(argv, on_frame)
            # Read from the start there is nothing earlier to find: what is missing then is not in the source.
            if complete() or reads_from_start(self.ladder.timeline, self.chunk, pre_roll):
                return


def encode_video(run: TaskRun) -> Result:
    """The chunk's result. Encoded: per rendition the stored file and its fragment index. Analysed: its measures."""
    work = ChunkWork(run)
    if run.task.round == "analyse":
        measured = _first_pass(work, lambda frame: frame)
        save_passlogs(run, work.renditions, work.chunk.index)
        return {"measured": {name: each.model_dump() for name, each in measured.items()}}
    return _final_pass(work, _shares(work))


def _first_pass(work: ChunkWork, on_frame: Callable[[int], int]) -> dict[str, Measured]:
    encodes = [
        Encode(rendition=each, path=Path("-"), passlog=work.run.scratch / each.id, pass_number=1)
        for each in work.renditions
    ]
    expected = None if work.chunk.end is None else work.chunk.end - work.chunk.start
    found: dict[str, Measured] = {}

    def complete() -> bool:
        found.update({each.id: measure(work.run.scratch, each.id) for each in work.renditions})
        frames = found[work.renditions[0].id].frames
        return frames > 0 if expected is None else frames == expected

    work.ffmpeg(encodes, on_frame, complete)
    return found


def _shares(work: ChunkWork) -> dict[str, int | None]:
    """kbps per rendition for a second pass; None where one pass of constant quality (or plain bitrate) does."""
    if work.ladder.analyse:
        shares = work.run.workspace.read_json("bits.json")[work.ladder.id]
        second = [each for each in work.renditions if shares[each.id] is not None]
        load_passlogs(work.run, second, work.chunk.index)
        return {name: kbps and kbps[work.chunk.index] for name, kbps in shares.items()}
    if not any(each.needs_analysis for each in work.renditions):
        return {each.id: None for each in work.renditions}
    # The film is one chunk: both passes happen here, the first counting for half of the work.
    measured = _first_pass(work, lambda frame: frame // 2)
    rate = work.ladder.timeline.frame_rate
    shares = {each.id: share_out(each.rate_control, [measured[each.id]], rate) for each in work.renditions}
    return {name: kbps and kbps[0] for name, kbps in shares.items()}


def _final_pass(work: ChunkWork, shares: dict[str, int | None]) -> Result:
    encodes = [_encode(work, each, shares[each.id]) for each in work.renditions]
    analysed_here = any(encode.pass_number for encode in encodes) and not work.ladder.analyse
    weight = work.run.task.weight
    indexes: dict[str, FragmentIndex | None] = {}

    def complete() -> bool:
        indexes.update({encode.rendition.id: index_file(encode.path) for encode in encodes})
        return all(_starts_right(work, each, indexes[each.id]) for each in work.renditions)

    work.ffmpeg(encodes, lambda frame: (weight + frame) // 2 if analysed_here else frame, complete)
    if any(index and not _starts_right(work, work.run.plan.rendition(name), index) for name, index in indexes.items()):
        raise OutputError(
            "TranscodingError", "Frames are missing where the source was cut: its timestamps are damaged."
        )
    return _store(work, encodes, indexes)


def _encode(work: ChunkWork, rendition: VideoRendition, kbps: int | None) -> Encode:
    path = work.run.scratch / f"{rendition.id}.mp4"
    if kbps is None:
        return Encode(rendition=rendition, path=path)
    passlog = work.run.scratch / rendition.id
    return Encode(rendition=rendition, path=path, passlog=passlog, pass_number=2, bitrate_kbps=kbps)


def _starts_right(work: ChunkWork, rendition: VideoRendition, index: FragmentIndex | None) -> bool:
    """Whether the first frame is the chunk's first. Whatever a seek missed shows as frames missing at the start (B.2).

    Too few frames at the end are no reason to seek again: the film ended. Joining settles whether that may be.
    """
    if index is None:
        return False
    ticks_per_frame = rendition.timescale / work.ladder.timeline.frame_rate
    return index.fragments[0].decode_time == work.chunk.start * ticks_per_frame


def _store(work: ChunkWork, encodes: list[Encode], indexes: dict[str, FragmentIndex | None]) -> Result:
    workspace = work.run.workspace
    stored: dict[str, Result] = {}
    for encode in encodes:
        index = indexes[encode.rendition.id]
        name = chunk_name(encode.rendition.id, work.chunk.index)
        if index is not None:
            workspace.objects.upload_file(encode.path, workspace.bucket, workspace.key(name))
        stored[encode.rendition.id] = {"name": name, "index": index.as_dict() if index else None}
    return {"renditions": stored}
