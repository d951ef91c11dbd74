"""The table itself: nothing of the reference's sections 1, 2 and 4 is left out, and every line can fail."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable
from typing import Any

from stepcoder_local.ready import Ready
from tests.conformance import cast
from tests.conformance.rule_table import RULES, all_modules, all_sections
from tests.conformance.rules import Rule
from tests.conformance.scene import Scene
from tests.conformance.sections import s4_8_errors
from tests.conformance.wire import Call, Reply
from tests.core.net.servers import WebServer

NONSENSE = Reply(418, {"x-nonsense": "yes"}, b"nonsense")
SECTIONS = [f"1.{n}" for n in range(1, 10)] + ["2"] + [f"2.{n}" for n in range(1, 12)] + [f"4.{n}" for n in range(1, 9)]
ERROR_CLASSES = 54


class Nothing:
    """Has nothing that it is asked for."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"there is no {name}")


class NonsenseScene(Scene):
    """A service that answers everything with nonsense, and says nothing in time."""

    def __init__(self, web: WebServer) -> None:
        nowhere = dict.fromkeys(Ready.__dataclass_fields__, "nothing")
        urls = {"base_url": "http://nothing.invalid/api/v2", "s3_endpoint": "http://nothing.invalid"}
        super().__init__(Ready(**nowhere | urls), web)
        self.strict, self.patience = self, 0
        self.table, self.customer = Nothing(), Nothing()

    def send(self, call: Call) -> Reply:
        return NONSENSE

    def created(self, name: str) -> Reply:
        return NONSENSE

    def details(self, name: str) -> Any:
        return {"id": 1, "input_media_file": {"id": 1}, "output_media_files": [{"id": 1, "label": None}], "state": "?"}

    def told(self, name: str, position: int = 0) -> Reply:
        return NONSENSE

    def until(self, call: Call, fits: Callable[[Any], bool], seconds: float = 0) -> Reply:
        raise AssertionError("never")

    def copies(self, name: str, times: int, **changes: Any) -> list[dict[str, int]]:
        return [{"job": 1, "input": 1, "output": 1}] * times

    def once(self, name: str, make: Callable[[], Any]) -> Any:
        return make()


def test_ids_are_unlike() -> None:
    assert [name for name, count in Counter(rule.id for rule in RULES).items() if count > 1] == []


def test_every_section_has_rules() -> None:
    assert [number for number in SECTIONS if not any(rule.section == number for rule in RULES)] == []
    assert {section.number for section in all_sections()} == set(SECTIONS)


def test_every_rule_says_something() -> None:
    assert [rule.id for rule in RULES if len(rule.says) < 3] == []


def test_every_error_class_is_accounted_for() -> None:
    ways = (s4_8_errors.INPUTS, list(s4_8_errors.REFUSED), s4_8_errors.OUT_OF_REACH.split())
    classes = [name for way in ways for name in way]
    assert [name for name, count in Counter(classes).items() if count > 1] == []
    assert len(classes) == ERROR_CLASSES


def test_every_job_of_the_cast_is_looked_at() -> None:
    text = "\n".join(inspect.getsource(module) for module in all_modules())
    names = {name for name in cast.PARTS if not name.startswith("vocabulary-")}
    assert {name for name in names if name not in text} == set()


def test_every_rule_can_fail() -> None:
    with WebServer() as web:
        scene = NonsenseScene(web)
        assert [rule.id for rule in RULES if _holds(rule, scene)] == []


def _holds(rule: Rule, scene: Scene) -> bool:
    try:
        rule.check(scene)
    except Exception:
        return False
    return True
