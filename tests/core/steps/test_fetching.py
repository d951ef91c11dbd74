"""Copies of sources that come slowly, break off, or take more than one run: always whole, always one version."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stepcoder import runtime
from stepcoder.aws.objects import Objects
from stepcoder.errors import Cancelled, InputError, TryAgain
from stepcoder.sources import parts, watching
from stepcoder.steps import fetching
from stepcoder.steps.copy_state import abandon
from stepcoder.steps.fetching import Fetching, StillFetching, copy_source
from stepcoder.steps.workspace import Workspace
from tests.core.sources.fakes import FakeSource
from tests.core.steps.bucket import Bucket, broken

FILM = bytes(range(251)) * 41
MD5 = hashlib.md5(FILM, usedforsecurity=False).hexdigest()
COPY = "jobs/1/source"
OVER = 1.0  # a deadline that has passed


@pytest.fixture(autouse=True)
def small_and_fast(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(parts, "_LEAST_PART", 1000)
    monkeypatch.setattr(parts, "WATCH_SECONDS", 0.005)
    monkeypatch.setattr(watching, "WATCH_SECONDS", 0.005)
    monkeypatch.setenv("STEPCODER_WORK_BUCKET", "work-bucket")
    runtime.settings.cache_clear()
    yield
    runtime.settings.cache_clear()


class Work:
    """A workspace on a bucket in memory, and runs on it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, before: Callable[[str], None] = lambda call: None) -> None:
        self.bucket = Bucket(before)
        self.workspace = Workspace(1, Objects(self.bucket))  # type: ignore[arg-type]
        monkeypatch.setattr(runtime, "client", lambda service: self.bucket)

    def copy(self, source: FakeSource, **options: Any) -> bytes | None:
        run = Fetching(self.workspace, **{"attempt": 0, "on_progress": lambda done: True, **options})
        copy_source(source, run)
        return self.bucket.objects.get(COPY)


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Work:
    return Work(monkeypatch)


class Silent(FakeSource):
    """Sends ten bytes, and then nothing for a while."""

    def stream(self, offset: int = 0, length: int | None = None) -> Iterator[bytes]:
        for piece in super().stream(offset, length):
            yield piece[:10]
            time.sleep(0.3)
            yield piece[10:]


@pytest.mark.parametrize("ranges", [True, False])
def test_a_copy_is_the_same_and_leaves_no_parts(work: Work, ranges: bool) -> None:
    seen = list[int]()
    source = FakeSource(FILM, ranges=ranges)
    assert work.copy(source, expected_md5=MD5, on_progress=lambda done: not seen.append(done)) == FILM  # type: ignore[func-returns-value]
    assert seen[-1] == len(FILM)
    assert work.bucket.uploads == {}


@pytest.mark.parametrize("ranges", [True, False])
def test_a_repeat_reads_nothing_again(work: Work, ranges: bool) -> None:
    work.copy(FakeSource(FILM, ranges=ranges))
    source = FakeSource(FILM, ranges=ranges)
    source.failure = AssertionError("read again")
    assert work.copy(source) == FILM


class Stalling(FakeSource):
    """Sends three thousand bytes in all, and then nothing for a while."""

    def stream(self, offset: int = 0, length: int | None = None) -> Iterator[bytes]:
        for piece in super().stream(offset, length):
            self.reads.append((offset, len(piece)))
            if len(self.reads) > 3:
                time.sleep(0.8)
            yield piece


def test_a_copy_that_takes_longer_than_a_run_goes_on_in_the_next(work: Work) -> None:
    progress, runs = list[int](), 0
    for runs in count(1):
        try:
            deadline = time.monotonic() + 0.3 if runs < 4 else None
            work.copy(
                Stalling(FILM) if deadline else FakeSource(FILM),
                deadline=deadline,
                connections=2,
                on_progress=lambda done: not progress.append(done),  # type: ignore[func-returns-value]
            )
            break
        except StillFetching:
            assert COPY not in work.bucket.objects
            assert runs <= len(work.bucket.uploads["1"]) <= 3 * runs
    assert work.bucket.objects[COPY] == FILM
    assert runs == 4
    assert progress[-1] == len(FILM)


def test_a_run_that_gets_nowhere_is_the_last(work: Work) -> None:
    with pytest.raises(InputError, match="too slow") as caught:
        work.copy(Silent(FILM), deadline=OVER)
    assert caught.value.error_class == "DownloadTimeoutError"


def test_what_is_sent_as_a_whole_must_come_within_one_run(work: Work) -> None:
    with pytest.raises(InputError, match="web server that answers range requests") as caught:
        work.copy(Silent(FILM, ranges=False), deadline=OVER)
    assert caught.value.error_class == "DownloadTimeoutError"
    assert work.bucket.objects.get(COPY) is None


def test_what_was_copied_late_is_looked_at_in_a_run_of_its_own(work: Work) -> None:
    soon = time.monotonic() + 30
    with pytest.raises(StillFetching):
        work.copy(FakeSource(FILM), deadline=soon)
    assert work.copy(FakeSource(FILM), deadline=soon) == FILM


def test_a_file_that_changed_between_two_runs_is_refused(work: Work) -> None:
    with pytest.raises(InputError):
        work.copy(Silent(FILM), deadline=OVER)
    source = FakeSource(FILM)
    source.etag = '"two"'
    with pytest.raises(InputError, match="was changed while it was being read"):
        work.copy(source)


def test_a_later_attempt_begins_anew_and_lets_the_old_parts_go(work: Work) -> None:
    with pytest.raises(InputError):
        work.copy(Silent(FILM), deadline=OVER)
    other = FakeSource(FILM[::-1])
    other.etag = '"two"'
    assert work.copy(other, attempt=1) == FILM[::-1]
    assert work.bucket.uploads == {}


def test_a_whole_that_may_be_another_version_is_read_again(work: Work) -> None:
    first, second = FakeSource(FILM, ranges=False), FakeSource(FILM[::-1], ranges=False)
    first.etag = second.etag = None
    work.copy(first)
    assert work.copy(second) == FILM[::-1]


@pytest.mark.parametrize("ranges", [True, False])
def test_another_checksum_is_told(work: Work, ranges: bool) -> None:
    with pytest.raises(InputError) as caught:
        work.copy(FakeSource(FILM, ranges=ranges), expected_md5="0" * 32)
    assert caught.value.error_class == "ChecksumMismatchError"
    assert "http://media.example/film" in caught.value.message


def test_a_checksum_gets_a_run_of_its_own_and_no_more(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object, **__: object) -> None:
        raise fetching._OutOfTime

    monkeypatch.setattr(fetching, "verify_checksum", never)
    with pytest.raises(StillFetching):
        work.copy(FakeSource(FILM), expected_md5=MD5)
    with pytest.raises(InputError, match="Leave out expected_md5_checksum"):
        work.copy(FakeSource(FILM), expected_md5=MD5)


def test_nobody_wants_it_any_more(work: Work) -> None:
    with pytest.raises(Cancelled):
        work.copy(Silent(FILM), on_progress=lambda done: False)
    assert len(work.bucket.uploads) == 1
    abandon(work.workspace)
    abandon(work.workspace)
    assert work.bucket.uploads == {}


def test_an_upload_that_somebody_else_completed_is_complete(work: Work) -> None:
    with pytest.raises(InputError):
        work.copy(Silent(FILM), deadline=OVER)
    work.bucket.objects[COPY] = FILM
    work.bucket.uploads.clear()
    assert work.copy(FakeSource(FILM)) == FILM


def test_an_upload_that_was_aborted_is_begun_anew(work: Work) -> None:
    with pytest.raises(InputError):
        work.copy(Silent(FILM), deadline=OVER)
    work.bucket.uploads.clear()
    with pytest.raises(TryAgain):
        work.copy(FakeSource(FILM))
    assert work.copy(FakeSource(FILM)) == FILM


class Killed(BaseException):
    """The worker is gone."""


# After how many calls of S3, and after how many bytes of the source, what happens.
DEATHS = st.lists(st.tuples(st.integers(0, 30), st.sampled_from([Killed, broken])), max_size=6)
BREAKS = st.lists(st.integers(0, 12_000), max_size=6)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deaths=DEATHS, breaks=BREAKS, connections=st.integers(0, 6), size=st.integers(1, len(FILM)))
def test_whatever_dies_whenever_the_copy_is_the_same_in_the_end(
    deaths: list[tuple[int, Callable[[], BaseException]]], breaks: list[int], connections: int, size: int
) -> None:
    """Each run meets one death of S3 or of itself and one break of the source, until none is left."""
    film, dying, breaking = FILM[:size], list(deaths), list(breaks)
    state: dict[str, Any] = {"calls": 0, "bytes": 0, "death": None, "break": None, "sent": 0}

    def before(call: str) -> None:
        state["calls"] += 1
        if state["death"] and state["calls"] > state["death"][0]:
            raise state["death"][1]()

    class Breaking(FakeSource):
        def stream(self, offset: int = 0, length: int | None = None) -> Iterator[bytes]:
            for piece in super().stream(offset, length):
                for position in range(0, len(piece), 300):
                    state["bytes"] += 300
                    if state["break"] is not None and state["bytes"] > state["break"]:
                        raise InputError("DownloadFailureError", "broke off")
                    state["sent"] += len(piece[position : position + 300])
                    yield piece[position : position + 300]

    with pytest.MonkeyPatch.context() as patch, mock.patch("threading.excepthook"):
        work = Work(patch, before)
        for _ in range(len(dying) + len(breaking) + 2):
            state |= {
                "calls": 0,
                "bytes": 0,
                "death": dying.pop() if dying else None,
                "break": breaking.pop() if breaking else None,
            }
            try:
                copied = work.copy(Breaking(film), connections=connections)
            except (Killed, TryAgain, InputError):
                continue
            assert copied == film
            break
        else:
            pytest.fail("it never ended")
