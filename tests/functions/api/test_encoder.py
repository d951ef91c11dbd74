"""/v1/encoder/jobs (videosdk-encoder-api 4–6, 10)."""

from __future__ import annotations

import re
from typing import Any

import pytest

from stepcoder import runtime
from tests.functions.api.videosdk import JOB, Client, client_of, told
from tests.functions.api.world import Reply, World

HEX = re.compile("[0-9a-f]{24}")
THUMBNAIL = {"timestamp": "00:00:05", "resolutions": ["240"], "formats": ["webp"], "filters": ["none"]}


@pytest.fixture
def client(world: World, monkeypatch: pytest.MonkeyPatch) -> Client:
    return client_of(world, monkeypatch)


def refused(client: Client, **members: Any) -> list[dict[str, str]]:
    reply = client.call("POST", "/encoder/jobs", {**JOB, **members})
    assert reply.status == 400 and told(reply)
    errors: list[dict[str, str]] = reply.document["errors"]
    return errors


def number(job_id: str) -> int:
    return int(job_id[10:20], 16)


# --- create ---


def test_what_is_asked_for_is_echoed_with_ids(client: Client) -> None:
    presets = [{"format": "hls", "resolutions": ["360", "4K"]}, {"format": "mp4", "resolutions": ["4k", "480", 720]}]
    asked: dict[str, Any] = {"presets": presets, "thumbnails": [THUMBNAIL], "userData": {"a": [1.5]}}
    asked["webhookUrl"] = "https://app.example.net/h"
    job = client.job(**asked)
    assert HEX.fullmatch(job["id"]) and job["status"] == "queued"
    shown = {name: job[name] for name in ("videoUrl", "webhookUrl", "userData")}
    assert shown == {"videoUrl": JOB["videoUrl"], "webhookUrl": asked["webhookUrl"], "userData": asked["userData"]}
    ids = [each.pop("id") for each in (*job["presets"], *job["thumbnails"])]
    assert len(set(ids)) == 3 and all(HEX.fullmatch(each) for each in ids)
    assert (job["presets"], job["thumbnails"]) == (presets, [THUMBNAIL])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", job["createdAt"])
    assert "updatedAt" in job and not {"files", "startedAt", "finishedAt"} & job.keys()


def test_both_ids_lead_to_the_job_in_both_dialects(client: Client) -> None:
    job = client.job()
    details = client.call("GET", f"/encoder/jobs/{job['id']}")
    assert details.document == job
    assert client.call("GET", f"/encoder/jobs/{number(job['id'])}").document == job
    for name in (job["id"], number(job["id"])):
        shown = client.world.call("GET", f"/jobs/{name}", key=client.zencoder_key)
        assert (shown.status, shown.document["job"]["id"]) == (200, number(job["id"]))


def test_a_job_of_zencoder_s_api_is_shown_too(client: Client) -> None:
    made = client.world.job(client.zencoder_key, pass_through="asset-7")
    (job,) = client.call("GET", "/encoder/jobs").document["data"]
    assert HEX.fullmatch(job["id"]) and number(job["id"]) == made["id"]
    assert (job["status"], job["videoUrl"]) == ("queued", "s3://acme-in/tape7.mov")
    assert job["presets"][0]["format"] == "mp4" and job["userData"] == {"passThrough": "asset-7"}
    assert client.call("GET", f"/encoder/jobs/{job['id']}").document == job


def test_the_files_go_to_the_service_s_own_bucket(client: Client) -> None:
    job = client.job(presets=[{"format": "hls", "resolutions": ["360", "480"]}], thumbnails=[THUMBNAIL])
    request = client.world.records.request(number(job["id"]))
    low, high, playlist = request["outputs"]
    folder = playlist["url"].removesuffix("index.m3u8")
    assert re.fullmatch("s3://stepcoder-output/encoded/videos/[0-9a-f]{24}/", folder)
    assert (low["url"], high["url"]) == (f"{folder}360p.m3u8", f"{folder}480p.m3u8")
    assert [stream["path"] for stream in playlist["streams"]] == ["360p.m3u8", "480p.m3u8"]
    assert (low["short_side"], high["short_side"]) == (360, 480)
    (still,) = low["thumbnails"]
    assert "thumbnails" not in high
    assert (still["times"], still["short_side"], still["format"]) == (["5"], 240, "webp")


def test_user_data_that_fits_is_zencoder_s_pass_through(client: Client) -> None:
    small, large = client.job(userData={"lesson": 12}), client.job(userData={"text": "x" * 300})
    shown = [client.world.records.job(number(job["id"])).pass_through for job in (small, large)]
    assert shown == ['{"lesson":12}', None]
    assert large["userData"] == {"text": "x" * 300}


@pytest.mark.parametrize(
    ("members", "path", "words"),
    [
        ({"videoUrl": None}, "videoId", "videoId or videoUrl is required."),
        ({"videoId": "64a1f0c2e4b0a1b2c3d4e5f6"}, "videoUrl", "send one of them"),
        ({"videoUrl": None, "videoId": "12"}, "videoId", "24 hexadecimal digits"),
        ({"videoUrl": "gopher://x/y"}, "videoUrl", "must be an http"),
        ({"presets": None}, "presets", "required"),
        ({"presets": []}, "presets", "one preset or more"),
        ({"presets": ["mp4"]}, "presets[0]", "format and resolutions"),
        ({"presets": [{"format": "dash", "resolutions": ["480"]}]}, "presets[0].format", "hls or mp4"),
        ({"presets": [{"format": "mp4"}]}, "presets[0].resolutions", "required"),
        ({"presets": [{"format": "mp4", "resolutions": ["481"]}]}, "presets[0].resolutions[0]", "240, 360"),
        ({"presets": [{"format": "mp4", "resolutions": ["4k", "2160"]}]}, "presets[0].resolutions[1]", "already"),
        ({"presets": [{"format": "mp4", "resolutions": [str(n) for n in range(100, 144, 2)]}]}, "presets", "20"),
        ({"thumbnails": [{**THUMBNAIL, "timestamp": "5"}]}, "thumbnails[0].timestamp", "HH:MM:SS"),
        ({"thumbnails": [{**THUMBNAIL, "timestamp": "00:60:00"}]}, "thumbnails[0].timestamp", "HH:MM:SS"),
        ({"thumbnails": [{**THUMBNAIL, "formats": ["png"]}]}, "thumbnails[0].formats[0]", "jpg or webp"),
        ({"thumbnails": [{**THUMBNAIL, "filters": ["blue"]}]}, "thumbnails[0].filters[0]", "none or blur"),
        ({"webhookUrl": "ada@example.com"}, "webhookUrl", "http or https URL"),
        ({"userData": "x"}, "userData", "an object"),
        ({"userData": {"x": "y" * 20_000}}, "userData", "16 KiB"),
    ],
)
def test_a_wrong_body_is_told_what_is_wrong_with_it(client: Client, members: Any, path: str, words: str) -> None:
    (error,) = refused(client, **members)
    assert error["path"] == path and words in error["message"] and error["code"]


def test_every_problem_is_told_at_once(client: Client) -> None:
    found = refused(client, presets=[{"format": "x", "resolutions": ["7"]}], webhookUrl=3)
    assert [error["path"] for error in found] == ["presets[0].format", "presets[0].resolutions[0]", "webhookUrl"]


def test_a_password_in_an_address_is_not_repeated(client: Client) -> None:
    secret = "gopher://ada:s3cret@host/x"
    assert "s3cret" not in str(refused(client, videoUrl=secret))
    job = client.job(videoUrl="https://ada:s3cret@films.example.com/a.mp4")
    assert "s3cret" not in str(job)


def test_a_body_that_is_no_object_is_refused(client: Client) -> None:
    for body in ("", "[1]", "{", "<xml/>"):
        reply = client.call("POST", "/encoder/jobs", body)
        assert reply.status == 400 and told(reply)


# --- list ---


def test_a_list_is_paged_by_integers_without_a_total(client: Client) -> None:
    ids = [client.job()["id"] for _ in range(3)]
    first = client.call("GET", "/encoder/jobs/?page=1&perPage=2&userId=9").document
    assert first["pageInfo"] == {"currentPage": 1, "perPage": 2, "lastPage": 2}
    assert [job["id"] for job in first["data"]] == ids[:0:-1]
    assert client.call("GET", "/encoder/jobs?page=7").document == {
        "pageInfo": {"currentPage": 7, "perPage": 20, "lastPage": 1},
        "data": [],
    }
    assert client.call("GET", "/encoder/jobs?perPage=1000").document["pageInfo"]["perPage"] == 100
    assert client.call("GET", "/encoder/jobs?page=x").status == 400


# --- delete ---


def test_a_queued_job_is_deleted_and_will_not_start(client: Client) -> None:
    job = client.job(webhookUrl="https://app.example.net/h")
    reply = client.call("DELETE", f"/encoder/jobs/{job['id']}/")
    assert (reply.status, reply.document) == (200, job)
    assert client.call("GET", f"/encoder/jobs/{job['id']}").status == 404
    assert client.call("DELETE", f"/encoder/jobs/{job['id']}").status == 404
    assert client.call("GET", "/encoder/jobs").document["data"] == []
    store = client.world.records
    assert not store.move_job(number(job["id"]), "processing", attempt=0)
    assert store.job(number(job["id"])).state == "cancelled"
    assert list(store.unfinished_jobs()) == []
    assert "Messages" not in runtime.client("sqs").receive_message(QueueUrl=runtime.settings().notification_queue_url)


@pytest.mark.parametrize(
    ("states", "status"),
    [(["processing"], "processing"), (["processing", "finished"], "failed"), (["failed"], "failed")],
)
def test_a_job_that_has_begun_is_not_deleted(client: Client, states: list[str], status: str) -> None:
    job = client.job()
    for state in states:
        client.world.records.move_job(number(job["id"]), state)
    reply = client.call("DELETE", f"/encoder/jobs/{job['id']}")
    assert (reply.status, reply.document["status"]) == (409, status)


def test_a_deleted_job_does_not_come_back_through_the_other_dialect(client: Client) -> None:
    job = client.job()
    client.call("DELETE", f"/encoder/jobs/{job['id']}")
    reply = client.world.call("PUT", f"/jobs/{number(job['id'])}/resubmit", key=client.zencoder_key)
    assert (reply.status, reply.errors) == (409, ["A job that was deleted can't be resubmitted."])


# --- details ---


@pytest.mark.parametrize("name", ["0", "7", "64a1f0c2e4b0a1b2c3d4e5f6", "x", "a" * 24, "9" * 19])
def test_an_unknown_job_is_not_found(client: Client, name: str) -> None:
    for method in ("GET", "DELETE"):
        reply = client.call(method, f"/encoder/jobs/{name}")
        assert reply.status == 404 and told(reply)


def test_an_id_with_another_time_in_it_is_unknown(client: Client) -> None:
    job = client.job()
    other = f"{int(job['id'][:8], 16) + 1:08x}{job['id'][8:]}"
    assert client.call("GET", f"/encoder/jobs/{other}").status == 404


def test_nobody_sees_another_account_s_jobs(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    other = client_of(client.world, monkeypatch, "eve@example.com")
    job = client.job()
    for name in (job["id"], number(job["id"])):
        assert other.call("GET", f"/encoder/jobs/{name}").status == 404
        assert other.call("DELETE", f"/encoder/jobs/{name}").status == 404
    assert other.call("GET", "/encoder/jobs").document["data"] == []


def test_a_cancelled_job_has_failed(client: Client) -> None:
    job = client.job()
    assert client.world.call("PUT", f"/jobs/{number(job['id'])}/cancel", key=client.zencoder_key).status == 204
    shown = client.call("GET", f"/encoder/jobs/{job['id']}").document
    assert (shown["status"], shown["error"]["code"], shown["files"]) == ("failed", "JobCancelled", [])
    assert "finishedAt" in shown


def test_an_unusable_source_is_told_as_the_job_s_error(client: Client) -> None:
    job = client.job()
    store, found = client.world.records, client.world.records.job(number(job["id"]))
    store.move_job(found.id, "processing")
    store.move_input(found.input_id, "failed", error_class="FileNotFoundError", error_message="It is not there.")
    store.move_output(found.output_ids[0], "no_input")
    store.move_job(found.id, "failed")
    shown = client.call("GET", f"/encoder/jobs/{job['id']}").document
    assert shown["error"] == {"code": "FileNotFoundError", "message": "It is not there."}
    assert "startedAt" in shown


def test_what_nobody_serves_is_answered_in_the_same_shape(client: Client) -> None:
    def shape(reply: Reply) -> tuple[int, int]:
        return reply.status, reply.document["statusCode"]

    assert shape(client.call("GET", "/encoder/jobs/7/files")) == (404, 404)
    assert shape(client.call("PUT", "/encoder/jobs")) == (405, 405)
    assert client.call("OPTIONS", "/encoder/jobs").status == 204
