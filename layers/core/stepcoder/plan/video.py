"""Video decisions that are not size or keyframes: constant quality or bitrate, profile, level, preset. Pure.

Sources: zencoder-api 3.6 (rate control), 3.8 and 3.23 (H.264); encoding.md B.3 (why capped CRF).
"""

from __future__ import annotations

from fractions import Fraction

from stepcoder.media import Frozen
from stepcoder.plan.geometry import Box
from stepcoder.plan.h264_levels import Level, least_level, level_named, limits
from stepcoder.plan.rendition import H264, Profile, RateControl

# Reference 3.6: quality 1–5, 3 the default, about 40 % in size a step; x264 doubles size every 6 CRF: 3 CRF a step.
_CRF_OF_QUALITY = {1: 29, 2: 26, 3: 23, 4: 20, 5: 17}
# Reference 3.6 "speed 1–5, x264 preset-like": 3 is x264's own default.
PRESET_OF_SPEED = {1: "slower", 2: "slow", 3: "medium", 4: "faster", 5: "veryfast"}
# Room for constant quality without a cap. By size alone a small frame gets level 1.2, whose 384 kbps would cap it.
_QUALITY_PEAK_BITS_PER_PIXEL = Fraction(3, 10)
SLOW_PRESETS = frozenset({"slower", "slow"})
# What `auto` means: the count x264's preset itself uses.
_PRESET_REFERENCES = {"slower": 8, "slow": 5, "medium": 3, "faster": 2, "veryfast": 1}


class WantedVideo(Frozen):
    """Rate control and H.264 settings after precedence (crf over quality over bitrate; video_* over h264_*)."""

    crf: int | None = None
    quality: int | None = None
    bitrate_kbps: int | None = None
    one_pass: bool = False
    max_bitrate_kbps: int | None = None  # caps the average
    cap_kbps: int | None = None  # decoder_bitrate_cap
    buffer_kbit: int | None = None  # decoder_buffer_size
    speed: int = 3
    profile: Profile = "baseline"
    level: str | None = None
    reference_frames: int | None = 3  # None: auto
    b_frames: int = 0


def decide_encoder(wanted: WantedVideo, frame: Box, rate: Fraction) -> tuple[H264, RateControl]:
    """Encoder and rate control for a frame size (pixels) at a rate (fps). The level is always made explicit."""
    preset = PRESET_OF_SPEED[wanted.speed]
    references = _PRESET_REFERENCES[preset] if wanted.reference_frames is None else wanted.reference_frames
    # Baseline knows no B-frames (H.264 A.2.1); asking for both is corrected unless `strict` refused it earlier.
    b_frames = 0 if wanted.profile == "baseline" else wanted.b_frames
    level = _level(wanted, frame, rate, max(references, 2 if b_frames else 1))
    encoder = H264(
        preset=preset,
        profile=wanted.profile,
        level=level.name,
        reference_frames=references,
        b_frames=b_frames,
        pixel_format={"high10": "yuv420p10le", "high422": "yuv422p10le", "high444": "yuv444p"}.get(
            wanted.profile, "yuv420p"
        ),
    )
    return encoder, _rate_control(wanted, level)


def _level(wanted: WantedVideo, frame: Box, rate: Fraction, references: int) -> Level:
    if wanted.level is not None:
        return level_named(wanted.level)
    peak = wanted.cap_kbps or max(wanted.bitrate_kbps or 0, wanted.max_bitrate_kbps or 0)
    if not peak:
        peak = round(_QUALITY_PEAK_BITS_PER_PIXEL * frame.width * frame.height * rate / 1000)
    return least_level(frame.width, frame.height, rate, references, wanted.profile, peak)


def _rate_control(wanted: WantedVideo, level: Level) -> RateControl:
    cap, buffer = _vbv(wanted, level)
    by_quality = wanted.crf is not None or wanted.quality is not None or wanted.bitrate_kbps is None
    if by_quality:
        crf = wanted.crf if wanted.crf is not None else _CRF_OF_QUALITY[wanted.quality or 3]
        return RateControl(
            mode="crf", crf=crf, average_cap_kbps=wanted.max_bitrate_kbps, vbv_max_kbps=cap, vbv_buffer_kbit=buffer
        )
    average = min(wanted.bitrate_kbps or 0, wanted.max_bitrate_kbps or wanted.bitrate_kbps or 0)
    return RateControl(
        mode="bitrate", bitrate_kbps=average, one_pass=wanted.one_pass, vbv_max_kbps=cap, vbv_buffer_kbit=buffer
    )


def _vbv(wanted: WantedVideo, level: Level) -> tuple[int, int]:
    """Peak rate and buffer: the customer's, else the level's, so that the stream keeps the level it declares.

    Joined chunks only respect a decoder's buffer if each was made against the same cap (encoding.md B.3).
    """
    level_cap, level_buffer = limits(level, wanted.profile)
    cap = wanted.cap_kbps or level_cap
    if wanted.buffer_kbit:
        return cap, wanted.buffer_kbit
    # Reference 7.2's rule of thumb gives 3.5–5 times the target; two seconds of the cap stays within every level.
    return cap, min(2 * cap, level_buffer) if wanted.cap_kbps else level_buffer
