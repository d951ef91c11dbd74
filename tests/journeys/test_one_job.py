"""One job with everything: MP4, HLS in both kinds, a master playlist, stills and notifications, seen by a client."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from tests.clips import source
from tests.core.net.servers import WebServer
from tests.journeys.client import Customer
from tests.journeys.conftest import Call, Hook
from tests.journeys.playback import box_names, decode, media_playlist

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]


@dataclass(frozen=True)
class Made:
    """A finished job, where its files are, what was told about it."""

    customer: Customer
    created: dict[str, Any]
    job: dict[str, Any]
    folder: str
    calls: list[Call]
    progress: list[dict[str, Any]]

    def fetch(self, name: str) -> bytes:
        return self.customer.fetch(self.folder + name)


@pytest.fixture(scope="module")
def made(service: Customer, web: WebServer) -> Made:
    hook, folder = Hook(web, "/hooks/one-job"), service.folder()
    outputs: list[dict[str, Any]] = [
        {
            **{"label": "web", "url": f"{folder}web.mp4", "speed": 5, "video_codec_profile": "high"},
            **{"video_bframes": 2, "notifications": [hook.url]},
            "thumbnails": {"label": "poster", "number": 3, "format": "jpg", "width": 96, "base_url": f"{folder}stills"},
        },
        {
            **{"label": "ts", "type": "segmented", "url": f"{folder}ts/a.m3u8", "speed": 5, "width": 240},
            "segment_seconds": 4,
        },
        {
            **{"label": "cmaf", "type": "segmented", "url": f"{folder}cmaf/a.m3u8", "speed": 5, "width": 160},
            **{"format": "m4f", "streaming_delivery_format": "hls", "segment_seconds": 4},
        },
        {
            **{"label": "master", "type": "playlist", "url": f"{folder}master.m3u8"},
            "streams": [{"path": "ts/a.m3u8", "source": "ts"}, {"path": "cmaf/a.m3u8", "source": "cmaf"}],
        },
    ]
    body = {
        "input": service.put(source("cfr_25")),
        "outputs": outputs,
        "pass_through": "asset-7",
        "notifications": [{"url": hook.url, "headers": {"X-Case": "42"}}],
    }
    status, created = service.call("POST", "/jobs", body)
    assert status == 201, created
    progress = []
    while not progress or progress[-1]["state"] not in ("finished", "failed", "cancelled"):
        progress.append(service.progress(created["id"]))
    return Made(service, created, service.details(created["id"]), folder, hook.wait(2), progress)


def test_the_job_is_created_and_described_as_the_reference_says(made: Made) -> None:
    assert set(made.created) == {"id", "outputs"}
    assert [each["label"] for each in made.created["outputs"]] == ["web", "ts", "cmaf", "master"]
    bucket, path = made.folder[5:].split("/", 1)
    assert made.created["outputs"][0]["url"] == f"http://{bucket}.s3.amazonaws.com/{path}web.mp4"
    job = made.job
    assert (job["state"], job["pass_through"], job["test"]) == ("finished", "asset-7", False)
    assert job["finished_at"] >= job["submitted_at"]
    given = job["input_media_file"]
    assert (given["state"], given["format"], given["video_codec"]) == ("finished", "mpeg4", "h264")
    assert (given["width"], given["height"], given["frame_rate"]) == (320, 180, 25)
    outputs = {each["label"]: each for each in job["output_media_files"]}
    assert [each["id"] for each in job["output_media_files"]] == [each["id"] for each in made.created["outputs"]]
    assert {each["state"] for each in outputs.values()} == {"finished"}
    web = outputs["web"]
    assert (web["width"], web["height"], web["frame_rate"], web["channels"]) == (320, 180, 25, "2")
    assert web["duration_in_ms"] == pytest.approx(12000, abs=50)
    assert web["file_size_bytes"] == len(made.fetch("web.mp4"))
    assert web["error_class"] is web["error_message"] is None
    assert outputs["ts"]["format"] == "mpeg-ts"


def test_single_records_agree_with_the_job(made: Made) -> None:
    given = made.job["input_media_file"]
    status, found = made.customer.call("GET", f"/inputs/{given['id']}")
    assert (status, found["job_id"], found["file_size_in_bytes"]) == (200, made.job["id"], given["file_size_bytes"])
    for each in made.job["output_media_files"]:
        status, found = made.customer.call("GET", f"/outputs/{each['id']}")
        assert (status, found["url"], found["state"]) == (200, each["url"], "finished")
        assert made.customer.call("GET", f"/outputs/{each['id']}/progress") == (200, {"state": "finished"})
    status, jobs = made.customer.call("GET", "/jobs?per_page=1")
    assert status == 200
    assert [entry["job"]["id"] for entry in jobs] == [made.job["id"]]


def test_progress_never_went_back(made: Made) -> None:
    values = [each["progress"] for each in made.progress if "progress" in each]
    assert values == sorted(values)
    assert all(value < 100 for value in values)
    states = [each["state"] for each in made.progress]
    assert states == sorted(states, key=["pending", "waiting", "processing", "finished"].index)
    assert set(made.progress[-1]) == {"state", "input", "outputs"}


def test_the_mp4_plays_from_its_first_byte(made: Made) -> None:
    data = made.fetch("web.mp4")
    names = box_names(data)
    assert names.index("moov") < names.index("mdat")
    assert "moof" not in names
    decoded = decode(data)
    assert (decoded.frames, decoded.size, decoded.begins_with_keyframe) == (300, (320, 180), True)
    assert decoded.samples == pytest.approx(12 * 48000, abs=1024)


@pytest.mark.parametrize(("name", "size"), [("ts", (240, 134)), ("cmaf", (160, 90))])
def test_every_segment_decodes_alone_and_the_playlist_tells_the_truth(
    made: Made, name: str, size: tuple[int, int]
) -> None:
    playlist = media_playlist(made.fetch(f"{name}/a.m3u8").decode())
    init = made.fetch(f"{name}/{playlist.init}") if playlist.init else b""
    assert bool(init) == (name == "cmaf")
    shown = [decode(init + made.fetch(f"{name}/{file}")) for file in playlist.files]

    assert all(each.begins_with_keyframe for each in shown)
    assert [each.frames for each in shown] == [round(25 * seconds) for seconds in playlist.durations]
    assert sum(each.frames for each in shown) == 300
    assert sum(playlist.durations) == pytest.approx(12, abs=0.01)
    assert playlist.target == max(round(seconds) for seconds in playlist.durations)
    assert playlist.ended
    assert shown[0].size is not None
    assert shown[0].size[0] == size[0]
    output = next(each for each in made.job["output_media_files"] if each["label"] == name)
    assert output["duration_in_ms"] == pytest.approx(1000 * sum(playlist.durations), abs=2)
    assert sorted(made.customer.stored(f"{made.folder}{name}/")) == sorted(
        ["a.m3u8", *playlist.files, *([playlist.init] if playlist.init else [])]
    )


def test_the_master_playlist_leads_to_both(made: Made) -> None:
    lines = made.fetch("master.m3u8").decode().splitlines()
    assert [line for line in lines if not line.startswith("#")] == ["ts/a.m3u8", "cmaf/a.m3u8"]
    streams = [line for line in lines if line.startswith("#EXT-X-STREAM-INF:")]
    assert all("BANDWIDTH=" in line and 'CODECS="avc1.' in line and "mp4a.40.2" in line for line in streams)


def test_stills_are_as_many_and_as_large_as_asked(made: Made) -> None:
    assert made.customer.stored(f"{made.folder}stills/") == [f"frame_000{number}.jpg" for number in range(3)]
    for number in range(3):
        decoded = decode(made.fetch(f"stills/frame_000{number}.jpg"))
        assert (decoded.frames, decoded.size) == (1, (96, 54))
    stills = made.job["thumbnails"]
    assert [(each["width"], each["height"], each["group_label"]) for each in stills] == [(96, 54, "poster")] * 3
    assert [each["file_size_bytes"] for each in stills] == [
        len(made.fetch(f"stills/frame_000{number}.jpg")) for number in range(3)
    ]


def test_the_output_is_told_of_before_the_job(made: Made) -> None:
    first, last = made.calls
    assert len(made.calls) == 2
    assert first.document["output"]["label"] == "web"
    assert first.document["output"]["state"] == "finished"
    assert [len(each["images"]) for each in first.document["output"]["thumbnails"]] == [3]
    assert last.document["job"]["state"] == "finished"
    assert last.document["job"]["pass_through"] == "asset-7"
    assert [each["label"] for each in last.document["outputs"]] == ["web", "ts", "cmaf", "master"]
    assert "url" not in last.document["input"]


def test_notifications_prove_where_they_come_from(made: Made) -> None:
    ready = made.customer.ready
    for call in made.calls:
        assert call.headers["x-zencoder-notification-secret"] == ready.notification_secret
        assert call.headers["content-type"] == "application/json"
        Webhook(ready.signing_secret).verify(call.body, call.headers)
        with pytest.raises(WebhookVerificationError):
            Webhook(ready.signing_secret).verify(call.body + b" ", call.headers)
    assert made.calls[0].headers["webhook-id"] != made.calls[1].headers["webhook-id"]
    assert [call.headers.get("x-case") for call in made.calls] == [None, "42"]


def test_nothing_of_the_job_stays_in_the_work_bucket(made: Made) -> None:
    assert [key for key in made.customer.stored() if key.startswith(f"jobs/{made.job['id']}/")] == []
