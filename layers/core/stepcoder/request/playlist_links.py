"""Which outputs a playlist's streams are, where only their paths say so (zencoder-api 3.19). Judges nothing."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence

from stepcoder.request.locations import chosen_place
from stepcoder.request.output import OutputRequest
from stepcoder.request.places import place_of, scheme_of
from stepcoder.request.streaming import StreamRequest
from stepcoder.storage import Place

Outputs = tuple[OutputRequest, ...]


def linked(outputs: Outputs) -> Outputs:
    """The outputs, with a `source` for each stream that has a path but neither source nor bandwidth.

    The source is the labelled output of this job that goes where the path leads. The order of outputs means nothing.
    """
    return tuple(_linked(output, outputs) if output.type == "playlist" else output for output in outputs)


def _linked(playlist: OutputRequest, outputs: Outputs) -> OutputRequest:
    streams = tuple(_with_source(stream, playlist, outputs) for stream in playlist.streams)
    return playlist if streams == playlist.streams else playlist.model_copy(update={"streams": streams})


def _with_source(stream: StreamRequest, playlist: OutputRequest, outputs: Outputs) -> StreamRequest:
    if stream.source is not None or stream.bandwidth is not None or "path" not in stream.model_fields_set:
        return stream
    labels = _labels_at(stream.path, playlist, outputs)
    return stream.model_copy(update={"source": labels[0]}) if len(labels) == 1 else stream


def _labels_at(path: str, playlist: OutputRequest, outputs: Outputs) -> Sequence[str]:
    """Labels of the outputs a path leads to. A playlist without a place of its own only tells by the file's name."""
    place = _target_of(path, playlist)
    name = path.partition("?")[0].rpartition("/")[2]
    return [
        output.label
        for output in outputs
        if output.label is not None and output.type != "playlist"
        if (_target(output) == place if place is not None else _file_name(output) == name)
    ]


def _target_of(path: str, playlist: OutputRequest) -> str | None:
    if scheme_of(path):
        absolute = place_of(path)
        return absolute.url if absolute is not None else ""
    own = _target(playlist)
    if own is None:
        return None
    scheme, _, rest = own.partition("://")
    return f"{scheme}://{posixpath.normpath(posixpath.join(posixpath.dirname(rest), path.partition('?')[0]))}"


def _target(output: OutputRequest) -> str | None:
    place = chosen_place(output)
    return Place.read(place.target).url if place is not None else None


def _file_name(output: OutputRequest) -> str | None:
    name = _target(output) or output.filename
    return name.rpartition("/")[2] if name else None
