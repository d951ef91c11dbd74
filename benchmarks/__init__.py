"""Stepcoder compared with plain ffmpeg and with what was promised: `python -m benchmarks`. Tests are in tests/."""
