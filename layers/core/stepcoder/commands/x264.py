"""x264 options of a rendition, and the CMAF fragment options its chunks are written with. The reason stands by each."""

from __future__ import annotations

from typing import Any

from stepcoder.plan.model import Chunk, Timeline
from stepcoder.plan.rendition import RateControl, VideoRendition


def x264_options(rendition: VideoRendition, chunk: Chunk, bitrate_kbps: int | None) -> dict[str, Any]:
    """Encoder options; `bitrate_kbps` is this chunk's own share where bits were shared out."""
    h264, keyframes = rendition.h264, rendition.keyframes
    options: dict[str, Any] = {
        "c:v": "libx264",
        "preset": h264.preset,
        "profile:v": h264.profile,
        # Always explicit: chunks must write identical parameter sets, or they can't share one init segment.
        "level:v": h264.level,
        "pix_fmt": h264.pixel_format,
        "bf": h264.b_frames,
        # Left alone, x264 starts 1.5 threads per core in every rung (encoding.md B.1).
        "threads": h264.threads,
        # Frame numbers are settled by the fps filter; the muxer may neither drop nor repeat.
        "fps_mode": "passthrough",
        # Closed GOPs: a chunk may not lean on the one before it.
        "flags:v": "+cgop",
        "x264-params": _x264_params(rendition),
        **_rate_options(rendition.rate_control, bitrate_kbps),
    }
    if h264.reference_frames is not None:
        options["refs"] = h264.reference_frames
    every = keyframes.forced_every or (keyframes.max_gop if keyframes.fixed else None)
    if every is not None:
        # n counts from the chunk's first frame; the grid counts from the film's.
        options["force_key_frames"] = f"expr:not(mod(n+{chunk.start},{every}))"
    return options


def _x264_params(rendition: VideoRendition) -> str:
    keyframes = rendition.keyframes
    # stitchable: a second pass would else fit the headers to its own chunk, and no two chunks would share them.
    params = [f"keyint={keyframes.max_gop}", "open-gop=0", "stitchable=1"]
    if keyframes.fixed:
        # Exactly one keyframe every max_gop frames: x264 counts from the last one, which may have been forced.
        params += [f"min-keyint={keyframes.max_gop}", "scenecut=0"]
    return ":".join(params)


def _rate_options(control: RateControl, bitrate_kbps: int | None) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if bitrate_kbps is not None:
        options["b:v"] = f"{bitrate_kbps}k"
    elif control.mode == "bitrate":
        options["b:v"] = f"{control.bitrate_kbps}k"
    else:
        options["crf"] = control.crf
    if control.vbv_max_kbps:
        # One cap for every chunk keeps the joined stream inside a decoder's buffer (encoding.md B.3).
        options["maxrate"] = f"{control.vbv_max_kbps}k"
        options["bufsize"] = f"{control.vbv_buffer_kbit or 2 * control.vbv_max_kbps}k"
    return options


def fragment_options(rendition: VideoRendition, timeline: Timeline, chunk: Chunk) -> dict[str, Any]:
    """Fragmented MP4 on the film's own timeline, with an init segment identical in every chunk (encoding.md B.4)."""
    return {
        "f": "mp4",
        # Keep the absolute timestamps that the chunk was cut with.
        "avoid_negative_ts": "disabled",
        "video_track_timescale": rendition.timescale,
        # frag_discont: decode times continue from the film's start instead of restarting at 0;
        # delay_moov: the edit list knows the B-frame delay, so sound and picture start together.
        "movflags": "+frag_discont+cmaf+delay_moov+default_base_moof+frag_keyframe",
        # A bitrate box would make the init segments differ.
        "write_btrt": 0,
        "map_metadata": -1,
        "map_chapters": -1,
        # No encoder version strings: the same bytes from the same frames.
        "fflags": "+bitexact",
        "fragment_index": 1 + chunk.index,
    }
