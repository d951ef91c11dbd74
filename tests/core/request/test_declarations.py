"""Every setting of the reference is declared once: by a model, as another spelling, or in the table of the rest."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from stepcoder.request.catalogue import MODELS, Entry, as_markdown, catalogue
from stepcoder.request.precedence import beaten_by
from stepcoder.request.setting import Declared, SettingGroup, declared

DECLARED = [(model, found) for model in MODELS for found in declared(model).values()]
# Ours: what the VideoSDK encoder can do and Zencoder has no words for.
EXTENSIONS = {("short_side", "outputs"), ("short_side", "thumbnails"), ("filter", "thumbnails")}
LISTS_OF_HASHES = {found.name for _, found in DECLARED if found.hashes is not None}


def reference_settings() -> list[tuple[int, str, str]]:
    """(row, name, level), a row once for each of its names and levels."""
    with Path(__file__).with_name("reference_settings.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        (int(row["number"]), name, level)
        for row in rows
        for name in row["name"].split()
        for level in row["level"].split()
    ]


def test_the_list_has_all_356_rows() -> None:
    assert {number for number, _, _ in reference_settings()} == set(range(1, 357))


def test_every_setting_of_the_reference_is_known() -> None:
    known = {(entry.name, entry.level) for entry in catalogue()}
    assert [row for row in reference_settings() if row[1:] not in known] == []


def test_no_setting_is_known_twice() -> None:
    counts = Counter((entry.name, entry.level) for entry in catalogue())
    assert [key for key, count in counts.items() if count > 1] == []


def test_nothing_is_invented() -> None:
    documented = {(name, level) for _, name, level in reference_settings()}
    # Clients write the singular of a list of hashes where they have only one; of `output` the reference knows itself.
    documented |= {(name.removesuffix("s"), level) for name, level in documented if name in LISTS_OF_HASHES}
    invented = {(entry.name, entry.level) for entry in catalogue()} - documented
    assert invented == EXTENSIONS


@pytest.mark.parametrize(("model", "found"), DECLARED, ids=lambda item: getattr(item, "name", ""))
def test_a_declaration_is_complete(model: type[SettingGroup], found: Declared) -> None:
    assert found.setting.effect and not found.setting.effect.endswith("."), "the catalogue adds the full stop"
    assert (found.kind is None) != (found.hashes is None)
    assert set(found.setting.beats) <= set(declared(model))
    assert found.name not in beaten_by(model, found.name), "a setting that beats itself by way of others"
    if found.kind is not None and found.default not in (None, ()):
        assert found.kind.read(found.kind.write(found.default)) == found.default


@pytest.mark.parametrize("entry", [entry for entry in catalogue() if entry.status == "harmless"], ids=lambda e: e.name)
def test_harmless_settings_say_why(entry: Entry) -> None:
    assert entry.effect


def test_the_documentation_table_has_a_line_for_each_supported_setting() -> None:
    lines = as_markdown().splitlines()
    assert len(lines) == 2 + len(DECLARED)
    assert (
        "| `quality` | outputs | integer | a whole number from 1 to 5 | 3 without a bitrate"
        " | constant quality, 5 is best. Beats video_bitrate. |"
    ) in lines
    assert "| `segment_seconds` | outputs | number | a number from 1 to 3600 (seconds) | 10 |" in as_markdown()
    assert all(line.count(" | ") == 5 for line in lines if line.startswith("| `"))
