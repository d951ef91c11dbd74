"""Small real films for the joining tests: encoded in pieces as a worker would, and once as a whole to compare with."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import imageio_ffmpeg

from stepcoder.mp4.fragments import FragmentIndex
from stepcoder.mp4.join import JoinedTrack, Piece, join_audio, join_chunks

RATE = 48000
OVERLAP = 8  # AAC frames
CMAF = [
    *("-movflags", "+frag_discont+cmaf+delay_moov+default_base_moof+frag_keyframe", "-avoid_negative_ts", "disabled"),
    *("-write_btrt", "0", "-map_metadata", "-1", "-fflags", "+bitexact"),
]


def ffmpeg(*arguments: str, stdin: bytes | None = None) -> bytes:
    """Runs ffmpeg with warnings as errors: a player might not forgive what ffmpeg only complains about."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "warning", "-y", *arguments]
    done = subprocess.run(command, input=stdin, capture_output=True, check=False)
    assert done.returncode == 0 and not done.stderr, done.stderr.decode()
    return done.stdout


def encode_video(path: Path, fps: str, first: int, last: int, b_frames: int = 3) -> None:
    """Frames [first, last) of the test film, a GOP every 10 frames."""
    source = f"testsrc2=size=160x120:rate={fps}:duration={float(last / Fraction(fps)) + 0.01}"
    trim = f"trim=start_pts={first}:end_pts={last}"
    # Constant quantisers: nothing a chunk's encoder decides depends on frames outside it, so bytes can be compared.
    x264 = f"qp=26:keyint=10:min-keyint=10:scenecut=0:open-gop=0:bframes={b_frames}:b-adapt=0"
    encode = f"-c:v libx264 -preset veryfast -x264-params {x264} -level 3.1 -pix_fmt yuv420p -flags +cgop -threads 1"
    clock = ["-video_track_timescale", str(Fraction(fps).numerator * (1 if "/" in fps else 1000))]
    cut = ["-vf", trim, "-fps_mode", "passthrough"]
    ffmpeg("-f", "lavfi", "-i", source, *cut, *encode.split(), *clock, *CMAF, str(path))


def tone(samples: int) -> str:
    """A lavfi source: two swelling tones, so that a frame lost or doubled shows as a jump."""
    swell = "0.3*(1+0.5*sin(2*PI*3*t))"
    return f"aevalsrc='{swell}*sin(2*PI*441*t)|{swell}*sin(2*PI*333*t)':sample_rate={RATE}:duration={samples / RATE}"


def encode_audio(
    path: Path, samples: int, first: int = 0, last: int | None = None, *, own_timeline: bool = False
) -> None:
    """AAC of samples [first, last) of a tone that lasts `samples`, on the film's timeline or on its own."""
    cut = f"atrim=start_sample={first}:end_sample={min(samples, last or samples)}"
    cut += ",asetpts=PTS-STARTPTS" if own_timeline else ""
    aac = ["-c:a", "aac", "-b:a", "128k", "-frag_duration", "700000"]
    ffmpeg("-f", "lavfi", "-i", tone(samples), "-af", cut, *aac, *CMAF, str(path))


def read_range(source: str, offset: int, length: int) -> Iterator[bytes]:
    """Files stand in for stored objects; small blocks, as a network gives them."""
    with Path(source).open("rb") as file:
        file.seek(offset)
        while length > 0 and (block := file.read(min(length, 5000))):
            length -= len(block)
            yield block


@dataclass
class Film:
    """One film: its chunks and audio pieces, and the same film encoded in one go."""

    fps: Fraction
    frames: int
    samples: int
    chunks: list[Path] = field(default_factory=list)
    audio: list[tuple[Path, int, int | None]] = field(default_factory=list)  # path, drop_first, keep
    whole_video: Path = Path()
    whole_audio: Path = Path()

    @property
    def frame_ticks(self) -> Fraction:
        return 1 / self.fps

    def video(self) -> JoinedTrack:
        return join_chunks([Piece(str(path), FragmentIndex.of_file(path)) for path in self.chunks])

    def sound(self) -> JoinedTrack:
        return join_audio(
            [Piece(str(path), FragmentIndex.of_file(path), drop, keep) for path, drop, keep in self.audio]
        )


def make_film(directory: Path, fps: str, cuts: list[int], *, own_timeline: bool = False, b_frames: int = 3) -> Film:
    """A film whose video is cut at the given frames and whose audio is cut in three pieces that overlap."""
    frames = cuts[-1]
    samples = int(frames / Fraction(fps) * RATE)
    film = Film(Fraction(fps), frames, samples)
    for number, (first, last) in enumerate(pairwise(cuts)):
        film.chunks.append(directory / f"{number}.mp4")
        encode_video(film.chunks[-1], fps, first, last, b_frames)
    film.whole_video = directory / "whole.mp4"
    encode_video(film.whole_video, fps, 0, frames, b_frames)
    third = samples // 1024 // 3
    for number in range(3):
        begin, end = number * third, (number + 1) * third if number < 2 else None
        first = max(0, begin - OVERLAP)
        path = directory / f"a{number}.mp4"
        encode_audio(path, samples, first * 1024, end and (end + OVERLAP) * 1024, own_timeline=own_timeline)
        film.audio.append((path, begin - first, end and end - begin))
    film.whole_audio = directory / "whole-audio.mp4"
    encode_audio(film.whole_audio, samples)
    return film
