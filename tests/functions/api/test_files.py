"""/v1/files and where files are fetched (videosdk-encoder-api 7, 8)."""

from __future__ import annotations

import re
import urllib.parse
from datetime import timedelta
from typing import Any

import pytest

from stepcoder import runtime
from stepcoder.files import uploading
from tests.clips import source
from tests.functions.api.videosdk import Client, client_of, told
from tests.functions.api.world import Reply, World

HEX = re.compile("[0-9a-f]{24}")


@pytest.fixture
def client(world: World, monkeypatch: pytest.MonkeyPatch) -> Client:
    return client_of(world, monkeypatch)


@pytest.fixture(scope="module")
def film() -> bytes:
    return source("rotated").read_bytes()


def put(key: str, content: bytes) -> None:
    runtime.client("s3").put_object(Bucket=runtime.settings().upload_bucket, Key=key, Body=content)


def fetched(client: Client, url: str, method: str = "GET") -> Reply:
    return client.world.call(method, urllib.parse.urlsplit(url).path, prefix="")


def number(file_id: str) -> int:
    return int(file_id[10:20], 16)


# --- a form through our own address ---


def test_an_upload_is_looked_at_before_it_is_answered(client: Client, film: bytes) -> None:
    reply = client.upload(film, "tape 7.MP4")
    assert reply.status == 201, reply.body
    file = reply.document
    assert HEX.fullmatch(file["id"]) and file["jobId"] is None
    assert (file["type"], file["size"]) == ("video", len(film))
    assert file["meta"] == {
        "format": "mov,mp4,m4a,3gp,3g2,mj2",
        "resolution": {"width": 180, "height": 320},  # as it is shown: it was filmed with the camera turned
        "duration": pytest.approx(12.012, abs=0.05),
    }
    assert re.fullmatch(r"files/videos/[0-9a-f]{24}\.mp4", file["filePath"])
    assert client.call("GET", f"/files/{file['id']}").document == file
    assert client.call("GET", "/files/").document["data"] == [file]
    stored = runtime.client("s3").head_object(Bucket="stepcoder-upload", Key=f"uploads/{file['filePath'][6:]}")
    assert (stored["ContentType"], stored["ContentLength"]) == ("video/mp4", len(film))


def test_a_picture_may_be_uploaded(client: Client) -> None:
    reply = client.upload(source("png").read_bytes(), "cover.png")
    assert reply.status == 201, reply.body
    assert (reply.document["type"], reply.document["meta"]) == ("image", {"format": "png"})
    assert re.fullmatch(r"files/images/[0-9a-f]{24}\.png", reply.document["filePath"])
    job = {"videoId": reply.document["id"], "presets": [{"format": "mp4", "resolutions": ["240"]}]}
    refused = client.call("POST", "/encoder/jobs", job)
    assert refused.status == 400 and "an image" in told(refused)


@pytest.mark.parametrize(
    ("content", "words"), [(b"", "empty"), (b"hello, world " * 50, ""), (b"#EXTM3U\n#EXT-X-VERSION:3\n", "")]
)
def test_what_is_no_film_is_refused(client: Client, content: bytes, words: str) -> None:
    reply = client.upload(content)
    assert reply.status == 400 and words in told(reply)
    assert client.call("GET", "/files").document["data"] == []


def test_a_form_without_the_part_called_file_is_refused(client: Client, film: bytes) -> None:
    reply = client.upload(film, part="video")
    assert reply.status == 400 and "called file" in told(reply)


def test_a_form_that_is_too_large_is_told_the_other_way(client: Client) -> None:
    reply = client.upload(b"x" * uploading.LARGEST_UPLOAD)
    assert reply.status == 413
    assert "4,500,000 bytes" in told(reply) and "uploadUrl" in told(reply)


# --- straight to S3 ---


def test_without_a_body_one_is_told_where_to_send_a_file(client: Client) -> None:
    reply = client.call("POST", "/files")
    invited = reply.document
    assert reply.status == 200
    assert invited["url"] == "https://example.execute-api.eu-west-1.amazonaws.com/v1/files"
    assert client.call("POST", "/files").document["url"] == invited["url"]
    assert "stepcoder-upload" in invited["uploadUrl"]
    assert re.fullmatch(r"uploads/videos/[0-9a-f]{24}\.mp4", invited["fields"]["key"])
    assert {"policy", "x-amz-signature"} <= invited["fields"].keys()
    assert invited["expiresAt"].endswith("Z")


def test_a_file_sent_to_s3_is_known_when_it_is_asked_for(client: Client, film: bytes) -> None:
    invited = client.call("POST", "/files").document
    assert client.call("GET", f"/files/{invited['fileId']}").status == 404
    put(invited["fields"]["key"], film)
    file = client.call("GET", f"/files/{invited['fileId']}").document
    assert (file["id"], file["size"], file["type"]) == (invited["fileId"], len(film), "video")
    assert client.call("GET", "/files").document["data"] == [file]


def test_a_file_sent_to_s3_is_known_when_files_are_listed(client: Client, film: bytes) -> None:
    waiting, sent, nonsense = (client.call("POST", "/files").document for _ in range(3))
    put(sent["fields"]["key"], film)
    put(nonsense["fields"]["key"], b"hello")
    listed = client.call("GET", "/files").document
    assert [file["id"] for file in listed["data"]] == [sent["fileId"]]
    assert listed["pageInfo"] == {"currentPage": 1, "perPage": 20, "lastPage": 1}
    account = client.world.records.file(number(waiting["fileId"])).account_id
    assert [file.id for file in client.world.records.awaited_files(account)] == [number(waiting["fileId"])]


def test_an_upload_that_never_came_is_forgotten(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    invited = client.call("POST", "/files").document
    account = client.world.records.file(number(invited["fileId"])).account_id
    later = runtime.now() + timedelta(hours=3)
    monkeypatch.setattr(runtime, "now", lambda: later)
    token = client.token(exp=int(later.timestamp()) + 600)
    assert client.call("GET", "/files", token=token).document["data"] == []
    assert client.world.records.awaited_files(account) == []


def test_a_file_sent_to_s3_can_be_encoded_at_once(client: Client, film: bytes) -> None:
    invited = client.call("POST", "/files").document
    job: dict[str, Any] = {"videoId": invited["fileId"], "presets": [{"format": "mp4", "resolutions": ["240"]}]}
    reply = client.call("POST", "/encoder/jobs", job)
    assert reply.status == 400 and "not been uploaded" in told(reply)
    put(invited["fields"]["key"], film)
    reply = client.call("POST", "/encoder/jobs", job)
    assert (reply.status, reply.document["videoId"]) == (201, invited["fileId"])
    given = client.world.records.input(client.world.records.job(number(reply.document["id"])).input_id)
    assert given.url == f"s3://stepcoder-upload/{invited['fields']['key']}"


# --- deleting ---


def test_a_deleted_file_is_gone(client: Client, film: bytes) -> None:
    file = client.upload(film).document
    assert client.call("DELETE", f"/files/{file['id']}").document == file
    for method in ("GET", "DELETE"):
        assert client.call(method, f"/files/{file['id']}").status == 404
    assert client.call("GET", "/files").document["data"] == []
    assert "Contents" not in runtime.client("s3").list_objects_v2(Bucket="stepcoder-upload")


def test_a_file_stays_while_a_job_needs_it(client: Client, film: bytes) -> None:
    file = client.upload(film).document
    job = client.job(videoUrl=None, videoId=file["id"])
    reply = client.call("DELETE", f"/files/{file['id']}")
    assert reply.status == 409 and "1 job(s)" in told(reply)
    client.call("DELETE", f"/encoder/jobs/{job['id']}")
    assert client.call("DELETE", f"/files/{file['id']}").status == 200
    reply = client.call("POST", "/encoder/jobs", {"videoId": file["id"], "presets": job["presets"]})
    assert (reply.status, reply.document["errors"][0]["path"]) == (400, "videoId")


# --- whose it is ---


@pytest.mark.parametrize("name", ["7", "64a1f0c2e4b0a1b2c3d4e5f6", "x", "000000000500000000010000"])
def test_an_unknown_file_is_not_found(client: Client, film: bytes, name: str) -> None:
    client.upload(film)
    for method in ("GET", "DELETE"):
        assert client.call(method, f"/files/{name}").status == 404


def test_nobody_sees_another_account_s_files(client: Client, film: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    other = client_of(client.world, monkeypatch, "eve@example.com")
    file = client.upload(film).document
    assert other.call("GET", "/files").document["data"] == []
    for method in ("GET", "DELETE"):
        assert other.call(method, f"/files/{file['id']}").status == 404
    job = {"videoId": file["id"], "presets": [{"format": "mp4", "resolutions": ["240"]}]}
    reply = other.call("POST", "/encoder/jobs", job)
    assert (reply.status, reply.document["errors"][0]["code"]) == (400, "unknown")


# --- fetching ---


def test_an_address_leads_to_a_signed_link(client: Client, film: bytes) -> None:
    url = client.upload(film).document["fileUrl"]
    assert url.startswith("https://example.execute-api.eu-west-1.amazonaws.com/uploads/videos/")
    for method in ("GET", "HEAD"):
        reply = fetched(client, url, method)
        assert reply.status == 302 and "X-Amz-Signature=" in reply.headers["Location"]
        assert reply.headers["Access-Control-Allow-Origin"] == "*"


def test_files_can_be_fetched_from_the_deployment_s_own_place(
    client: Client, film: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STEPCODER_FILES_URL", "https://cdn.example.net/v/")
    runtime.settings.cache_clear()
    assert client.upload(film).document["fileUrl"].startswith("https://cdn.example.net/v/uploads/videos/")


def test_a_playlist_is_answered_itself_so_that_names_in_it_stay_relative(client: Client) -> None:
    key = f"encoded/videos/{'a' * 24}/index.m3u8"
    runtime.client("s3").put_object(Bucket="stepcoder-output", Key=key, Body=b"#EXTM3U\n360p.m3u8\n")
    reply = fetched(client, f"https://x/{key}")
    assert (reply.status, reply.body) == (200, "#EXTM3U\n360p.m3u8\n")
    assert reply.headers["Content-Type"] == "application/vnd.apple.mpegurl"
    assert fetched(client, f"https://x/{key}", "HEAD").body == ""
    assert fetched(client, f"https://x/encoded/videos/{'b' * 24}/index.m3u8").status == 404


@pytest.mark.parametrize(
    "path",
    [
        "/uploads/x.mp4",
        "/encoded/videos/../../jobs/1/plan.json",
        f"/encoded/videos/{'a' * 24}/../{'b' * 24}.mp4",
        f"/encoded/videos/{'a' * 24}",
        f"/encoded/o/{'a' * 24}.mp4",
        f"/encoded/videos/{'A' * 24}.mp4",
    ],
)
def test_nothing_else_of_the_buckets_can_be_fetched(client: Client, path: str) -> None:
    assert fetched(client, path).status == 404


def test_files_are_only_read_there(client: Client) -> None:
    assert fetched(client, f"/encoded/videos/{'a' * 24}.mp4", "DELETE").status == 405
    assert fetched(client, f"/encoded/videos/{'a' * 24}.mp4", "OPTIONS").status == 204
