"""Three tries (zencoder-api 4.6): how often a transfer is tried, and the waiting in between. Nothing is sent here."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from stepcoder.errors import EncodingError, StepcoderError

Result = TypeVar("Result")
TRIES = 3
Pause = Callable[[float], None]
_WORTH_NEW_TRIES = 1024 * 1024


class PassingFault(StepcoderError):
    """What another try may mend; `failure` is what remains to be said when none did."""

    def __init__(self, failure: EncodingError) -> None:
        super().__init__(failure.message)
        self.failure = failure


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


def tried(once: Callable[[], Result], tries: Tries) -> Result:
    """What `once` returns, called again after a PassingFault. Raises its failure when the tries are used up."""
    while True:
        try:
            return once()
        except PassingFault as fault:
            if not tries.again():
                raise fault.failure from fault


def resumed(read: Callable[[int], Iterator[bytes]], start: int, tries: Tries) -> Iterator[bytes]:
    """The bytes that `read(start)` brings; after a PassingFault it is called again with the offset that was reached.

    A try counts anew once a megabyte came. Raises the fault's failure when the tries are used up.
    """
    position = counted = start
    while True:
        try:
            for piece in read(position):
                position += len(piece)
                yield piece
                if position - counted >= _WORTH_NEW_TRIES:
                    tries.progressed()
                    counted = position
            return
        except PassingFault as fault:
            if not tries.again():
                raise fault.failure from fault
