"""One piece of a sound track: encode, store, index."""

from __future__ import annotations

from fractions import Fraction

from stepcoder.commands.audio_piece import encode_piece
from stepcoder.errors import OutputError
from stepcoder.steps.indexing import index_file
from stepcoder.steps.task_run import TaskRun
from stepcoder.steps.workspace import Result, piece_name

# Sound is cheap to decode, and a seek that lands late would be filled with silence, not noticed: so be generous.
_PRE_ROLL = Fraction(20)


def encode_audio(run: TaskRun) -> Result:
    """The piece's result: the stored file and its fragment index."""
    rendition = run.plan.audio_rendition(run.task.target)
    piece = rendition.pieces[run.task.index]
    path = run.scratch / "sound.mp4"
    argv = encode_piece(run.source_url, rendition, piece, path, pre_roll=_PRE_ROLL)
    # Sound alone shows no frame count; its share of the work is too small to be worth more than a heartbeat.
    run.ffmpeg(argv, lambda _: 0)
    index = index_file(path)
    if index is None:
        raise OutputError("NoMediaError", "The source's audio track holds no sound that can be decoded.")
    name = piece_name(rendition.id, run.task.index)
    run.workspace.objects.upload_file(path, run.workspace.bucket, run.workspace.key(name))
    return {"name": name, "index": index.as_dict()}
