"""Two Java clients' requests: the official one's JSON through Spring, a third party's XML through Jersey."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.clients.conftest import Finished
from tests.clients.raw_http import Answer, exchange
from tests.conformance.scene import Scene

pytestmark = [pytest.mark.journey, pytest.mark.timeout(90)]

# The official client fails on any other.
STATES = {
    *("pending", "waiting", "queued", "assigning", "ready", "processing", "uploading"),
    *("finished", "failed", "cancelled", "skipped", "no_input"),
}


class Spring:
    """The same headers on every call; GET and PUT with an empty body of no length."""

    def __init__(self, scene: Scene, key: str | None = None) -> None:
        self.base = scene.ready.base_url
        self.headers = {
            "Accept": "application/json",
            "Content-Type": "application/json",
            "Zencoder-Api-Key": key or scene.ready.api_key,
            "User-Agent": "zencoder-java-2.0",
            "Accept-Charset": "big5, euc-jp, iso-8859-1, us-ascii, utf-16, utf-8, windows-1252",
            "Connection": "keep-alive",
        }

    def __call__(self, method: str, path: str, body: Any = None) -> Answer:
        data = b"" if body is None else json.dumps(body).encode()
        headers = {**self.headers, "Content-Length": str(len(data))}
        return exchange(self.base, f"{method} /api/v2{path}", headers, data)


@pytest.fixture
def spring(scene: Scene) -> Spring:
    return Spring(scene)


def check_media(found: dict[str, Any]) -> None:
    """What Jackson needs to bind a media file: known states, numbers that fit, times that parse."""
    assert found["state"] in STATES
    for name in ("created_at", "updated_at", "finished_at"):
        if found.get(name):
            datetime.strptime(found[name], "%Y-%m-%dT%H:%M:%SZ")
    assert int(found["channels"]) == 2
    for name in ("height", "width", "video_bitrate_in_kbps", "audio_bitrate_in_kbps", "audio_sample_rate"):
        assert isinstance(found[name], int) and found[name] < 2**31
    assert isinstance(found["frame_rate"], int | float)
    assert found["format"] == "mpeg4"  # one of the names it knows for mp4


def test_create(spring: Spring) -> None:
    body = {"input": "s3://acme-in/a.mov", "mock": True, "outputs": [{"label": "web", "public": False}]}
    answer = spring("POST", "/jobs", body)
    assert answer.status == 201, answer
    assert answer.header("Content-Type") == "application/json; charset=utf-8"
    assert answer.document["outputs"][0]["label"] == "web"


def test_details(spring: Spring, finished: Finished) -> None:
    job = spring("GET", f"/jobs/{finished.id}.json").document["job"]
    assert job["state"] in STATES
    check_media(job["input_media_file"])
    check_media(job["output_media_files"][0])
    check_media(spring("GET", f"/inputs/{finished.input_id}.json").document)
    check_media(spring("GET", f"/outputs/{finished.output_id}.json").document)


def test_lists(spring: Spring, finished: Finished) -> None:
    listed = spring("GET", "/jobs?page=1&per_page=50").document
    assert finished.id in [each["job"]["id"] for each in listed]


def test_progress(spring: Spring, finished: Finished) -> None:
    for path in (f"/jobs/{finished.id}", f"/inputs/{finished.input_id}", f"/outputs/{finished.output_id}"):
        assert spring("GET", f"{path}/progress.json").document["state"] == "finished"


def test_actions(spring: Spring, finished: Finished, fail: Callable[[], int], scene: Scene) -> None:
    failed = fail()
    refused = spring("PUT", f"/jobs/{finished.id}/resubmit.json")
    assert (refused.status, list(refused.document)) == (409, ["errors"])
    assert spring("PUT", f"/jobs/{finished.id}/finish").document == {
        "errors": ["Only Live streaming jobs can be finished."]
    }
    done = spring("PUT", f"/jobs/{failed}/resubmit.json")
    assert (done.status, done.body) == (204, b"")
    scene.ended(failed)


def test_the_account(spring: Spring, scene: Scene) -> None:
    made = spring("POST", "/account", {"email": "java@example.com", "terms_of_service": "1"})
    newcomer = Spring(scene, made.document["api_key"])
    found = newcomer("GET", "/account").document
    assert found["account_state"] in ("active", "stopped", "suspended", "cancelled")
    assert found["billing_state"] in ("active", "past_due", "cancelled", "none")
    assert isinstance(found["minutes_used"], int) and isinstance(found["minutes_included"], int)
    for mode in ("integration", "live"):
        assert newcomer("PUT", f"/account/{mode}").status == 204


@pytest.mark.parametrize("name", ["vod", "live", "all"])
def test_reports_with_its_way_to_write_a_day(spring: Spring, name: str) -> None:
    """It appends the time zone of the machine, and Spring escapes the space."""
    for zone in ("UTC", "CET"):
        answer = spring("GET", f"/reports/{name}?from=2020-01-01%20{zone}&to=2020-01-31%20{zone}")
        assert answer.status == 200, answer
        assert sorted(answer.document) == ["statistics", "total"]


class Jersey:
    """The key in the XML or the query; no Content-Type where there is no body."""

    def __init__(self, scene: Scene) -> None:
        self.base, self.key = scene.ready.base_url, scene.ready.api_key
        self.headers = {"User-Agent": "Jakarta Commons-HttpClient/3.1"}

    def post(self, xml: str) -> Answer:
        body = f'<?xml version="1.0" encoding="UTF-8" standalone="no"?>{xml}'.encode()
        headers = {
            "Accept": "application/xml",
            "Content-Type": "application/xml",
            "Content-Length": str(len(body)),
            **self.headers,
        }
        return exchange(self.base, "POST /api/jobs?format=xml", headers, body)

    def call(self, method: str, path: str) -> Answer:
        length = {"Content-Length": "0"} if method == "PUT" else {}
        return exchange(self.base, f"{method} /api/{path}?api_key={self.key}", self.headers | length)


@pytest.fixture
def jersey(scene: Scene) -> Jersey:
    return Jersey(scene)


def request(jersey: Jersey, source: str, outputs: str = "", mock: str = "1") -> str:
    """The elements in the order in which it writes them; the key comes last."""
    return (
        f"<api-request><input>{source}</input><region>europe</region><download_connections>5</download_connections>"
        f"<test>0</test><private>0</private><mock>{mock}</mock><notifications type='array'>"
        "<notification><url>http://hooks.example/z</url><format>xml</format></notification>"
        f"<notification>ada@example.com</notification></notifications>{outputs}<api_key>{jersey.key}</api_key></api-request>"
    )


OUTPUTS = (
    "<outputs type='array'><output><url>s3://acme-out/7/web.mp4</url><label>web</label><width>480</width>"
    "<skip_audio>0</skip_audio><upscale>0</upscale><frame_rate>25.0</frame_rate><thumbnails><number>2</number>"
    "<format>png</format></thumbnails></output></outputs>"
)


def test_xml_create(jersey: Jersey) -> None:
    answer = jersey.post(request(jersey, "s3://acme-in/a.mov", OUTPUTS))
    assert answer.status == 201, answer
    assert re.match("application/xml", answer.header("Content-Type") or "")
    assert answer.tree.tag == "api-response"
    assert answer.tree.findtext("job/outputs/output/url") == "http://acme-out.s3.amazonaws.com/7/web.mp4"


def test_xml_errors(jersey: Jersey) -> None:
    answer = jersey.post(request(jersey, "film.mov"))
    assert answer.status == 422
    assert answer.tree.tag == "api-response"
    assert "not well formed" in answer.tree.findtext("errors/error", "")


def test_xml_of_a_job_from_creation_to_cancellation(jersey: Jersey, scene: Scene) -> None:
    with scene.downloading() as source:
        created = jersey.post(request(jersey, source, mock="0"))
        job = int(created.tree.findtext("job/id", ""))  # XPath /api-response/job/id
        assert job < 2**31  # it keeps ids in an int
        assert job_state(jersey.call("GET", f"v2/jobs/{job}/progress.xml")) in STATES
        assert jersey.call("GET", f"v1/jobs/{job}.xml").tree.findtext("job/id") == str(job)
        cancelled = jersey.call("GET", f"v1/jobs/{job}/cancel.json")
    assert (cancelled.status, cancelled.body) == (204, b"")
    assert job_state(jersey.call("GET", f"v2/jobs/{job}/progress.xml")) == "cancelled"
    assert jersey.call("PUT", f"v2/jobs/{job}/cancel.json").status == 409  # which it takes for "already over"


def job_state(answer: Answer) -> str:
    root: ElementTree.Element = answer.tree
    assert root.tag == "api-response"
    return root.findtext("state", "")


@pytest.mark.parametrize(("method", "version"), [("GET", "v1"), ("PUT", "v2"), ("GET", "v2")])
def test_xml_resubmit(
    jersey: Jersey, scene: Scene, fail: Callable[[], int], finished: Finished, method: str, version: str
) -> None:
    failed = fail()
    assert jersey.call(method, f"{version}/jobs/{finished.id}/resubmit").status == 409
    assert jersey.call(method, f"{version}/jobs/{failed}/resubmit").status in (200, 204)
    scene.ended(failed)
