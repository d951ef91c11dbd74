"""Short real sources for tests, made with the pinned ffmpeg and cached: `source("cfr_25")` is a path."""

from tests.clips.registry import FILMS, SOUNDS, SOURCES, Clip, source

__all__ = ["FILMS", "SOUNDS", "SOURCES", "Clip", "source"]
