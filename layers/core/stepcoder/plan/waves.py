"""Tasks in waves: what may run at once, and which outputs wait for others. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from stepcoder.media import MediaInfo
from stepcoder.plan.audio import SAMPLES_PER_FRAME
from stepcoder.plan.model import AudioRendition, Chunk, Ladder, OutputPlan, Task, ThumbnailSet, Wave

# A task's weight is in video frames: an audio frame costs about a fiftieth of a picture, a still about 25 (a seek).
_AUDIO_FRAMES_PER_UNIT = 50
_STILL_UNITS = 25


def build_waves(
    ladders: Sequence[Ladder],
    audio: Sequence[AudioRendition],
    stills: Sequence[ThumbnailSet],
    outputs: Sequence[OutputPlan],
    media: MediaInfo,
) -> tuple[Wave, ...]:
    """First the media outputs with all their tasks, then the playlists that name them."""
    analysis = [task for ladder in ladders for task in _video_tasks(ladder, outputs, analyse=True)]
    tasks = [task for ladder in ladders for task in _video_tasks(ladder, outputs, analyse=False)]
    # Sound and stills are short: started last they fill the gaps while the last chunks run.
    tasks += [task for rendition in audio for task in _audio_tasks(rendition, outputs, media)]
    tasks += [_still_task(each) for each in stills]
    media_ids = tuple(output.output_id for output in outputs if output.kind != "playlist")
    playlist_ids = tuple(output.output_id for output in outputs if output.kind == "playlist")
    waves = [Wave(index=0, analysis=tuple(analysis), tasks=tuple(tasks), output_ids=media_ids)]
    if playlist_ids:
        waves.append(Wave(index=1, output_ids=playlist_ids))
    return tuple(waves)


def _video_tasks(ladder: Ladder, outputs: Sequence[OutputPlan], *, analyse: bool) -> list[Task]:
    if analyse and not ladder.analyse:
        return []
    round_name = "analyse" if analyse else "encode"
    output_ids = tuple(output.output_id for output in outputs if output.video in ladder.renditions)
    return [
        Task(
            id=f"{ladder.id}-{chunk.index:05d}-{round_name}",
            kind="video",
            target=ladder.id,
            index=chunk.index,
            round="analyse" if analyse else "encode",
            weight=chunk_frames(chunk, ladder),
            output_ids=output_ids,
        )
        for chunk in ladder.chunks
    ]


def chunk_frames(chunk: Chunk, ladder: Ladder) -> int:
    """Frames the chunk is expected to give; at least one, so that every task counts."""
    end = ladder.timeline.frame_count if chunk.end is None else chunk.end
    return max(1, end - chunk.start)


def _audio_tasks(rendition: AudioRendition, outputs: Sequence[OutputPlan], media: MediaInfo) -> list[Task]:
    output_ids = tuple(output.output_id for output in outputs if output.audio == rendition.id)
    source_end = media.audio.end if media.audio is not None else rendition.origin
    seconds = rendition.duration if rendition.duration is not None else source_end - rendition.origin
    total = int(seconds * rendition.sample_rate) // SAMPLES_PER_FRAME
    return [
        Task(
            id=f"{rendition.id}-{index:04d}",
            kind="audio",
            target=rendition.id,
            index=index,
            weight=max(1, ((total if end is None else end) - start) // _AUDIO_FRAMES_PER_UNIT),
            output_ids=output_ids,
        )
        for index, (start, end) in enumerate(rendition.pieces)
    ]


def _still_task(stills: ThumbnailSet) -> Task:
    return Task(
        id=stills.id,
        kind="thumbnails",
        target=stills.id,
        weight=max(1, _STILL_UNITS * len(stills.frames)),
        output_ids=(stills.output_id,),
    )
