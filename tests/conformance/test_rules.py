"""Every line of the table, acted out over HTTP."""

from __future__ import annotations

import pytest

from tests.conformance.rule_table import RULES
from tests.conformance.rules import Rule
from tests.conformance.scene import Scene

pytestmark = [pytest.mark.journey, pytest.mark.timeout(150)]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_rule(scene: Scene, rule: Rule) -> None:
    """A failing rule says its sentence first."""
    try:
        rule.check(scene)
    except AssertionError as error:
        raise AssertionError(f"zencoder-api {rule.section}: {rule.says}\n{error}") from error
