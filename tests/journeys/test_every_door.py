"""A whole job in and out of every kind of storage, with real servers, over the service's own HTTP."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from stepcoder.storage import Secret
from tests.clips import source
from tests.clips.pictures import png
from tests.journeys.client import Customer, running_service
from tests.journeys.playback import decode, pixel
from tests.servers.azurite import AzuriteServer, signature
from tests.servers.doors import Door, file_server_door, google_door, store_door
from tests.servers.file_servers import FileServers
from tests.servers.object_stores import azure_store, swift_store
from tests.servers.swift import SwiftServer

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]

FAST: dict[str, Any] = {"speed": 5, "width": 160, "clip_length": 2}
SCHEMES = ("ftp", "ftps", "sftp", "cf", "azure", "gcs")


@pytest.fixture(scope="module")
def doors(all_file_servers: FileServers, swift: SwiftServer, azurite: AzuriteServer) -> dict[str, Door]:
    servers = [file_server_door(all_file_servers.server(scheme)) for scheme in ("ftp", "ftps", "sftp")]
    stores = [store_door(swift_store(swift)), store_door(azure_store(azurite))]
    google = google_door(swift, f"films-{uuid.uuid4().hex[:8]}")
    return {door.scheme: door for door in (*servers, *stores, google)}


@pytest.fixture(scope="module")
def service(
    doors: dict[str, Door],
    all_file_servers: FileServers,
    swift: SwiftServer,
    azurite: AzuriteServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Customer]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("STEPCODER_CLOUD_FILES_AUTH", swift.auth_url)
        environment.setenv("STEPCODER_AZURE_ENDPOINT", azurite.endpoint)
        environment.setenv("STEPCODER_GCS_ENDPOINT", swift.s3_endpoint)
        environment.setenv("STEPCODER_UNVERIFIED_FTPS_HOSTS", "127.0.0.1")
        hosts = ",".join(sorted({door.host for door in doors.values()}))
        with running_service(tmp_path_factory.mktemp("doors"), hosts) as customer:
            yield customer


@pytest.fixture(params=SCHEMES)
def door(request: pytest.FixtureRequest, doors: dict[str, Door]) -> Door:
    return doors[request.param]


def test_a_job_goes_in_and_out(service: Customer, door: Door) -> None:
    door.put("in/a film.mp4", source("cfr_25").read_bytes())
    name = "a%20film" if door.scheme in ("ftp", "ftps", "sftp") else "a film"
    output = {
        "url": f"{door.url}out/{name}.mp4",
        "thumbnails": {"number": 1, "base_url": f"{door.url}out/stills/", "format": "jpg"},
    }
    playlist = {"type": "segmented", "segment_seconds": 1, "url": f"{door.url}out/hls/index.m3u8"}
    bundle = {"url": f"{door.url}out/all.zip", "package_format": "zip"}
    job = service.submit(f"{door.url}in/{name}.mp4", FAST | output, FAST | playlist, FAST | bundle)
    details = service.wait(job)
    assert details["state"] == "finished", failures(details)
    assert decode(door.get("out/a film.mp4")).frames == 50
    assert b"index-00002.ts" in door.get("out/hls/index.m3u8")
    assert decode(door.get("out/hls/index-00001.ts")).frames == 25
    assert door.get("out/stills/frame_0000.jpg")[:2] == b"\xff\xd8"
    assert door.get("out/all.zip")[:4] == b"PK\x03\x04"
    assert f":{door.login.secret}@" not in str(details)
    assert f":{quote(door.login.secret, safe='')}@" not in str(details)
    assert details["output_media_files"][0]["url"].startswith(f"{door.scheme}://")


def failures(details: dict[str, Any]) -> list[str | None]:
    return [media.get("error_message") for media in (details["input_media_file"], *details["output_media_files"])]


def test_watermarks_and_captions_come_in_the_same_way(service: Customer, door: Door) -> None:
    door.put("in/film.mp4", source("cfr_25").read_bytes())
    door.put("in/logo.png", png("red"))
    door.put("in/en.srt", b"1\n00:00:01,000 --> 00:00:02,000\nHello\n")
    logo = {"url": f"{door.url}in/logo.png", "x": 0, "y": 0}
    job = service.submit(
        f"{door.url}in/film.mp4",
        FAST | {"url": f"{door.url}out/marked.mp4", "watermark": logo},
        {"type": "captions", "caption_url": f"{door.url}in/en.srt", "url": f"{door.url}out/en.vtt"},
    )
    details = service.wait(job)
    assert details["state"] == "finished", failures(details)
    red, green, _ = pixel(door.get("out/marked.mp4"), 9, 5)
    assert red > 200 and green < 60
    assert door.get("out/en.vtt") == b"WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nHello\n"


def test_a_missing_input_is_told(service: Customer, door: Door) -> None:
    details = service.wait(service.submit(f"{door.url}in/nothing.mp4", FAST | {"url": f"{door.url}out/nothing.mp4"}))
    assert details["state"] == "failed"
    assert details["input_media_file"]["error_class"] == "FileNotFoundError", details["input_media_file"]


def test_a_wrong_login_is_told(service: Customer, door: Door) -> None:
    wrong = door.url_of(Secret(door.login.user, "d3Jvbmc=")) + "out/a.mp4"
    door.put("in/short.mp4", source("cfr_25").read_bytes())
    details = service.wait(service.submit(f"{door.url}in/short.mp4", FAST | {"url": wrong}))
    output = details["output_media_files"][0]
    assert output["state"] == "finished" and output["backup_server_used"] is True, output
    assert "d3Jvbmc" not in str(details)
    link = output["primary_upload_error_link"]
    assert link.endswith(("InvalidUsernameOrPasswordError", "UploadAccessDeniedError", "InvalidAccessKeyIdError")), link


def test_saved_credentials_open_the_door(service: Customer, door: Door, doors: dict[str, Door]) -> None:
    login = {"user": door.login.user, "secret": door.login.secret}
    status, answer = service.call("POST", "/credentials", {"nickname": door.scheme, "type": door.scheme, **login})
    assert status == 201, answer
    door.put("in/saved.mp4", source("cfr_25").read_bytes())
    output = FAST | {"url": f"{door.bare_url}out/saved.mp4", "credentials": door.scheme}
    details = service.wait(service.submit(f"{door.bare_url}in/saved.mp4", output, credentials=door.scheme))
    assert details["state"] == "finished", failures(details)
    assert decode(door.get("out/saved.mp4")).frames == 50

    elsewhere = doors["azure" if door.scheme != "azure" else "cf"].bare_url
    body = {"input": f"{elsewhere}in/a.mp4", "credentials": door.scheme}
    status, refused = service.call("POST", "/jobs", body)
    assert status == 422
    assert f'credentials is "{door.scheme}": those are of type {door.scheme}, but the URL' in refused["errors"][0]


def test_a_shared_access_signature_opens_azure(
    service: Customer, doors: dict[str, Door], azurite: AzuriteServer
) -> None:
    door = doors["azure"]
    door.put("in/signed.mp4", source("cfr_25").read_bytes())
    sas, account = signature(azurite, door.home.rstrip("/"), "rcwd"), f"azure://{door.login.user}@{door.home}"
    outputs = (
        FAST | {"url": f"{account}out/one.mp4?{sas}"},
        FAST | {"base_url": f"{account}out", "filename": "two.mp4", "azure_sas": sas},
    )
    for given, apart in ((f"{account}in/signed.mp4?{sas}", {}), (f"{account}in/signed.mp4", {"azure_sas": sas})):
        details = service.wait(service.submit(given, *outputs, **apart))
        assert details["state"] == "finished", failures(details)
        assert sas.rpartition("sig=")[2] not in str(details)
    assert decode(door.get("out/one.mp4")).frames == decode(door.get("out/two.mp4")).frames == 50


def test_what_one_place_refuses_goes_to_another_of_another_kind(service: Customer, doors: dict[str, Door]) -> None:
    first, second = doors["ftp"], doors["sftp"]
    first.put("in/second.mp4", source("cfr_25").read_bytes())
    wrong = first.url_of(Secret("nobody", "d3Jvbmc="))
    output = FAST | {"url": f"{wrong}out/a.mp4", "secondary_url": f"{second.url}out/second.mp4"}
    details = service.wait(service.submit(f"{first.url}in/second.mp4", output))
    (told,) = details["output_media_files"]
    assert details["state"] == "finished", failures(details)
    assert (told["backup_server_used"], told["url"]) == (True, f"{second.bare_url}out/second.mp4")
    assert told["primary_upload_error_link"].endswith("/InvalidUsernameOrPasswordError")
    assert decode(second.get("out/second.mp4")).frames == 50
