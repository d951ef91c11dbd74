"""The planner: every output's decisions, shared renditions, ladders with chunks, waves of tasks. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from stepcoder.errors import OutputError
from stepcoder.media import Frozen, MediaInfo
from stepcoder.plan.assets import Assets, Unusable
from stepcoder.plan.dimensions import SourceTooSmall
from stepcoder.plan.ladders import Candidate, build_ladders, share_threads
from stepcoder.plan.model import (
    AudioRendition,
    Bundle,
    Capacity,
    Destination,
    OutputPlan,
    Plan,
    Rejection,
    SourceFile,
    StillPlace,
    StreamEntry,
    ThumbnailSet,
)
from stepcoder.plan.output import Decisions, decide
from stepcoder.plan.rendition import VideoRendition
from stepcoder.plan.storing import Storing
from stepcoder.plan.waves import build_waves
from stepcoder.plan.wishes import Wishes

_Rendition = TypeVar("_Rendition", bound=Frozen)


class OutputWish(Frozen):
    """One output as asked: its id, settled settings and where it goes."""

    output_id: int
    label: str | None = None
    wishes: Wishes
    destination: Destination
    fallbacks: tuple[Destination, ...] = ()  # in turn, where it can't be delivered to its destination
    still_backup: str | None = None  # directory URL, where a set can't be delivered to its own
    still_places: tuple[StillPlace, ...] = ()  # of each thumbnail set
    storing: Storing = Storing()
    bundle: Bundle | None = None
    streams: tuple[StreamEntry, ...] = ()  # playlist outputs
    caption_url: str | None = None  # captions outputs


@dataclass
class _Draft:
    """What has been decided so far."""

    video: list[Candidate] = field(default_factory=list)
    audio: list[AudioRendition] = field(default_factory=list)
    stills: list[ThumbnailSet] = field(default_factory=list)
    outputs: list[OutputPlan] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    skipped: list[int] = field(default_factory=list)


def plan_job(
    job_id: int,
    source: SourceFile,
    media: MediaInfo,
    wanted: Sequence[OutputWish],
    capacity: Capacity,
    assets: Assets | None = None,
) -> Plan:
    """The plan of a job. An output the source can't give becomes a rejection; the others go on.

    `assets` are the files that their settings name.
    """
    draft = _Draft()
    for wish in wanted:
        try:
            _add(draft, wish, media, assets or Assets())
        except OutputError as error:
            draft.rejections.append(
                Rejection(output_id=wish.output_id, error_class=error.error_class, message=error.message)
            )
        except SourceTooSmall:
            draft.skipped.append(wish.output_id)
            draft.warnings.append(_too_small(wish, media))
    _leave_out_skipped(draft)
    ladders = build_ladders(draft.video, capacity)
    return Plan(
        job_id=job_id,
        source=source,
        media=media,
        video=share_threads([candidate.rendition for candidate in draft.video], ladders, capacity),
        audio=tuple(draft.audio),
        ladders=ladders,
        thumbnails=tuple(draft.stills),
        outputs=tuple(draft.outputs),
        waves=build_waves(ladders, draft.audio, draft.stills, draft.outputs, media),
        rejections=tuple(draft.rejections),
        warnings=tuple(draft.warnings),
        skipped=tuple(draft.skipped),
    )


def _too_small(wish: OutputWish, media: MediaInfo) -> str:
    source = f"{media.video.width}x{media.video.height}" if media.video else "smaller"
    asked = wish.wishes.size.short_side
    return f"Output {wish.output_id} was skipped: its short_side is {asked}, and the source is {source}."


def _leave_out_skipped(draft: _Draft) -> None:
    """A playlist lists what is made; one of which nothing is made is skipped, too."""
    left: list[OutputPlan] = []
    for output in draft.outputs:
        streams = tuple(entry for entry in output.streams if entry.source_output_id not in draft.skipped)
        if output.streams and not streams:
            draft.skipped.append(output.output_id)
        else:
            left.append(output.model_copy(update={"streams": streams}))
    draft.outputs = left


def _add(draft: _Draft, wish: OutputWish, media: MediaInfo, assets: Assets) -> None:
    if wish.wishes.kind in ("playlist", "captions"):
        draft.outputs.append(_without_media(wish, assets))
        return
    decisions = decide(wish.wishes, media, assets.images)
    draft.warnings.extend(f"Output {wish.output_id}: {sentence}" for sentence in decisions.left_out)
    video = _share_video(draft, decisions)
    audio = _shared(draft.audio, decisions.audio, lambda index, each: each.model_copy(update={"id": f"a{index}"}))
    stills = _still_sets(draft, wish, decisions)
    draft.stills.extend(stills)
    draft.outputs.append(
        OutputPlan(
            output_id=wish.output_id,
            kind="segmented" if wish.wishes.kind == "segmented" else "standard",
            container=wish.wishes.container,
            destination=wish.destination,
            fallbacks=wish.fallbacks,
            still_backup=wish.still_backup,
            storing=wish.storing,
            bundle=wish.bundle,
            video=video,
            audio=audio,
            thumbnails=tuple(each.id for each in stills),
            segment_frames=decisions.segment_frames,
            segment_seconds=decisions.segment_seconds,
        )
    )


def _without_media(wish: OutputWish, assets: Assets) -> OutputPlan:
    """A playlist, or captions from a file."""
    captions = assets.captions.get(wish.output_id)
    if isinstance(captions, Unusable):
        raise OutputError(captions.error_class, captions.message)
    return OutputPlan(
        output_id=wish.output_id,
        kind=wish.wishes.kind,
        container=wish.wishes.container,
        destination=wish.destination,
        fallbacks=wish.fallbacks,
        storing=wish.storing,
        bundle=wish.bundle,
        streams=wish.streams,
        captions=captions.name if captions else None,
    )


def _share_video(draft: _Draft, decisions: Decisions) -> str | None:
    """The id of an equal rendition already decided, or of this one added: no frame is encoded twice alike."""
    if decisions.video is None or decisions.timeline is None:
        return None
    candidate = Candidate(
        rendition=decisions.video,
        timeline=decisions.timeline,
        segment_frames=decisions.segment_frames,
        deinterlace=decisions.deinterlace,
        seekable=decisions.seekable,
    )
    for known in draft.video:
        if candidate.model_copy(update={"rendition": _named(candidate.rendition, known.rendition.id)}) == known:
            return known.rendition.id
    named = candidate.model_copy(update={"rendition": _named(candidate.rendition, f"v{len(draft.video)}")})
    draft.video.append(named)
    return named.rendition.id


def _named(rendition: VideoRendition, name: str) -> VideoRendition:
    return rendition.model_copy(update={"id": name})


def _shared(
    known: list[AudioRendition],
    wanted: AudioRendition | None,
    name: Callable[[int, AudioRendition], AudioRendition],
) -> str | None:
    if wanted is None:
        return None
    for index, each in enumerate(known):
        if name(index, wanted) == each:
            return each.id
    known.append(name(len(known), wanted))
    return known[-1].id


def _still_sets(draft: _Draft, wish: OutputWish, decisions: Decisions) -> list[ThumbnailSet]:
    if not decisions.stills:
        return []  # no picture to take them from: the sound is delivered all the same
    first = len(draft.stills)
    sets = zip(decisions.stills, wish.still_places, strict=True)
    # What the source is too small for, and what lies behind its end, is not taken.
    wanted = [(still, place) for still, place in sets if still is not None and still.frames]
    return [
        still.thumbnail_set(f"t{first + index}", wish.output_id, place) for index, (still, place) in enumerate(wanted)
    ]
