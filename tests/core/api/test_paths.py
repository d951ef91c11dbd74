"""Request paths: aliases, suffixes, stages, ids."""

from __future__ import annotations

import pytest

from stepcoder.api.paths import locate, whole_number
from stepcoder.dialects.zencoder.dialect import Zencoder
from stepcoder.errors import NotFound


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        ("/api/v2/jobs", "/jobs"),
        ("/api/v1/jobs", "/jobs"),
        ("/api/jobs", "/jobs"),
        ("/api/v2/jobs/", "/jobs"),
        ("/api/v2/jobs.json", "/jobs"),
        ("/api/v2/jobs.JSON", "/jobs"),
        ("/api/v2/jobs/9/progress.json", "/jobs/9/progress"),
        ("//api//v2//jobs", "/jobs"),
        ("api/v2/jobs", "/jobs"),
        ("/api/v2/jobs.xml/", "/jobs"),
        ("/api/v2/jobs/9/resubmit.js", "/jobs/9/resubmit"),
        ("/api/v2/jobs.json.xml", "/jobs.json"),
        ("/api/v2/jobs.pdf", "/jobs.pdf"),
        ("/api/v2/jobs.", "/jobs."),
        ("/api/v2/jobs/.json", "/jobs/.json"),
        ("/api/v2/.json", "/.json"),
        ("/api/v3/jobs", "/v3/jobs"),
        ("/api/v2", "/"),
        ("/api", "/"),
        ("/jobs", "/"),
        ("/apis/jobs", "/"),
        ("/API/v2/jobs", "/"),
        ("", "/"),
    ],
)
def test_a_path_becomes_what_routes_know(raw: str, path: str) -> None:
    assert locate(raw, "$default", Zencoder()).path == path


@pytest.mark.parametrize(
    ("raw", "suffix"),
    [("/jobs", ""), ("/jobs.json", "json"), ("/jobs.XML/", "xml"), ("/jobs/9/progress.js", "js"), ("/jobs.pdf", "")],
)
def test_a_suffix_is_told_apart(raw: str, suffix: str) -> None:
    assert locate(f"/api/v2{raw}", "$default", Zencoder()).suffix == suffix


@pytest.mark.parametrize(("prefix", "version"), [("/api/v2", "v2"), ("/api", "v2"), ("/api/v1", "v1"), ("", "v2")])
def test_a_path_tells_the_version(prefix: str, version: str) -> None:
    assert locate(f"{prefix}/jobs.json", "$default", Zencoder()).version == version


def test_a_stage_is_taken_off_only_in_front() -> None:
    assert locate("/prod/api/v2/jobs", "prod", Zencoder()).path == "/jobs"
    assert locate("/api/v2/jobs", "prod", Zencoder()).path == "/jobs"
    assert locate("/api/v2/jobs", "api", Zencoder()).path == "/"


@pytest.mark.parametrize(("text", "number"), [("1", 1), ("1001", 1001), ("9" * 18, 10**18 - 1)])
def test_an_id_is_a_whole_number(text: str, number: int) -> None:
    assert whole_number(text) == number


@pytest.mark.parametrize("text", ["", "0", "-1", "+1", "1.0", "1e3", " 1", "1\n", "०१", "0x1", "9" * 19, "1_000", "a"])
def test_anything_else_names_nothing(text: str) -> None:
    with pytest.raises(NotFound):
        whole_number(text)
