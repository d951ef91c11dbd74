"""A worker starts on a clean disk, whatever the one before it left."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from stepcoder.steps.leftovers import clear_leftovers


def test_scratch_of_killed_runs_goes_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    clear_leftovers.cache_clear()
    for name in ("task-ab12", "package-cd34", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "v0.mp4").write_bytes(b"x")
    clear_leftovers()
    assert [path.name for path in tmp_path.iterdir()] == ["other"]


def test_a_run_of_this_process_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    clear_leftovers.cache_clear()
    clear_leftovers()
    (tmp_path / "task-own").mkdir()
    clear_leftovers()
    assert (tmp_path / "task-own").exists()
