"""From the tasks' results to joined tracks: which stored pieces make an output's video and audio, in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from stepcoder.errors import OutputError
from stepcoder.mp4.fragments import FragmentIndex
from stepcoder.mp4.join import JoinedTrack, Piece, join_audio, join_chunks
from stepcoder.plan.audio import OVERLAP_FRAMES
from stepcoder.plan.model import OutputPlan, Plan
from stepcoder.steps.workspace import Workspace


@dataclass(frozen=True)
class Tracks:
    """An output's joined tracks; at least one of them."""

    video: JoinedTrack | None
    audio: JoinedTrack | None


def join_tracks(workspace: Workspace, plan: Plan, output: OutputPlan) -> Tracks:
    """Join what the tasks stored. Raises JoinError where it doesn't fit, OutputError where a piece is missing."""
    video = join_chunks(_video_pieces(workspace, plan, output.video)) if output.video else None
    audio = join_audio(_audio_pieces(workspace, plan, output.audio)) if output.audio else None
    return Tracks(video, audio)


def _video_pieces(workspace: Workspace, plan: Plan, rendition: str) -> Iterator[Piece]:
    ladder = plan.ladder_of(rendition)
    for chunk in ladder.chunks:
        stored = _result(workspace, f"{ladder.id}-{chunk.index:05d}-encode")["renditions"][rendition]
        if stored["index"] is not None:
            yield Piece(stored["name"], FragmentIndex.from_dict(stored["index"]))


def _audio_pieces(workspace: Workspace, plan: Plan, name: str) -> Iterator[Piece]:
    pieces = plan.audio_rendition(name).pieces
    for index, (start, end) in enumerate(pieces):
        stored = _result(workspace, f"{name}-{index:04d}")
        # The overlap before the piece was encoded only to settle the encoder; the one after it likewise.
        drop = min(start, OVERLAP_FRAMES)
        keep = None if end is None else end - start
        yield Piece(stored["name"], FragmentIndex.from_dict(stored["index"]), drop_first=drop, keep=keep)


def _result(workspace: Workspace, task_id: str) -> dict[str, Any]:
    result = workspace.result(task_id)
    if result is None:
        raise OutputError("UnexpectedResultError", "A part of the output is missing. Please submit the job again.")
    return result
