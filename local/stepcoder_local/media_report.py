"""Says in a line what a finished media file is, by opening it: independent of what the service says about it."""

from __future__ import annotations

from pathlib import Path


class Unreadable(Exception):
    """The file is not the media it should be."""


def describe_media(path: Path) -> str:
    """Size, duration, pictures and sound of a media file or playlist. Raises Unreadable."""
    import av

    try:
        with av.open(str(path)) as container:
            video = [_video(stream) for stream in container.streams.video[:1]]
            audio = [f"{s.codec_context.name} {s.codec_context.sample_rate} Hz" for s in container.streams.audio[:1]]
            seconds = [] if container.duration is None else [f"{container.duration / 1_000_000:.2f} s"]
    except (av.FFmpegError, OSError) as problem:
        raise Unreadable(f"{path} can't be opened: {problem}") from problem
    if not video and not audio:
        raise Unreadable(f"{path} holds neither pictures nor sound.")
    return ", ".join([*video, *audio, *seconds])


def _video(stream: object) -> str:
    context = stream.codec_context  # type: ignore[attr-defined]
    rate = stream.average_rate  # type: ignore[attr-defined]
    text = f"{context.name} {context.width}x{context.height}"
    return text if not rate else f"{text} at {float(rate):.5g}/s"


def describe_size(paths: list[Path]) -> str:
    """Number and size together."""
    size = sum(path.stat().st_size for path in paths)
    unit = f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{size / 1e3:.1f} kB"
    return unit if len(paths) == 1 else f"{len(paths)} files, {unit}"
