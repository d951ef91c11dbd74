"""The Node client from npm, unchanged but for its base URL: every call it has, made by node/drive.js."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.clients.conftest import FAST
from tests.conformance.scene import Scene

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]
NODE = Path(__file__).parent / "node"
QUIET = ("--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of node/ with its packages, from whichever registry npm is set to."""
    missing = [program for program in ("node", "npm") if shutil.which(program) is None]
    if missing:
        pytest.skip(f"{' and '.join(missing)} not installed: the Node client is not tried")
    place = tmp_path_factory.mktemp("node") / "client"
    shutil.copytree(NODE, place)
    run = subprocess.run(["npm", "ci", *QUIET], cwd=place, capture_output=True, text=True, timeout=180, check=False)
    assert run.returncode == 0, f"npm ci failed:\n{run.stderr}"
    return place


@pytest.fixture(scope="module")
def found(installed: Path, scene: Scene, clip: str, fail: Callable[[], int]) -> dict[str, Any]:
    """What each call gave, by its name."""
    given = {
        "key": scene.ready.api_key,
        "base": scene.ready.base_url,
        "clip": clip,
        "failed": fail(),
        "output": {**FAST, "label": "web", "url": f"s3://{scene.ready.output_bucket}/node/a.mp4"},
    }
    with scene.downloading() as slow:
        command = ["node", "--no-deprecation", "drive.js", json.dumps({**given, "slow": slow})]
        run = subprocess.run(command, cwd=installed, capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stderr
    calls: dict[str, Any] = json.loads(run.stdout)
    return calls


STATUSES = {
    "Job.create": 201,
    "Job.progress": 200,
    "Job.details": 200,
    "Input.details": 200,
    "Input.progress": 200,
    "Output.details": 200,
    "Output.progress": 200,
    "Job.list": 200,
    "Job.list with parameters": 200,
    "Job.resubmit": 204,
    "Job.create slow": 201,
    "Job.cancel": 204,
    "Account.details": 200,
    "Account.create": 201,
    "Account.integration": 204,
    "Account.details in integration": 200,
    "Account.live": 204,
    "key from the environment": 200,
    **{f"Report.{name}{more}": 200 for name in ("vod", "live", "all", "minutes") for more in ("", " with parameters")},
}
REFUSED = {
    "Job.resubmit finished": 409,
    "Job.cancel finished": 409,
    "Job.finish": 409,
    "Job.create refused": 422,
    "Job.details unknown": 404,
    "Account.create again": 422,
    "wrong key": 401,
    **{f"Report.{name} refused": 422 for name in ("vod", "live", "all", "minutes")},
}


@pytest.mark.parametrize("call", STATUSES)
def test_a_call_succeeds(found: dict[str, Any], call: str) -> None:
    assert found[call]["status"] == STATUSES[call], found[call]
    assert "errors" not in found[call]


@pytest.mark.parametrize("call", REFUSED)
def test_a_refusal_is_an_error_with_sentences(found: dict[str, Any], call: str) -> None:
    """It rejects with what stands in `errors` of the body."""
    assert found[call]["status"] == REFUSED[call], found[call]
    assert found[call]["errors"], found[call]
    assert all(isinstance(sentence, str) for sentence in found[call]["errors"])


def test_what_was_read(found: dict[str, Any]) -> None:
    job = found["Job.details"]["data"]["job"]
    assert (job["state"], job["pass_through"], job["id"]) == ("finished", "node", found["Job.create"]["data"]["id"])
    assert found["Job.progress"]["data"]["state"] == "finished"
    assert found["Output.details"]["data"]["label"] == "web"
    assert found["Output.progress"]["data"] == found["Input.progress"]["data"] == {"state": "finished"}
    assert len(found["Job.list with parameters"]["data"]) == 1
    assert found["Job.finish"]["errors"] == ["Only Live streaming jobs can be finished."]
    assert found["Account.details in integration"]["data"]["integration_mode"] is True
    assert set(found["Report.all"]["data"]["total"]) == {"vod", "live"}


def test_callbacks(found: dict[str, Any]) -> None:
    details = found["callback Job.details"]
    assert (details["error"], details["status"], details["data"]["job"]["state"]) == (None, 200, "finished")
    refused = found["callback Job.cancel"]
    assert refused["status"] == 409
    assert refused["error"] == refused["data"]["errors"]
