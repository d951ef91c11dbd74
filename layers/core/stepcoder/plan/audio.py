"""Audio decisions: bitrate, rate, channels, and the pieces a long track is encoded in. Pure.

Sources: zencoder-api 3.6 (audio_quality), 3.9; encoding.md B.5 (pieces and overlap).
"""

from __future__ import annotations

from fractions import Fraction

from stepcoder.media import AudioStream, Frozen

SAMPLES_PER_FRAME = 1024  # AAC-LC
OVERLAP_FRAMES = 8  # encoded on each side of a join and dropped: enough for the encoder to settle (B.5)
# AAC has one thread: beyond this, one piece would take longer than the chunks beside it on a fleet of workers.
WHOLE_UP_TO_SECONDS = 6 * 60
PIECE_SECONDS = 5 * 60

# Reference 3.6: 3 is about 112 kbps stereo; steps as for video quality, around 40 %.
_STEREO_KBPS = {1: 56, 2: 80, 3: 112, 4: 160, 5: 224}
# ISO/IEC 14496-3, table 1.18, from the lowest the reference allows (3.9) to the highest.
AAC_RATES = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 64000, 88200, 96000)


class WantedAudio(Frozen):
    """Audio settings after precedence (audio_quality over audio_bitrate)."""

    quality: int | None = None
    bitrate_kbps: int | None = None
    sample_rate: int | None = None
    max_sample_rate: int | None = None
    channels: int | None = None


class DecidedAudio(Frozen):
    bitrate_kbps: int
    sample_rate: int
    channels: int


def decide_audio(wanted: WantedAudio, source: AudioStream) -> DecidedAudio:
    """Bitrate (kbps, all channels), sample rate (Hz) and channels of the AAC track."""
    channels = wanted.channels or (1 if source.channels == 1 else 2)
    sample_rate = wanted.sample_rate or _nearest_rate(source.sample_rate)
    if wanted.max_sample_rate is not None:
        sample_rate = min(sample_rate, wanted.max_sample_rate)
    if wanted.quality is None and wanted.bitrate_kbps is not None:
        return DecidedAudio(bitrate_kbps=wanted.bitrate_kbps, sample_rate=sample_rate, channels=channels)
    return DecidedAudio(
        bitrate_kbps=_STEREO_KBPS[wanted.quality or 3] * channels // 2, sample_rate=sample_rate, channels=channels
    )


def _nearest_rate(rate: int) -> int:
    """The source's own rate where AAC has it, else the nearest it has."""
    return min(AAC_RATES, key=lambda allowed: (abs(allowed - rate), -allowed))


def pieces(duration: Fraction, sample_rate: int) -> tuple[tuple[int, int | None], ...]:
    """[start, end) in AAC frames; one open piece up to six minutes, else pieces of five minutes, the last one open."""
    if duration <= WHOLE_UP_TO_SECONDS:
        return ((0, None),)
    length = PIECE_SECONDS * sample_rate // SAMPLES_PER_FRAME
    total = int(duration * sample_rate) // SAMPLES_PER_FRAME
    starts = list(range(0, max(1, total - length // 2), length))
    return tuple(zip(starts, [*starts[1:], None], strict=True))
