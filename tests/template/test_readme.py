"""What the README lists is what the code has."""

from __future__ import annotations

import re

import pytest

from stepcoder.request.catalogue import catalogue
from tests.architecture import house
from tests.template.deployed import TEMPLATE

README = (house.ROOT / "README.md").read_text()
SETTINGS = README.partition("<!-- settings")[2].partition("<!-- end of settings")[0]
LEVELS = {
    "job": "Of a job",
    "outputs": "Of an output",
    "thumbnails": "Of thumbnails",
    "watermarks": "Of a watermark",
    "streams": "Of a playlist's streams",
    "notifications": "Of a notification",
}


@pytest.mark.parametrize("level", LEVELS)
def test_the_settings_named_are_the_ones_honoured(level: str) -> None:
    named = next(part for part in SETTINGS.split("\n\n") if LEVELS[level] in part)
    honoured = {entry.name for entry in catalogue() if entry.status == "supported" and entry.level == level}
    assert set(re.findall(r"`(\w+)`", named)) == honoured


def test_the_parameters_named_are_the_templates() -> None:
    table = README.partition("| Parameter |")[2].partition("\n\n")[0]
    named = set(re.findall(r"`([A-Z]\w+)`", table)) - {"ARCH"}
    assert named == set(TEMPLATE["Parameters"])


def test_the_tasks_named_are_in_the_makefile() -> None:
    tasks = set(re.findall(r"^([a-z]+):.*##", (house.ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"(?:^|`)make ([a-z]+)", README, re.MULTILINE)) <= tasks
