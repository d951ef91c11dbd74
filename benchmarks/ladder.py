"""The ladder both sides encode: its rungs and settings, as the service's request and as ffmpeg options. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

CRF = 22
PRESET, SPEED = "veryfast", 5  # the same thing in ffmpeg's words and in the request's
PROFILE = "high"
B_FRAMES = 3
REFERENCES = 1
AUDIO_KBPS = 128
GOP_SECONDS = 2


@dataclass(frozen=True)
class Rung:
    """One size of the ladder with its peak rate; the decoder's buffer holds two seconds of it."""

    width: int
    height: int
    peak_kbps: int

    @property
    def name(self) -> str:
        return str(self.height)

    @property
    def buffer_kbit(self) -> int:
        return 2 * self.peak_kbps

    @property
    def hd(self) -> bool:
        """Whether encoders for hire charge it as HD: from 720 lines up."""
        return self.height >= 720


RUNGS = (
    Rung(1920, 1080, 6000),
    Rung(1280, 720, 3000),
    Rung(854, 480, 1400),
    Rung(640, 360, 800),
    Rung(426, 240, 400),
)


def job_body(source: str, base: str, frame_rate: int, rungs: Sequence[Rung] = RUNGS) -> dict[str, Any]:
    """The job: an MP4 for each rung below `base` (a URL ending in a slash)."""
    return {"input": source, "outputs": [_output(rung, base, frame_rate) for rung in rungs]}


def _output(rung: Rung, base: str, frame_rate: int) -> dict[str, Any]:
    return {
        "label": rung.name,
        "url": f"{base}{rung.name}.mp4",
        "width": rung.width,
        "height": rung.height,
        # Exactly the size ffmpeg is asked for below: 854 pixels are a little more than 16:9.
        "aspect_mode": "stretch",
        "crf": CRF,
        "decoder_bitrate_cap": rung.peak_kbps,
        "decoder_buffer_size": rung.buffer_kbit,
        "speed": SPEED,
        "video_codec_profile": PROFILE,
        "video_bframes": B_FRAMES,
        "video_reference_frames": REFERENCES,
        "keyframe_interval": GOP_SECONDS * frame_rate,
        "fixed_keyframe_interval": True,
        "audio_bitrate": AUDIO_KBPS,
    }


def plain_options(rungs: Sequence[Rung], frame_rate: int, threads: Sequence[int]) -> list[str]:
    """The same settings as ffmpeg output options, for one output that carries all rungs' video and one sound track."""
    gop = str(GOP_SECONDS * frame_rate)
    options = ["-c:v", "libx264", "-preset", PRESET, "-profile:v", PROFILE, "-crf", str(CRF), "-bf", str(B_FRAMES)]
    options += ["-refs", str(REFERENCES), "-g", gop, "-keyint_min", gop, "-sc_threshold", "0"]
    # The tee muxer, unlike mp4's own, does not ask the encoders for global headers.
    options += ["-flags:v", "+cgop+global_header", "-flags:a", "+global_header"]
    for index, (rung, count) in enumerate(zip(rungs, threads, strict=True)):
        options += [f"-maxrate:v:{index}", f"{rung.peak_kbps}k", f"-bufsize:v:{index}", f"{rung.buffer_kbit}k"]
        options += [f"-threads:v:{index}", str(count)]
    return [*options, "-c:a", "aac", "-b:a", f"{AUDIO_KBPS}k"]


def plain_command(ffmpeg: str, source: str, frame_rate: int, threads: Sequence[int]) -> list[str]:
    """The whole ladder in one plain ffmpeg: one decode, every rung scaled from it, one sound track encoded for all.

    Files are named after the rungs, in the working directory.
    """
    count = len(RUNGS)
    pads = "".join(f"[d{index}]" for index in range(count))
    graph = [f"[0:v]split={count}{pads}"]
    graph += [_scale(rung, index) for index, rung in enumerate(RUNGS)]
    maps = [word for index in range(count) for word in ("-map", f"[v{index}]")]
    # The tee muxer gives every file the one sound track; five outputs would encode it five times.
    files = "|".join(f"[f=mp4:select=\\'v:{index},a:0\\']{rung.name}.mp4" for index, rung in enumerate(RUNGS))
    return [
        *(ffmpeg, "-v", "error", "-nostdin", "-y", "-i", source, "-filter_complex", ";".join(graph)),
        *(*maps, "-map", "0:a:0", *plain_options(RUNGS, frame_rate, threads)),
        *("-f", "tee", files),
    ]


def _scale(rung: Rung, index: int) -> str:
    return f"[d{index}]scale={rung.width}:{rung.height}:flags=bicubic,setsar=1[v{index}]"
