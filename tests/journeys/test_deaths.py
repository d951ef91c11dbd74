"""Workers that are killed or too slow, jobs that are cancelled, a service that is stopped: what is left behind."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from stepcoder_local.sandbox_entry import descendants
from tests.clips import source
from tests.clips.frame_numbers import frame_numbers
from tests.core.net.servers import WebServer
from tests.core.steps.faults import ffmpegs
from tests.journeys.client import Customer, running_service
from tests.journeys.conftest import Hook
from tests.local.observing import alive, wait_for

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]

# Some seconds of work, and minutes of it.
SLOW: dict[str, Any] = {"speed": 2, "width": 480, "upscale": True}
ENDLESS: dict[str, Any] = {"speed": 1, "width": 2560, "upscale": True}


def parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()[1])


def test_a_killed_worker_is_replaced_and_its_ffmpeg_dies_with_it(service: Customer, tmp_path: Path) -> None:
    folder = service.folder()
    job = service.submit(source("cfr_25"), SLOW | {"url": f"{folder}a.mp4"})
    ffmpeg = wait_for(lambda: ffmpegs(service.process.pid), 30)[0]
    worker = parent(ffmpeg)
    assert worker in descendants(service.process.pid)
    os.kill(worker, signal.SIGKILL)

    wait_for(lambda: not alive(ffmpeg), 3)
    details = service.wait(job, 90)
    assert details["state"] == "finished", details
    path = tmp_path / "a.mp4"
    path.write_bytes(service.fetch(f"{folder}a.mp4"))
    assert frame_numbers(path) == list(range(300))
    assert service.stored() == []


def test_a_killed_ffmpeg_is_started_again(service: Customer, tmp_path: Path) -> None:
    folder = service.folder()
    job = service.submit(source("no_audio"), SLOW | {"url": f"{folder}a.mp4"})
    os.kill(wait_for(lambda: ffmpegs(service.process.pid), 30)[0], signal.SIGKILL)
    details = service.wait(job, 90)
    assert details["state"] == "finished", details
    path = tmp_path / "a.mp4"
    path.write_bytes(service.fetch(f"{folder}a.mp4"))
    assert frame_numbers(path) == list(range(300))


def test_a_cancelled_job_stops_within_seconds_and_leaves_nothing(service: Customer, hook: Hook) -> None:
    folder = service.folder()
    job = service.submit(
        source("cfr_25"),
        ENDLESS | {"url": f"{folder}a.mp4"},
        {"type": "segmented", "url": f"{folder}h/a.m3u8", "speed": 5, "label": "h"},
        notifications=[hook.url],
    )
    wait_for(lambda: ffmpegs(service.process.pid), 30)

    assert service.call("PUT", f"/jobs/{job}/cancel") == (204, None)
    cancelled_at = time.monotonic()
    details = service.details(job)
    assert details["state"] == "cancelled"
    assert {each["state"] for each in details["output_media_files"]} == {"cancelled"}
    assert service.call("PUT", f"/jobs/{job}/cancel")[0] == 409
    assert service.progress(job)["state"] == "cancelled"
    wait_for(lambda: not ffmpegs(service.process.pid), 8)
    assert time.monotonic() - cancelled_at < 8
    wait_for(lambda: service.stored() == [], 20)
    assert service.stored(folder) == []
    (call,) = hook.wait(1)
    assert call.document["job"]["state"] == "cancelled"
    time.sleep(1)
    assert len(hook.calls) == 1


def test_a_task_that_never_fits_its_time_limit_fails_its_output_and_the_service_stops_cleanly(
    web: WebServer, tmp_path: Path
) -> None:
    with running_service(tmp_path / "data", f"127.0.0.1:{web.server_port}", encode_timeout=4) as service:
        folder = service.folder()
        job = service.submit(
            source("cfr_25"),
            # Ladders are shared where frames agree; another frame rate makes another task.
            ENDLESS | {"url": f"{folder}slow.mp4", "skip_audio": True},
            {"url": f"{folder}fast.mp4", "speed": 5, "width": 96, "frame_rate": 5, "skip_audio": True, "label": "f"},
        )
        details = service.wait(job, 60)
        slow, fast = details["output_media_files"]
        assert (details["state"], slow["state"], fast["state"]) == ("failed", "failed", "finished"), details
        assert slow["error_class"] == "WorkerTimeoutError"
        assert service.stored(folder) == ["fast.mp4"]
        wait_for(lambda: service.stored() == [], 10)
        assert ffmpegs(service.process.pid) == []


def test_stopping_the_service_in_the_middle_of_a_job_ends_every_process(tmp_path: Path) -> None:
    with running_service(tmp_path / "data", "") as service:
        service.submit(source("cfr_25"), ENDLESS | {"url": f"{service.folder()}a.mp4"})
        wait_for(lambda: ffmpegs(service.process.pid), 30)
        below = descendants(service.process.pid)
        assert len(below) > 3

        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(10) == 0
        wait_for(lambda: not any(alive(pid) for pid in below), 3)
    assert not (tmp_path / "data" / "objects").exists()
    assert not list((tmp_path / "data").glob("tmp/*"))
