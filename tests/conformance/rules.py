"""What a line of the table is: an id, the reference's section, a sentence, and how it is seen to hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.conformance.wire import Call, Expectation, Reply, at

if TYPE_CHECKING:
    from tests.conformance.scene import Scene

Check = Callable[["Scene"], None]
Source = Call | Callable[["Scene"], Reply]


@dataclass(frozen=True)
class Rule:
    """`ours`: the reference leaves it open or unconfirmed, and this is what we chose."""

    id: str
    section: str
    says: str
    check: Check
    ours: bool = False


class Section:
    """The lines of one section of the reference, in its order."""

    def __init__(self, number: str, title: str) -> None:
        self.number, self.title = number, title
        self._rules: list[Rule] = []

    def __iter__(self) -> Iterator[Rule]:
        return iter(self._rules)

    def rule(self, name: str, says: str, source: Source, *expected: Expectation, ours: bool = False) -> None:
        """What a call answers (or a scene gives: a delivery, an earlier answer) is as expected in every way."""
        assert expected, f"{name} expects nothing"

        def check(scene: Scene) -> None:
            reply = scene.send(source) if isinstance(source, Call) else source(scene)
            for expectation in expected:
                expectation(reply)

        self._rules.append(Rule(f"{self.number}-{name}", self.number, says, check, ours))

    def seen(self, name: str, says: str, *, ours: bool = False) -> Callable[[Check], Check]:
        """Decorates a check that takes more than one call."""

        def add(check: Check) -> Check:
            self._rules.append(Rule(f"{self.number}-{name}", self.number, says, check, ours))
            return check

        return add

    def members(self, name: str, source: Source, inside: str, kinds: Mapping[str, tuple[Any, str]]) -> None:
        """A line for each member of the hash at a path: its kind or value, and what it means."""
        for each, (expected, says) in kinds.items():
            path = f"{inside}.{each}".lstrip(".")
            self.rule(f"{name}-{each.replace('.', '-')}", f"{each}: {says}", source, at(path, expected))

    def each(
        self, name: str, says: str, calls: Mapping[str, Source], *expected: Expectation, ours: bool = False
    ) -> None:
        """The same line for several calls."""
        for which, source in calls.items():
            self.rule(f"{name}-{which}", f"{says}: {which}", source, *expected, ours=ours)
