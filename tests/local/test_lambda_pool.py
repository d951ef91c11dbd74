from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stepcoder_local.lambda_pool import LambdaPool, Throttled, UnknownFunction
from stepcoder_local.sandbox import Answer
from tests.local.embedded import ROOT
from tests.local.observing import alive, wait_for

MakePool = Callable[..., LambdaPool]
TINY = ROOT / "tests/local/tiny"


def call(pool: LambdaPool, **event: Any) -> Answer:
    return pool.invoke("work", json.dumps(event).encode())


def result(answer: Answer) -> dict[str, Any]:
    assert answer.error is None, answer.body
    found: dict[str, Any] = json.loads(answer.body)
    return found


def error_type(answer: Answer) -> str:
    assert answer.error == "Unhandled"
    return str(json.loads(answer.body)["errorType"])


def test_a_warm_sandbox_is_used_again(make_pool: MakePool) -> None:
    pool = make_pool()

    first, second = result(call(pool)), result(call(pool))

    assert first["pid"] == second["pid"]
    assert 0 < second["left"] <= 3000
    assert second["arn"].endswith(":function:work")


def test_a_handlers_error_is_told_and_the_sandbox_lives_on(make_pool: MakePool) -> None:
    pool = make_pool()
    before = result(call(pool))

    failed = call(pool, fail=True)

    assert error_type(failed) == "ValueError"
    assert json.loads(failed.body)["stackTrace"]
    assert result(call(pool))["pid"] == before["pid"]


def test_a_timeout_kills_the_sandbox_and_all_it_started(make_pool: MakePool, notes: Path) -> None:
    pool = make_pool(timeout=1)
    started = time.monotonic()

    late = call(pool, sleep=30, child=60, session=True)

    assert error_type(late) == "Sandbox.Timedout"
    assert time.monotonic() - started < 8
    child = int((notes / "child").read_text())
    wait_for(lambda: not alive(child), 5)
    assert result(call(pool))


def test_a_crash_is_told_at_once_and_replaced(make_pool: MakePool) -> None:
    pool = make_pool(timeout=30)
    before = result(call(pool))
    started = time.monotonic()

    assert error_type(call(pool, exit=3)) == "Runtime.ExitError"

    assert time.monotonic() - started < 5
    assert result(call(pool))["pid"] != before["pid"]


def test_a_killed_sandbox_is_replaced(make_pool: MakePool) -> None:
    pool = make_pool()
    pid = result(call(pool))["pid"]
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: not alive(pid))

    answer = call(pool)

    # Lambda too may hand an event to a sandbox that is just ending; never may it hang.
    if answer.error:
        assert error_type(answer) == "Runtime.ExitError"
        answer = call(pool)
    assert result(answer)["pid"] != pid


def test_an_answer_over_the_limit_is_refused_and_the_sandbox_replaced(make_pool: MakePool) -> None:
    pool = make_pool(timeout=20)
    before = result(call(pool))

    assert error_type(call(pool, answer=7_000_000)) == "Function.ResponseSizeTooLarge"

    assert result(call(pool))["pid"] != before["pid"]


def test_an_event_over_the_limit_is_refused(make_pool: MakePool) -> None:
    assert error_type(call(make_pool(), text="x" * 7_000_000)) == "RequestTooLarge"


def test_a_module_that_does_not_load_is_told(make_pool: MakePool) -> None:
    pool = make_pool("nothing_here.work")

    assert error_type(call(pool)) == "Runtime.ImportModuleError"


def test_calls_over_the_cap_wait_their_turn(make_pool: MakePool) -> None:
    pool = make_pool(cap=2)
    answers: list[Answer] = []
    threads = [threading.Thread(target=lambda: answers.append(call(pool, sleep=0.3))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({result(answer)["pid"] for answer in answers}) <= 2
    assert len(answers) == 6


def test_waiting_is_bounded(make_pool: MakePool) -> None:
    pool = make_pool(cap=1, wait=0.2)
    busy = threading.Thread(target=call, args=(pool,), kwargs={"sleep": 1.5})
    busy.start()
    wait_for(lambda: pool.functions["work"].busy)

    with pytest.raises(Throttled):
        call(pool)
    busy.join()


def test_an_unknown_function_is_told(make_pool: MakePool) -> None:
    with pytest.raises(UnknownFunction):
        make_pool().invoke("nobody", b"{}")


@pytest.mark.parametrize("name", ["work", "arn:aws:lambda:us-east-1:123456789012:function:work", "work:$LATEST"])
def test_functions_are_found_by_name_and_arn(make_pool: MakePool, name: str) -> None:
    assert make_pool().find(name).launch.name == "work"


def test_the_environment_is_the_templates_and_nothing_of_the_users(
    make_pool: MakePool, monkeypatch: pytest.MonkeyPatch, notes: Path
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "mine")
    monkeypatch.setenv("SECRET_OF_THE_SHELL", "x")
    monkeypatch.setenv("STEPCODER_TABLE", "mine")

    environment = result(call(make_pool()))["environment"]

    assert environment["NOTES"] == str(notes)
    assert not {"AWS_PROFILE", "SECRET_OF_THE_SHELL", "STEPCODER_TABLE"} & set(environment)
    assert environment["HOME"] == environment["TMPDIR"]


def test_temporary_files_go_with_the_sandbox(make_pool: MakePool) -> None:
    pool = make_pool()
    temporary = Path(result(call(pool))["tmp"])
    assert (temporary / "left-behind").exists()

    call(pool, exit=1)

    assert not temporary.exists()
    assert Path(result(call(pool))["tmp"]) != temporary


def test_idle_sandboxes_end_after_a_while(make_pool: MakePool) -> None:
    pool = make_pool()
    pid = result(call(pool))["pid"]

    pool.functions["work"].reap(idle_seconds=60)
    assert alive(pid)
    pool.functions["work"].reap(idle_seconds=0)

    assert not alive(pid)


def test_closing_ends_sandboxes_at_work_with_all_they_started(make_pool: MakePool, notes: Path) -> None:
    pool = make_pool(timeout=60)
    busy = threading.Thread(target=call, args=(pool,), kwargs={"sleep": 60, "child": 60})
    busy.start()
    child = int(wait_for(lambda: (notes / "child").exists() and (notes / "child").read_text()))

    pool.close()
    busy.join(5)

    assert not busy.is_alive()
    wait_for(lambda: not alive(child), 5)


def test_asynchronous_events_are_tried_again(make_pool: MakePool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stepcoder_local.lambda_pool.ASYNC_PAUSE_SECONDS", 0.01)
    pool = make_pool()
    function, tries = pool.functions["work"], []
    monkeypatch.setattr(function, "invoke", lambda event: tries.append(event) or Answer(b"{}", "Unhandled"))

    pool.invoke_later("work", b"{}")

    wait_for(lambda: len(tries) == 3)


def test_sandboxes_end_when_their_service_is_killed(tmp_path: Path, notes: Path) -> None:
    script = f"""
import json
from pathlib import Path
from stepcoder_local.lambda_pool import LambdaPool
from stepcoder_local.sandbox import Launch
launch = Launch("work", "arn", "handlers.work", 60, 128, {{"NOTES": {str(notes)!r}}},
                (Path({str(TINY)!r}),), Path({str(tmp_path)!r}, "tmp"), Path({str(tmp_path)!r}, "log"))
pool = LambdaPool({{"work": launch}}, {{"work": 2}})
pool.start()
print(json.loads(pool.invoke("work", b"{{}}").body)["pid"], flush=True)
pool.invoke("work", b'{{"sleep": 60, "child": 60, "session": true}}')
"""
    service = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT / "local")}
    )
    assert service.stdout is not None
    pid = int(service.stdout.readline())
    child = int(wait_for(lambda: (notes / "child").exists() and (notes / "child").read_text()))

    service.kill()
    service.wait()
    service.stdout.close()

    wait_for(lambda: not alive(pid) and not alive(child), 5)
