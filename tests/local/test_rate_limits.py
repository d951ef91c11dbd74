"""Rate limits of a service that runs: set on the command line, counted by its functions, seen by its clients."""

from __future__ import annotations

import urllib.error
import urllib.request
from email.message import Message
from pathlib import Path

import pytest

from stepcoder_local.cli import parser
from tests.local.embedded import service_process


def call(base_url: str, path: str, key: str) -> tuple[int, Message, bytes]:
    request = urllib.request.Request(base_url + path, headers={"Zencoder-Api-Key": key})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.headers, refusal.read()


@pytest.mark.journey
def test_calls_beyond_the_limit_are_refused_whichever_process_serves_them(tmp_path: Path) -> None:
    with service_process(tmp_path / "data", "--rate-limits", "default=3") as (ready, _):
        answers = [call(ready.base_url, "/jobs.json", ready.api_key) for _ in range(4)]
        elsewhere = call(ready.base_url, "/account", ready.api_key)
    assert [status for status, _, _ in answers] == [200, 200, 200, 403]
    assert [headers["X-Zencoder-Rate-Remaining"] for _, headers, _ in answers] == ["2", "1", "0", "0"]
    _, headers, body = answers[-1]
    assert body == b"403 Forbidden (Rate Limit Exceeded)"
    assert headers["Content-Type"].startswith("text/plain")
    assert 1 <= int(headers["Retry-After"]) <= 60
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert (elsewhere[0], elsewhere[1]["X-Zencoder-Rate-Remaining"]) == (200, "4999")


def test_limits_that_make_no_sense_are_refused_before_anything_starts(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parser().parse_args(["serve", "--rate-limits", "jobs=3"])
    assert "Rate limits are wrong at 'jobs=3'" in capsys.readouterr().err


def test_limits_may_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEPCODER_RATE_LIMITS", "default=5")
    assert parser().parse_args(["serve"]).rate_limits == "default=5"
