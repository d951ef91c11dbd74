"""What the programs of one run share: how long films are, where files go, and the ladder both sides have encoded."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import imageio_ffmpeg

from benchmarks import films
from benchmarks.ladder_runs import LadderRuns, run_both


@dataclass(frozen=True)
class Lengths:
    """Seconds of film, bytes of the large source, calls of each kind, seconds of creating jobs."""

    ladder: int
    vmaf: int
    short_clip: int
    repeats: int
    large_source: int
    api_samples: int
    api_load_seconds: int


# The trailer lasts 55 s and repeats: a minute of the feature shows all of it.
FULL = Lengths(ladder=180, vmaf=60, short_clip=10, repeats=3, large_source=10**9, api_samples=300, api_load_seconds=60)
QUICK = Lengths(ladder=26, vmaf=10, short_clip=4, repeats=1, large_source=10**8, api_samples=40, api_load_seconds=10)


@dataclass
class Workbench:
    """`scratch` is gone after the run."""

    lengths: Lengths
    scratch: Path

    @cached_property
    def ffmpeg(self) -> str:
        """The pinned binary, which the service uses as well."""
        return str(imageio_ffmpeg.get_ffmpeg_exe())

    @cached_property
    def feature(self) -> Path:
        """The film for the ladder."""
        return films.make(films.feature(self.lengths.ladder), self.ffmpeg)

    @cached_property
    def short_clip(self) -> Path:
        return films.make(films.short_clip(self.lengths.short_clip), self.ffmpeg)

    @cached_property
    def ladder_runs(self) -> LadderRuns:
        """Encoded once, whichever programs ask."""
        return run_both(self.ffmpeg, self.feature, self.short_clip, self.directory("ladder"))

    def directory(self, name: str) -> Path:
        """A directory of that name in the scratch directory."""
        path = self.scratch / name
        path.mkdir(parents=True, exist_ok=True)
        return path
