"""What the template says of the API's description and of rate limits."""

from __future__ import annotations

import re

import pytest

from stepcoder.rates import limits_of
from tests.template.deployed import FUNCTIONS, TEMPLATE


def test_the_description_is_served_where_it_is_looked_for() -> None:
    events = FUNCTIONS["DocumentationFunction"]["Events"].values()
    paths = {event["Properties"]["Path"] for event in events}
    assert paths == {"/openapi.json", "/api/v2/openapi.json", "/docs", "/docs/{proxy+}"} | {
        "/v1/openapi.json",
        "/v1/docs",
        "/v1/docs/{proxy+}",
    }


def test_the_function_that_anybody_can_call_may_do_nothing() -> None:
    assert FUNCTIONS["DocumentationFunction"]["Policies"] == []


def test_counting_calls_gives_no_leave_to_change_anything_else() -> None:
    (statement,) = TEMPLATE["Resources"]["CountCalls"]["Properties"]["PolicyDocument"]["Statement"]
    assert statement["Action"] == "dynamodb:UpdateItem"
    assert statement["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["rates/*"]}}


PATTERN = TEMPLATE["Parameters"]["RateLimits"]["AllowedPattern"]


@pytest.mark.parametrize("text", ["", "default=60", "create_job=0,progress=5000,account=5000,output_progress=9999999"])
def test_limits_that_the_template_takes_can_be_read(text: str) -> None:
    assert re.fullmatch(PATTERN, text)
    limits_of(text)


@pytest.mark.parametrize("text", ["60", "jobs=3", "default=-1", "default=1;account=2", "default=12345678"])
def test_limits_that_cannot_be_read_are_not_deployed(text: str) -> None:
    assert not re.fullmatch(PATTERN, text)
    with pytest.raises(ValueError, match="Rate limits are wrong"):
        limits_of(text)
