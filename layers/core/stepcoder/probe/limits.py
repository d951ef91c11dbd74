"""What a probe may spend and what a source may be. Numbers only."""

from __future__ import annotations

MIB = 1024 * 1024

# Spending. A two-hour MP4 has an index of 8 MiB; the rest of a probe is a few seconds of film at either end.
MAX_BYTES_READ = 384 * MIB
MAX_SECONDS = 60.0
MAX_OPENING_BYTES = 5 * MIB  # what libav may read to recognise the streams, beyond the header
MAX_DECODED_PACKETS = 600  # video packets that may fail to decode before the file counts as unreadable
HEAD_SECONDS = 10  # of video timestamps looked at from the beginning
HEAD_PACKETS = 1200
HEAD_BYTES = 48 * MIB
TAIL_SECONDS = (3, 12, 60, 300)  # distances from the supposed end from which the real one is looked for
TAIL_BYTES = 96 * MIB
JUMP_POINTS = 12  # places looked at for a clock that goes back
JUMP_SEARCH_BYTES = 2 * MIB
WHOLE_FILE_BYTES = 192 * MIB  # a file without an index is read to its end only if it is no larger

# Sources.
MAX_SIDE = 16_384  # pixels
MAX_PIXELS = 8192 * 8192
MAX_CHANNELS = 8  # zencoder-api 4.8, UnsupportedEncodingError
MAX_FRAME_RATE = 1000  # exclusive; zencoder-api 4.8, InvalidFrameRateError
MAX_DURATION_SECONDS = 24 * 3600
