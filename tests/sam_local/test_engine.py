"""What `make test-sam-local` may do to a machine, and that it takes back what it did."""

from __future__ import annotations

import shutil
import sys
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from scripts.sam_local import base_image, engine
from scripts.sam_local.children import Failed, child, run
from scripts.sam_local.faulty_path import FaultyPath
from stepcoder_local.http_server import AppServer, Environ, StartResponse
from tests.local.observing import alive

ROOT = Path(__file__).resolve().parents[2]


def _machine(monkeypatch: pytest.MonkeyPatch, user: int, container: bool, apt: bool = True) -> None:
    monkeypatch.setattr("os.geteuid", lambda: user)
    monkeypatch.setattr(engine, "inside_a_container", lambda: container)
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}" if apt else None)


def test_root_of_a_container_may_set_up_an_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    _machine(monkeypatch, user=0, container=True)
    assert engine.may_set_up(asked=False) is None


def test_root_of_a_machine_has_to_ask_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    _machine(monkeypatch, user=0, container=False)
    assert "SET_UP_ENGINE=yes" in (engine.may_set_up(asked=False) or "")
    assert engine.may_set_up(asked=True) is None


def test_nobody_else_may(monkeypatch: pytest.MonkeyPatch) -> None:
    _machine(monkeypatch, user=1000, container=True)
    assert "needs root" in (engine.may_set_up(asked=True) or "")
    _machine(monkeypatch, user=0, container=True, apt=False)
    assert "apt-get" in (engine.may_set_up(asked=True) or "")


def test_a_program_is_stopped_whatever_becomes_of_the_block(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import os, time; print(os.getpid(), flush=True); time.sleep(60)"]
    with pytest.raises(ZeroDivisionError), child(command, tmp_path / "log") as program:
        program.wait_until(lambda: program.tail() != "", 20)
        pid = int(program.tail())
        assert alive(pid)
        raise ZeroDivisionError
    assert not alive(pid)


def test_a_program_that_ends_too_early_says_what_it_said(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "print('no space left')"]
    with child(command, tmp_path / "log") as program, pytest.raises(Failed, match="no space left"):
        program.wait_until(lambda: False, 20)


def test_a_program_that_fails_or_takes_too_long_is_a_failure() -> None:
    with pytest.raises(Failed, match=r"status 3:\nsorry"):
        run([sys.executable, "-c", "print('sorry'); raise SystemExit(3)"], 20)
    with pytest.raises(Failed, match="took longer"):
        run([sys.executable, "-c", "import time; time.sleep(60)"], 0.3)
    with pytest.raises(Failed, match="can't be run"):
        run(["no-program-of-that-name"], 5)


def test_the_stand_in_has_the_locked_client_and_nothing_else() -> None:
    lines = base_image.locked((ROOT / "requirements" / "dev.txt").read_text()).splitlines()
    entries = [line.partition("==")[0] for line in lines if not line.startswith(" ")]
    assert entries == ["awslambdaric", "simplejson", "snapshot-restore-py"]
    assert len([line for line in lines if "--hash=sha256:" in line]) == len(lines) - len(entries)
    assert not lines[-1].endswith("\\")


def test_the_base_image_is_the_one_sam_looks_for() -> None:
    assert base_image.tag("python3.13", "arm64").endswith("/lambda/python:3.13-arm64")


# --- a cloud in trouble ---


def _hello(_: Environ, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", [])
    return [b"hello"]


@pytest.fixture
def path() -> Iterator[FaultyPath]:
    server = AppServer("127.0.0.1", 0, _hello).start("behind")
    with FaultyPath("127.0.0.1", ("127.0.0.1", server.port), "/film.mp4") as found:
        yield found
    server.stop()


def _get(path: FaultyPath, name: str) -> bytes:
    with urllib.request.urlopen(f"{path.endpoint}/{name}", timeout=0.5) as answer:
        content: bytes = answer.read()
        return content


def test_only_the_path_is_in_trouble(path: FaultyPath) -> None:
    assert _get(path, "film.mp4") == b"hello"
    path.mode = "busy"
    with pytest.raises(urllib.error.HTTPError) as refusal:
        _get(path, "film.mp4")
    assert refusal.value.code == 503
    path.mode = "silent"
    with pytest.raises(TimeoutError):
        _get(path, "film.mp4")
    assert _get(path, "other.mp4") == b"hello"
    path.mode = "well"
    assert _get(path, "film.mp4") == b"hello"
