"""What can go wrong while joining. Nothing else."""

from __future__ import annotations

from stepcoder.errors import StepcoderError


class JoinError(StepcoderError):
    """The pieces can't become one track: they are damaged, or don't belong together. A retry won't help."""
