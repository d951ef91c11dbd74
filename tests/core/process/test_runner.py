from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import imageio_ffmpeg
import pytest

from stepcoder import process
from stepcoder.errors import Cancelled, InputError
from stepcoder.process import Progress, TookTooLong, run

FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()
ENDLESS = [FFMPEG, "-re", "-f", "lavfi", "-i", "testsrc2=s=64x64:r=25", "-progress", "pipe:1", "-stats_period", "0.1"]
TO_NOWHERE = ["-f", "null", "-"]


def python(program: str, *arguments: str) -> list[str]:
    return [sys.executable, "-c", program, *arguments]


def alive(pid: int) -> bool:
    """Whether a process runs; a zombie doesn't."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until_dead(pid: int) -> bool:
    deadline = time.monotonic() + 3
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not alive(pid)


def wait_for(path: Path) -> int:
    """The number a program wrote to a file, once it is there."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if path.exists() and path.read_text().endswith("\n"):
            return int(path.read_text())
        time.sleep(0.02)
    raise AssertionError(f"{path} never came")


# Starts a grandchild, writes its process id to the file named by the argument, and sleeps.
WITH_GRANDCHILD = (
    "import subprocess, sys, time, pathlib\n"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
    "pathlib.Path(sys.argv[1]).write_text(f'{child.pid}\\n')\n"
)


def test_reports_how_a_program_ended() -> None:
    done = run(["/bin/sh", "-c", "echo one >&2; echo two >&2; exit 3"])
    assert (done.ok, done.returncode, done.stderr_tail) == (False, 3, ["one", "two"])
    assert run(["true"]).ok
    assert run(["/bin/sh", "-c", "kill -TERM $$"]).returncode == -signal.SIGTERM


def test_a_missing_program_is_said_to_be_missing() -> None:
    with pytest.raises(FileNotFoundError, match="no-such-program"):
        run(["no-such-program"])


def test_measures_cpu_seconds_and_wall_time() -> None:
    done = run(python("import time\nend = time.process_time() + 0.5\nwhile time.process_time() < end: pass"))
    assert 0.45 < done.cpu_seconds < 2
    idle = run(["sleep", "0.3"])
    assert idle.wall >= 0.3
    assert idle.cpu_seconds < 0.2


def test_the_environment_holds_path_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s3cret")
    lines = run(["/bin/sh", "-c", "tr '\\0' '\\n' < /proc/$$/environ >&2"]).stderr_tail
    assert lines == ["PATH=/usr/local/bin:/usr/bin:/bin"]


def test_only_the_last_lines_are_kept_and_all_are_heard() -> None:
    heard: list[str] = []
    done = run(
        ["/bin/sh", "-c", "i=0; while [ $i -lt 500 ]; do echo line $i >&2; i=$((i+1)); done"], on_stderr=heard.append
    )
    assert len(heard) == 500
    assert done.stderr_tail == [f"line {number}" for number in range(450, 500)]


def test_carriage_returns_end_lines_and_long_lines_are_cut() -> None:
    done = run(["/bin/sh", "-c", "printf 'a\\rb\\r\\nc\\377' >&2; head -c 100000 /dev/zero | tr '\\0' x >&2"])
    assert done.stderr_tail[:2] == ["a", "b"]
    assert len(done.stderr_tail[2]) <= 2000


def test_the_log_hears_of_failures_only() -> None:
    logged: list[str] = []
    run(["/bin/sh", "-c", "echo fine >&2"], log=logged.append)
    assert logged == []
    run(["/bin/sh", "-c", "echo broken >&2; exit 1"], log=logged.append)
    assert "sh ended with 1" in logged[0]
    assert "broken" in logged[0]


def test_a_lot_of_output_on_both_pipes_does_not_block() -> None:
    program = "import sys\nfor _ in range(50): sys.stdout.write('x' * 65536); sys.stderr.write('y' * 65536)"
    assert run(python(program), timeout=30).ok


def test_reads_ffmpegs_progress() -> None:
    seen: list[Progress] = []
    source = ["-f", "lavfi", "-i", "testsrc2=s=64x64:r=25:d=4"]
    done = run([FFMPEG, *source, "-progress", "pipe:1", *TO_NOWHERE], on_progress=lambda now: seen.append(now) or True)
    assert done.ok
    assert (seen[-1].frame, seen[-1].out_time_us, seen[-1].finished) == (100, 4_000_000, True)


def test_false_from_on_progress_cancels_and_kills() -> None:
    seen: list[Progress] = []
    started = time.monotonic()
    with pytest.raises(Cancelled):
        run([*ENDLESS, *TO_NOWHERE], on_progress=lambda now: seen.append(now) or len(seen) < 3)
    assert time.monotonic() - started < 5


def test_a_silent_program_is_asked_about_too() -> None:
    calls: list[Progress] = []
    with pytest.raises(Cancelled):
        run(["sleep", "60"], on_progress=lambda now: calls.append(now) or len(calls) < 2, heartbeat=0.2)
    assert calls == [Progress(), Progress()]


def test_a_timeout_kills_the_program_and_all_its_children(tmp_path: Path) -> None:
    with pytest.raises(TookTooLong) as caught:
        run(
            python(
                "import sys; print('hello', file=sys.stderr, flush=True)\n" + WITH_GRANDCHILD + "time.sleep(60)",
                str(tmp_path / "pid"),
            ),
            timeout=1,
        )
    assert caught.value.stderr_tail == ["hello"]
    assert wait_until_dead(wait_for(tmp_path / "pid"))


def test_children_left_behind_are_killed_and_not_waited_for(tmp_path: Path) -> None:
    done = run(python(WITH_GRANDCHILD, str(tmp_path / "pid")), timeout=10)
    assert done.ok
    assert done.wall < 5
    assert wait_until_dead(wait_for(tmp_path / "pid"))


def test_an_exception_from_a_callback_kills(tmp_path: Path) -> None:
    def fail(_: Progress) -> bool:
        raise RuntimeError("no")

    pid = tmp_path / "pid"
    with pytest.raises(RuntimeError, match="no"):
        run(["/bin/sh", "-c", f"echo $$ > {pid}; exec sleep 60"], on_progress=fail, heartbeat=0.3)
    assert wait_until_dead(wait_for(pid))


def test_a_program_that_closes_its_output_is_still_waited_for() -> None:
    done = run(["/bin/sh", "-c", "exec >&- 2>&-; sleep 0.3; exit 7"])
    assert (done.returncode, done.wall >= 0.3) == (7, True)
    with pytest.raises(TookTooLong):
        run(["/bin/sh", "-c", "exec >&- 2>&-; sleep 60"], timeout=0.5)


def test_feeds_stdin_while_output_comes_back() -> None:
    lines: list[str] = []
    done = run(
        ["/bin/sh", "-c", "cat >&2"], stdin=(b"%07d\n" % number * 1000 for number in range(200)), on_stderr=lines.append
    )
    assert done.ok
    assert len(lines) == 200_000


def test_a_program_that_stops_reading_is_no_failure() -> None:
    assert run(["head", "-c", "10"], stdin=iter([b"x" * 1_000_000] * 50), timeout=20).ok


def test_ffmpeg_reads_a_film_from_stdin(tmp_path: Path) -> None:
    film = tmp_path / "film.ts"
    assert run([FFMPEG, "-f", "lavfi", "-i", "testsrc2=s=64x64:r=25:d=2", "-c:v", "mpeg2video", str(film)]).ok
    seen: list[Progress] = []
    data = film.read_bytes()
    pieces = (data[start : start + 5000] for start in range(0, len(data), 5000))
    argv = [FFMPEG, "-i", "pipe:0", "-progress", "pipe:1", *TO_NOWHERE]
    assert run(argv, stdin=pieces, on_progress=lambda now: seen.append(now) or True).ok
    assert seen[-1].frame == 50


def test_an_exception_from_stdin_kills_and_is_raised() -> None:
    def broken() -> Iterator[bytes]:
        yield b"x"
        raise InputError("DownloadFailureError", "broke")

    started = time.monotonic()
    with pytest.raises(InputError, match="broke"):
        run(["/bin/sh", "-c", "cat > /dev/null; sleep 60"], stdin=broken())
    assert time.monotonic() - started < 5


def test_runs_in_the_given_folder(tmp_path: Path) -> None:
    assert run(["/bin/sh", "-c", "pwd >&2"], cwd=tmp_path).stderr_tail == [str(tmp_path.resolve())]


def test_the_program_dies_with_its_parent_even_when_that_is_killed(tmp_path: Path) -> None:
    root, pid = str(Path(process.__file__).parents[2]), tmp_path / "pid"
    program = (
        f"import sys; sys.path.insert(0, {root!r})\n"
        f"from stepcoder.process import run\nrun(['/bin/sh', '-c', 'echo $$ > {pid}; exec sleep 60'])"
    )
    parent = subprocess.Popen(python(program))
    child = wait_for(pid)
    assert alive(child)
    parent.kill()
    parent.wait()
    assert wait_until_dead(child)


def test_works_from_a_thread_beside_others() -> None:
    results: list[int] = []
    threads = [
        threading.Thread(target=lambda code=code: results.append(run(["/bin/sh", "-c", f"exit {code}"]).returncode))
        for code in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == list(range(6))


def test_leaves_no_files_open() -> None:
    run(["true"], stdin=iter([b"x"]))
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(5):
        run(["true"], stdin=iter([b"x"]))
    assert len(list(Path("/proc/self/fd").iterdir())) == before
