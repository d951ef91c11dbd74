"""What customers send by mistake or on purpose: each is refused with the right class or status, and leaves nothing."""

from __future__ import annotations

import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.clips import source
from tests.core.net.servers import WebServer, cut_after, ranged, redirect, status, whole
from tests.journeys.client import Customer

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]


@dataclass(frozen=True)
class Bad:
    """An input and what its job must end with. `{web}`, `{trap}` and `{port}` become the servers' places."""

    name: str
    url: str
    error_class: str
    sentence: str  # a part of it


def clip(name: str, error_class: str, sentence: str) -> Bad:
    return Bad(name, f"clip:{name}", error_class, sentence)


CLIPS = (
    clip("html", "InvalidDownloadedFileTypeError", "HTML"),
    clip("truncated_no_index", "TruncatedFileError", "shorter than its headers say"),
    clip("truncated_payload", "TruncatedFileError", "shorter than its headers say"),
    clip("header_only", "TruncatedFileError", "."),
    clip("empty", "NoMediaError", "empty"),
    clip("noise", "NoMediaError", "valid media file"),
    clip("png", "NoMediaError", "still image"),
    clip("jpg", "NoMediaError", "still image"),
    clip("picture_bomb", "NoMediaError", "still image"),
    clip("playlist_of_local_file", "UnsupportedEncodingError", "points at other files"),
    clip("playlist_of_metadata_service", "UnsupportedEncodingError", "points at other files"),
    clip("concat_script", "UnsupportedEncodingError", "points at other files"),
    clip("dash_manifest", "UnsupportedEncodingError", "points at other files"),
    clip("session_description", "UnsupportedEncodingError", "points at other files"),
    clip("absurd_dimensions", "UnsupportedEncodingError", "20000"),
    clip("encrypted", "UnsupportedEncryptionError", "protected"),
    clip("scrambled_payload", "UnreadableFileError", "."),
    clip("external_data", "QuicktimeReferenceError", "."),
    clip("unknown_codec", "UnsupportedCodecError", "."),
    clip("endless_boxes", "NoMediaError", "."),
)
PLACES = (
    Bad("missing object", "s3://{upload}/in/nothing.mp4", "FileNotFoundError", "There is no file"),
    Bad("missing bucket", "s3://there-is-no-such-bucket/a.mp4", "S3BucketNotFoundError", "does not exist"),
    Bad("our own work bucket", "s3://{work}/jobs/1/source", "DownloadAccessDeniedError", "."),
    Bad("missing page", "{web}/nothing", "FileNotFoundError", "HTTP 404"),
    Bad("forbidden page", "{web}/forbidden", "DownloadAccessDeniedError", "HTTP 403"),
    Bad("sign-in page", "{web}/page", "InvalidDownloadedFileTypeError", "HTML"),
    Bad("cut download", "{web}/cut", "TruncatedFileError", "less than the length it announces"),
    Bad("playlist of the trap", "{web}/list.m3u8", "UnsupportedEncodingError", "points at other files"),
    Bad("unknown host", "http://nothing.invalid/a.mp4", "DownloadFailureError", "does not exist"),
)
_PRIVATE = "not public"
INSIDE = tuple(
    Bad(name, url, "DownloadFailureError", _PRIVATE)
    for name, url in {
        "metadata service": "http://169.254.169.254/latest/meta-data/",
        "loopback": "http://127.0.0.1:{port}/film.mp4",
        "loopback, short": "http://127.1:{port}/film.mp4",
        "loopback, one number": "http://2130706433:{port}/film.mp4",
        "loopback, hexadecimal": "http://0x7f000001:{port}/film.mp4",
        "loopback, hexadecimal parts": "http://0x7f.0x0.0x0.0x1:{port}/film.mp4",
        "loopback, octal": "http://0177.0.0.1:{port}/film.mp4",
        "loopback by name": "http://localhost:{port}/film.mp4",
        "loopback by name with a dot": "http://localhost.:{port}/film.mp4",
        "loopback, version 6": "http://[::1]:{port}/film.mp4",
        "loopback, mapped": "http://[::ffff:127.0.0.1]:{port}/film.mp4",
        "nowhere": "http://0.0.0.0:{port}/film.mp4",
        "private network": "http://10.0.0.1/film.mp4",
        "redirect to loopback": "{web}/to-the-trap",
        "redirect to the metadata service": "{web}/to-the-metadata",
        "redirect of a redirect": "{web}/hop",
    }.items()
)
ROWS = (*CLIPS, *PLACES, *INSIDE)


@dataclass(frozen=True)
class Submitted:
    """Every bad input of the table as a job, all under way."""

    jobs: dict[str, tuple[int, str]]
    trap: WebServer


@pytest.fixture(scope="module")
def submitted(service: Customer, web: WebServer) -> Iterator[Submitted]:
    film = source("no_audio").read_bytes()
    with WebServer({"/film.mp4": ranged(film), "/segment.ts": ranged(film)}) as trap:
        _serve_bad_places(web, trap)
        places = {"web": web.url("").rstrip("/"), "port": trap.server_port}
        buckets = {"upload": service.ready.upload_bucket, "work": service.ready.work_bucket}
        jobs = {}
        for row in ROWS:
            folder = service.folder()
            name = row.url.removeprefix("clip:")
            url = service.put(source(name)) if name != row.url else row.url.format(**places, **buckets)
            jobs[row.name] = (service.submit(url, {"url": f"{folder}a.mp4", "speed": 5}), folder)
        yield Submitted(jobs, trap)


def _serve_bad_places(web: WebServer, trap: WebServer) -> None:
    page = source("html").read_bytes()
    listed = f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{trap.url('/segment.ts')}\n#EXT-X-ENDLIST\n"
    web.routes |= {
        "/forbidden": status(403),
        "/page": whole(page, {"Content-Type": "text/html"}),
        "/cut": cut_after(100_000, whole(source("no_audio").read_bytes())),
        "/list.m3u8": whole(listed.encode()),
        "/to-the-trap": redirect(trap.url("/film.mp4")),
        "/to-the-metadata": redirect("http://169.254.169.254/latest/meta-data/"),
        "/hop": redirect(web.url("/to-the-trap")),
    }


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_bad_input_is_refused_with_its_class_and_leaves_nothing(
    service: Customer, submitted: Submitted, row: Bad
) -> None:
    job, folder = submitted.jobs[row.name]
    details = service.wait(job, 90)
    given = details["input_media_file"]
    assert (details["state"], given["state"]) == ("failed", "failed")
    assert given["error_class"] == row.error_class, given["error_message"]
    assert row.sentence in given["error_message"]
    assert given["error_message"].endswith(".")
    assert [each["state"] for each in details["output_media_files"]] == ["no_input"]
    assert service.stored(folder) == []


def test_nothing_inside_was_ever_asked_and_nothing_is_left(service: Customer, submitted: Submitted) -> None:
    for job, _ in submitted.jobs.values():
        service.wait(job, 90)
    assert submitted.trap.connections == 0
    end = time.monotonic() + 10
    while service.stored() and time.monotonic() < end:
        time.sleep(0.1)
    assert service.stored() == []


BODIES: dict[str, tuple[Any, int, str]] = {
    "no JSON": (b"{'input': ", 400, "."),
    "not an object": (b"[1, 2]", 400, "."),
    "no input": ({"outputs": []}, 422, "nput"),
    "input of the wrong type": ({"input": 7}, 422, "Url of input file is invalid"),
    "input without a scheme": ({"input": "film.mp4"}, 422, "not well formed"),
    "a local file": ({"input": "file:///etc/passwd"}, 422, "not well formed"),
    "an ffmpeg protocol": ({"input": "concat:/etc/passwd|/etc/hosts"}, 422, "not well formed"),
    "outputs of the wrong type": ({"input": "s3://a-bucket/a.mp4", "outputs": "mp4"}, 422, "outputs"),
    "width of the wrong type": ({"input": "s3://a-bucket/a.mp4", "outputs": [{"width": "wide"}]}, 422, "width"),
    "an absurd width": ({"input": "s3://a-bucket/a.mp4", "outputs": [{"width": 10**9}]}, 422, "width"),
    "a negative length": ({"input": "s3://a-bucket/a.mp4", "outputs": [{"clip_length": -1}]}, 422, "clip_length"),
    "21 outputs": ({"input": "s3://a-bucket/a.mp4", "outputs": [{}] * 21}, 422, "limit of 20 outputs"),
    "a setting that is not made yet": (
        {"input": "s3://a-bucket/a.mp4", "outputs": [{"denoise": "strong"}]},
        422,
        "denoise",
    ),
    "an unknown label in streams": (
        {
            "input": "s3://a-bucket/a.mp4",
            "outputs": [
                {"type": "segmented", "label": "hls"},
                {"type": "playlist", "streams": [{"path": "a.m3u8", "source": "dash"}]},
            ],
        },
        422,
        "dash",
    ),
    "an output url without a file": (
        {"input": "s3://a-bucket/a.mp4", "outputs": [{"url": "s3://b-bucket/folder/"}]},
        422,
        "Url must include a file name",
    ),
    "an output url that climbs": (
        {"input": "s3://a-bucket/a.mp4", "outputs": [{"url": "s3://b-bucket/a/../b.mp4"}]},
        422,
        "url",
    ),
    "a webhook that is no address": ({"input": "s3://a-bucket/a.mp4", "notifications": [7]}, 422, "notifications"),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_bad_body_is_refused_with_sentences(service: Customer, name: str) -> None:
    body, wanted, sentence = BODIES[name]
    answered, found = service.call("POST", "/jobs", body)
    assert answered == wanted, found
    assert set(found) == {"errors"}
    assert any(sentence in error for error in found["errors"]), found
    assert all(isinstance(error, str) and error.endswith((".", "valid", "name")) for error in found["errors"]), found


@pytest.mark.parametrize("name", ["url", "secondary_url"])
def test_a_delivery_into_our_work_bucket_is_refused(service: Customer, name: str) -> None:
    output = {name: f"s3://{service.ready.work_bucket}/a.mp4"}
    answered, found = service.call("POST", "/jobs", {"input": "s3://a-bucket/a.mp4", "outputs": [output]})
    assert answered == 422, found


def test_what_a_missing_bucket_does_not_take_is_kept_for_a_day(service: Customer) -> None:
    job = service.submit(source("no_audio"), {"url": "s3://there-is-no-such-bucket/a.mp4", "clip_length": 1})
    (output,) = service.wait(job)["output_media_files"]
    assert (output["state"], output["backup_server_used"]) == ("finished", True)
    assert output["primary_upload_error_link"].endswith("/S3BucketNotFoundError")
    with urllib.request.urlopen(output["url"]) as answer:
        assert len(answer.read()) == output["file_size_bytes"]


def test_a_webhook_into_the_inside_is_never_called(service: Customer, submitted: Submitted) -> None:
    job = service.submit(
        source("noise"), {"notifications": [submitted.trap.url("/film.mp4"), "http://169.254.169.254/latest/"]}
    )
    assert service.wait(job)["state"] == "failed"
    time.sleep(2)
    assert submitted.trap.connections == 0
