"""expected_md5_checksum: of a source read where it is, and of one that is copied first (zencoder-api 3.1)."""

from __future__ import annotations

import hashlib

import pytest

from stepcoder.steps.inspect import inspect_input
from tests.clips import source
from tests.core.steps.conftest import Pipeline

pytestmark = [pytest.mark.slow, pytest.mark.timeout(60)]

OUTPUT = {"speed": 5, "clip_length": 1}


def test_the_right_checksum_is_shown_with_the_input(pipeline: Pipeline) -> None:
    film = source("cfr_25")
    md5 = hashlib.md5(film.read_bytes(), usedforsecurity=False).hexdigest()
    job = pipeline.submit(film, OUTPUT, expected_md5_checksum=md5.upper())
    assert inspect_input(job, 0)["outcome"] == "planned"
    assert pipeline.cloud.records.input(pipeline.job(job).input_id).facts["md5_checksum"] == md5


def test_another_checksum_fails_the_job(pipeline: Pipeline) -> None:
    job = pipeline.submit(source("cfr_25"), OUTPUT, expected_md5_checksum="0" * 32)
    assert pipeline.walk(job) == "failed"
    read = pipeline.cloud.records.input(pipeline.job(job).input_id)
    assert (read.state, read.error_class) == ("failed", "ChecksumMismatchError")
    assert "0" * 32 in str(read.error_message)
    assert [output.state for output in pipeline.outputs(job)] == ["no_input"]
