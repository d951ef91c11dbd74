"""Faults for tests of the steps: workers that vanish, S3 that answers with errors, ffmpeg processes that are killed."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import botocore.endpoint
import pytest
from botocore.awsrequest import AWSResponse

from stepcoder import runtime
from stepcoder.destinations import sending
from stepcoder.steps import delivery, task_run
from stepcoder_local.sandbox_entry import descendants
from tests.local.observing import alive, wait_for

_BODY = b"<?xml version='1.0'?><Error><Code>%s</Code><Message>Please try again.</Message></Error>"
_STATUS = {"SlowDown": 503, "InternalError": 500, "AccessDenied": 403, "AccessControlListNotSupported": 400}


class SickStore:
    """Makes S3 answer some requests with an error, as the wire would: botocore's own retries see it, too."""

    def __init__(self, operation: str, key_part: str, code: str, times: int) -> None:
        self.operation, self.key_part, self.code, self.left = operation, key_part, code, times
        self.answered = 0
        self._lock = threading.Lock()

    def __call__(self, request: Any, **_: Any) -> AWSResponse | None:
        with self._lock:
            if self.left <= 0 or self.key_part not in request.url:
                return None
            self.left -= 1
            self.answered += 1
        # The in-memory AWS hears of every request, whoever answers it; at this address it does not feel meant.
        url, request.url = request.url, "https://refused.invalid/"
        return AWSResponse(url, _STATUS[self.code], {"Content-Type": "application/xml"}, _Raw(self.code))


class _Raw:
    """The part of urllib3's response that botocore reads."""

    def __init__(self, code: str) -> None:
        self._body = _BODY % code.encode()

    def stream(self) -> Iterator[bytes]:
        yield self._body


@contextmanager
def sick(operation: str, key_part: str, code: str, times: int) -> Iterator[SickStore]:
    """While open, the next `times` requests of an operation whose URL contains `key_part` are answered with `code`."""
    fault, events = SickStore(operation, key_part, code, times), runtime.client("s3").meta.events
    name = f"before-send.s3.{operation}"
    events.register_first(name, fault, unique_id=name)
    try:
        yield fault
    finally:
        events.unregister(name, unique_id=name)


def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retries of botocore and of deliveries without waiting."""
    monkeypatch.setattr(botocore.endpoint, "time", SimpleNamespace(sleep=lambda seconds: None))
    for retried in (sending.put, sending.delete):
        monkeypatch.setitem(retried.__kwdefaults__, "pause", lambda seconds: None)


def count_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Work and uploads are counted at every chance, not every few seconds."""
    monkeypatch.setattr(task_run, "LEAST_SECONDS_BETWEEN_TALLIES", 0.0)
    monkeypatch.setattr(delivery, "LEAST_SECONDS_BETWEEN_TALLIES", 0.0)


def ffmpegs(below: int | None = None) -> list[int]:
    """Ids of the ffmpeg processes below a process; this one by default."""
    return [pid for pid in descendants(below or os.getpid()) if alive(pid) and _program(pid).startswith("ffmpeg")]


def _program(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/exe").readlink().name
    except OSError:
        return ""  # ended while we looked


def kill_next_ffmpeg() -> threading.Thread:
    """SIGKILL for the next ffmpeg this process starts. Join the thread before the test ends."""

    def hunt() -> None:
        for pid in wait_for(ffmpegs, 10):
            os.kill(pid, signal.SIGKILL)

    thread = threading.Thread(target=hunt, daemon=True)
    thread.start()
    return thread


def once(monkeypatch: pytest.MonkeyPatch, place: Any, name: str, fault: Callable[..., bool], error: Exception) -> None:
    """The first call of `place.name` for which `fault(*arguments)` holds raises `error` instead."""
    original, done = getattr(place, name), list[bool]()

    def call(*arguments: Any, **named: Any) -> Any:
        if not done and fault(*arguments):
            done.append(True)
            raise error
        return original(*arguments, **named)

    monkeypatch.setattr(place, name, call)
