"""Three tries (zencoder-api 4.6): how often a transfer is tried, and the waiting in between. Nothing is sent here."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

TRIES = 3
Pause = Callable[[float], None]


class Tries:
    """Counts failures in a row. `pause` sleeps; tests pass something that does not."""

    def __init__(self, pause: Pause = time.sleep, tries: int = TRIES) -> None:
        self._pause = pause
        self._tries = tries
        self._failures = 0

    def again(self) -> bool:
        """Note a failure. True after waiting (1 s, 4 s, jittered) when another try is left, else False."""
        self._failures += 1
        if self._failures >= self._tries:
            return False
        # Jitter: workers of one job that met the same hiccup should not come back in step.
        self._pause(4 ** (self._failures - 1) * random.uniform(0.75, 1.25))  # noqa: S311
        return True

    def progressed(self) -> None:
        """Something worth keeping arrived: the next failure is a first one again."""
        self._failures = 0
