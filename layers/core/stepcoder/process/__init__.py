"""The only place that starts other programs. Which program, and with which arguments, is decided in commands/."""

from stepcoder.process.progress import Progress
from stepcoder.process.runner import Finished, TookTooLong, run

__all__ = ["Finished", "Progress", "TookTooLong", "run"]
