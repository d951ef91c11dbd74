"""Which programs a name means."""

from __future__ import annotations

from benchmarks.__main__ import PROGRAMS, chosen_programs


def names(*given: str) -> list[str] | None:
    chosen = chosen_programs(given)
    return None if chosen is None else [program.name for program in chosen]


def test_nothing_named_means_everything() -> None:
    assert names() == [program.name for program in PROGRAMS]


def test_a_program_is_found_by_its_name_or_by_a_measure() -> None:
    assert names("memory") == ["memory"]
    assert names("ladder_vmaf_delta_480", "import_ms_jobs") == ["imports", "ladder_quality"]


def test_an_unknown_name_means_nothing() -> None:
    assert names("memory", "colour") is None
