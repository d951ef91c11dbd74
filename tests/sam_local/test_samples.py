"""The samples that `make test-sam-local` goes through: each function of the deployed template has one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scripts.sam_local.samples import Sample, in_order, samples
from stepcoder_local import sam_files, template
from stepcoder_local.declared import Template
from tests.template.deployed import TEMPLATE

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def deployed() -> Template:
    return template.load(ROOT / "template.yaml", "http://127.0.0.1:1")


def test_every_function_has_a_sample(deployed: Template) -> None:
    without = [function for function, own in samples(deployed, ROOT / "events").items() if not own]
    assert not without


def test_every_sample_is_some_functions(deployed: Template) -> None:
    found = {sample.path for own in samples(deployed, ROOT / "events").values() for sample in own}
    assert found == set((ROOT / "events").rglob("*.json"))


def test_a_request_belongs_to_whom_the_routes_lead_to(deployed: Template) -> None:
    names = {sample.path.stem for sample in samples(deployed, ROOT / "events")["JobsFunction"]}
    assert {"create_job", "cancel_job", "preflight"} <= names
    assert "account_details" not in names


def test_the_steps_come_in_a_jobs_order_and_requests_last() -> None:
    stems = [
        "api/list_jobs",
        "triggers/sweep",
        "pipeline/finish",
        "pipeline/new",
        "pipeline/encode",
        "pipeline/inspect",
    ]
    chosen = [Sample(stem, Path("events", f"{stem}.json")) for stem in stems]
    steps = ["pipeline/inspect", "pipeline/encode", "pipeline/finish", "pipeline/new"]
    assert [sample.function for sample in in_order(chosen)] == [*steps, "triggers/sweep", "api/list_jobs"]


def test_sam_is_told_only_what_is_declared_for_it_sets_nothing_else(deployed: Template, tmp_path: Path) -> None:
    cloud = dict.fromkeys(("AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"), "x")
    extra = {"STEPCODER_WORKER_VCPUS": "2", "STEPCODER_ALLOW_PRIVATE_HOSTS": "", "STEPCODER_FFMPEG": "/usr/bin/ffmpeg"}
    directory = sam_files.write(tmp_path, deployed, cloud, extra)
    declared = set(TEMPLATE["Globals"]["Function"]["Environment"]["Variables"])
    for told in json.loads((directory / sam_files.VARIABLES).read_text()).values():
        assert set(told) == declared
