"""What must hold across settings and outputs. Each rule is one function with its sentence; single values: the kinds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from stepcoder.request.formats import FORMATS, extension_of, format_not_yet
from stepcoder.request.kinds import listing
from stepcoder.request.locations import chosen_place
from stepcoder.request.output import OutputRequest
from stepcoder.request.packaging import package_format
from stepcoder.request.precedence import settle
from stepcoder.request.problems import Problems, shown
from stepcoder.request.strict import STRICT_RULES
from stepcoder.storage import Place

Outputs = Sequence[OutputRequest]
Found = Iterator[tuple[str, str]]  # path of the setting to blame, sentence


def judge(outputs: Outputs, problems: Problems, version: str = "v2") -> None:
    """Notes everything that is wrong between settings that are right by themselves.

    In version 1 labels may repeat (reference 1.9).
    """
    for job_rule in _JOB_RULES if version == "v1" else (_labels_differ, *_JOB_RULES):
        for path, sentence in job_rule(outputs):
            problems.add(path, sentence)
    for index, output in enumerate(outputs):
        settled = settle(output)
        rules = (*_OUTPUT_RULES, *STRICT_RULES) if output.strict else _OUTPUT_RULES
        for rule in rules:
            for path, sentence in rule(settled, f"outputs[{index}]"):
                problems.add(path, sentence)


def _labels_differ(outputs: Outputs) -> Found:
    first: dict[str, int] = {}
    for index, output in enumerate(outputs):
        if output.label is not None and (other := first.setdefault(output.label.lower(), index)) != index:
            path = f"outputs[{index}].label"
            yield path, f"{path} is {shown(output.label)}: outputs[{other}] has that label too, and labels must differ."


def _not_only_playlists(outputs: Outputs) -> Found:
    kinds = {output.type for output in outputs}
    if kinds == {"playlist"}:
        yield "outputs", "A playlist can't be the only output: add the outputs that it lists."
    elif kinds <= {"playlist", "captions"}:
        yield "outputs", "Captions can't be the only output, nor with a playlist: add one with video or sound."


def _sources_exist(outputs: Outputs) -> Found:
    by_label = {output.label.lower(): output for output in outputs if output.label is not None}
    for index, output in enumerate(outputs):
        for number, stream in enumerate(output.streams if output.type == "playlist" else ()):
            path = f"outputs[{index}].streams[{number}].source"
            if stream.source is None:
                continue
            named = by_label.get(stream.source.lower())
            if named is None:
                yield path, f"{path} is {shown(stream.source)}: no output of this job has that label."
            elif named.type in ("playlist", "captions"):
                kind = "a playlist" if named.type == "playlist" else "captions"
                yield path, f"{path} is {shown(stream.source)}: that output is {kind}, and has no media to list."


def _places_differ(outputs: Outputs) -> Found:
    first: dict[str, int] = {}
    for index, output in enumerate(outputs):
        place = chosen_place(output)
        if place is not None and (other := first.setdefault(Place.read(place.target).url, index)) != index:
            member, value = ("url", output.url) if output.url is not None else ("filename", output.filename)
            path = f"outputs[{index}].{member}"
            yield path, f"{path} is {shown(value)}: outputs[{other}] goes to that very place, and would be overwritten."


def _playlist_has_streams(output: OutputRequest, path: str) -> Found:
    if output.type != "playlist":
        return
    if not output.streams:
        yield f"{path}.streams", f"{path}.streams is required: a playlist lists one stream or more."
    for number, stream in enumerate(output.streams):
        if stream.bandwidth is None and stream.source is None:
            member = f"{path}.streams[{number}].bandwidth"
            yield member, f"{member} is required, because the stream names no source to measure it on."


def _captions_come_from_a_file(output: OutputRequest, path: str) -> Found:
    member = f"{path}.caption_url"
    if output.type == "captions" and output.caption_url is None:
        yield (
            member,
            f"{member} is required: captions are made of a file, not of the input's own or its sound.",
        )
    elif output.type != "captions" and output.caption_url is not None:
        sentence = "captions can't be put into a video yet. Add an output of type captions for them"
        yield member, f"{member} is {shown(output.caption_url)}: {sentence}, with format webvtt, dfxp or scc."


def _something_is_left(output: OutputRequest, path: str) -> Found:
    if output.skip_video and output.skip_audio:
        yield f"{path}.skip_audio", f"{path}.skip_audio and {path}.skip_video are both true: nothing would be left."


def _format_fits_type(output: OutputRequest, path: str) -> Found:
    format_name = output.format_name
    if output.type not in FORMATS[format_name].output_types:
        fitting = listing(name for name, format_ in FORMATS.items() if output.type in format_.output_types)
        member = f"{path}.format"
        yield member, f"{member} is {shown(format_name)}: for a {output.type} output it must be {fitting}."


def _codecs_fit_format(output: OutputRequest, path: str) -> Found:
    format_ = FORMATS[output.format_name]
    for skipped, member, codec, fitting in (
        (output.skip_video, f"{path}.video_codec", output.video_codec, format_.video),
        (output.skip_audio, f"{path}.audio_codec", output.audio_codec, format_.audio),
    ):
        if fitting and not skipped and codec not in fitting:
            yield member, f"{member} is {shown(codec)}: in format {output.format_name} it must be {listing(fitting)}."


def _extension_is_served(output: OutputRequest, path: str) -> Found:
    """Without `format`, the file's extension asks for one (reference 3.4)."""
    bundled = package_format(output) is not None
    name = output.filename if bundled else output.url or output.filename
    if output.type != "standard" or output.format is not None:
        return
    member = f"{path}.url" if output.url and not bundled else f"{path}.filename"
    later = format_not_yet(name)
    if later is not None:
        yield member, f"{member} ends in .{extension_of(name)}, and format {later} is not supported yet."
    elif extension_of(name) == "m3u8":
        yield member, f"{member} ends in .m3u8: for a playlist, set type to segmented or playlist."


def _bundle_has_a_format(output: OutputRequest, path: str) -> Found:
    if output.package_filename is not None and package_format(output) is None:
        member = f"{path}.package_filename"
        value = shown(output.package_filename)
        yield member, f"{member} is {value}: it must end in .zip or .tar where package_format does not say which it is."


def _thumbnail_labels(output: OutputRequest, path: str) -> Found:
    if len(output.thumbnails) < 2:
        return
    seen: set[str] = set()
    for number, stills in enumerate(output.thumbnails):
        member = f"{path}.thumbnails[{number}].label"
        if stills.label is None:
            yield member, f"{member} is required, because there are several sets of thumbnails."
        elif stills.label.lower() in seen:
            yield member, f"{member} is {shown(stills.label)}: another set has that label too, and labels must differ."
        else:
            seen.add(stills.label.lower())


_JOB_RULES: tuple[Callable[[Outputs], Found], ...] = (
    _not_only_playlists,
    _sources_exist,
    _places_differ,
)
_OUTPUT_RULES: tuple[Callable[[OutputRequest, str], Found], ...] = (
    _playlist_has_streams,
    _captions_come_from_a_file,
    _something_is_left,
    _format_fits_type,
    _codecs_fit_format,
    _extension_is_served,
    _bundle_has_a_format,
    _thumbnail_labels,
)
