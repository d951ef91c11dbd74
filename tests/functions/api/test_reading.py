"""GET of jobs, inputs and outputs: every member, before and after (zencoder-api 2.2, 2.3, 2.7)."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.functions.api.world import World

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
MEASURED = {
    "format": "mpeg4",
    "duration_in_ms": 61040,
    "file_size_bytes": 18200300,
    "video_codec": "h264",
    "width": 1920,
    "height": 1080,
    "frame_rate": 29.97,
    "video_bitrate_in_kbps": 2190,
    "audio_codec": "aac",
    "audio_bitrate_in_kbps": 191,
    "audio_sample_rate": 48000,
    "channels": "2",
    "total_bitrate_in_kbps": 2381,
    "md5_checksum": None,
}
INPUT_FACTS = {**MEASURED, "audio_tracks": "1"}
OUTPUT_FACTS = {
    **MEASURED,
    "fragment_duration_in_ms": None,
    "rfc_6381_video_codec": "avc1.42001f",
    "rfc_6381_audio_codec": "mp4a.40.2",
}
STILL = {"format": "jpg", "width": 1280, "height": 720, "file_size_bytes": 90211}
STILLS = [
    {**STILL, "url": "https://acme-out.s3.amazonaws.com/7/t/frame_0000.jpg", "label": None},
    {**STILL, "url": "https://acme-out.s3.amazonaws.com/7/t/frame_0001.jpg", "label": None},
    {**STILL, "url": "https://acme-out.s3.amazonaws.com/7/p/frame_0000.jpg", "label": "poster"},
]
CIRCUMSTANCES = {"error_class": None, "error_message": None, "privacy": False, "test": False}


def flat(facts: dict[str, Any]) -> dict[str, Any]:
    """Facts in the spelling of 2.7: another name for the size, no codec strings, no track count."""
    shown = {name: value for name, value in facts.items() if name in MEASURED and name != "file_size_bytes"}
    return {**shown, "file_size_in_bytes": facts["file_size_bytes"]}


def unmeasured(facts: dict[str, Any]) -> dict[str, Any]:
    return dict.fromkeys(facts)


def without_times(document: dict[str, Any]) -> dict[str, Any]:
    """The document without its times, whose form is checked here."""
    rest = dict(document)
    for name in ("created_at", "updated_at", "finished_at", "submitted_at"):
        if (time := rest.pop(name, None)) is not None:
            assert TIME.fullmatch(time)
    return rest


@pytest.fixture
def job_id(world: World, key: str) -> int:
    return int(world.job(key, pass_through="asset-7")["id"])


@pytest.fixture
def finished_id(world: World, job_id: int) -> int:
    """A job whose file was measured, encoded and delivered."""
    store = world.records
    job = store.job(job_id)
    store.move_job(job.id, "processing")
    store.move_input(job.input_id, "processing")
    store.move_input(job.input_id, "finished", facts={**INPUT_FACTS, "channels": 2})
    (output_id,) = job.output_ids
    store.move_output(output_id, "processing")
    store.move_output(output_id, "uploading")
    store.move_output(output_id, "finished", facts=OUTPUT_FACTS, thumbnails=STILLS)
    store.move_job(job.id, "finished")
    return job_id


@pytest.fixture
def failed_id(world: World, job_id: int) -> int:
    """A job whose input was not found."""
    store = world.records
    job = store.job(job_id)
    failure = {"error_class": "FileNotFoundError", "error_message": "The file was not found."}
    store.move_input(job.input_id, "failed", **failure)
    store.move_output(job.output_ids[0], "failed", **failure)
    store.move_job(job.id, "failed")
    return job_id


def details_of(world: World, key: str, job_id: int) -> dict[str, Any]:
    reply = world.call("GET", f"/jobs/{job_id}", key=key)
    assert reply.status == 200
    assert list(reply.document) == ["job"]
    job: dict[str, Any] = reply.document["job"]
    return job


def test_a_new_job_has_every_member(world: World, key: str, job_id: int) -> None:
    job = details_of(world, key, job_id)
    assert job["finished_at"] is None
    assert without_times(job) == {
        "id": 1001,
        "pass_through": "asset-7",
        "privacy": False,
        "state": "waiting",
        "test": False,
        "input_media_file": job["input_media_file"],
        "output_media_files": job["output_media_files"],
        "thumbnails": [],
        "warnings": [],
    }
    assert {"created_at", "submitted_at", "updated_at"} < set(job)
    source, (output,) = job["input_media_file"], job["output_media_files"]
    expected = {"id": 1002, "url": "s3://acme-in/tape7.mov", "state": "waiting"}
    assert without_times(source) == {**expected, **unmeasured(INPUT_FACTS), **CIRCUMSTANCES}
    shown = "http://acme-out.s3.amazonaws.com/7/web.mp4"
    expected = {"id": 1003, "label": "web", "url": shown, "state": "waiting"}
    assert without_times(output) == {**expected, **unmeasured(OUTPUT_FACTS), **CIRCUMSTANCES}
    for medium in (source, output):
        assert medium["finished_at"] is None
        assert TIME.fullmatch(medium["created_at"])
        assert TIME.fullmatch(medium["updated_at"])


def test_a_finished_job_shows_what_was_measured(world: World, key: str, finished_id: int) -> None:
    job = details_of(world, key, finished_id)
    assert job["state"] == "finished"
    assert TIME.fullmatch(job["finished_at"])
    source, (output,) = job["input_media_file"], job["output_media_files"]
    assert INPUT_FACTS.items() <= source.items()
    assert OUTPUT_FACTS.items() <= output.items()
    assert (source["state"], output["state"]) == ("finished", "finished")
    assert all(isinstance(medium["channels"], str) for medium in (source, output))


def test_a_finished_job_lists_thumbnails_flat(world: World, key: str, finished_id: int) -> None:
    stills = details_of(world, key, finished_id)["thumbnails"]
    ids = [still.pop("id") for still in stills]
    assert len(set(ids)) == 3
    assert all(isinstance(id_, int) for id_ in ids)
    assert [without_times(still) for still in stills] == [
        {**STILL, "url": expected["url"], "group_label": expected["label"]} for expected in STILLS
    ]
    assert all(TIME.fullmatch(still["created_at"]) and TIME.fullmatch(still["updated_at"]) for still in stills)


def test_a_failed_job_says_why(world: World, key: str, failed_id: int) -> None:
    job = details_of(world, key, failed_id)
    for medium in (job["input_media_file"], *job["output_media_files"]):
        assert medium["error_class"] == "FileNotFoundError"
        assert medium["error_message"] == "The file was not found."
        assert medium["state"] == "failed"


def test_private_and_test_are_echoed_everywhere(world: World, key: str) -> None:
    made = world.job(key, private=True, test=True)
    job = details_of(world, key, made["id"])
    for document in (job, job["input_media_file"], *job["output_media_files"]):
        assert document["privacy"] is True
        assert document["test"] is True
    assert world.call("GET", "/inputs/1002", key=key).document["privacy"] is True
    assert world.call("GET", "/outputs/1003", key=key).document["privacy"] is True


def test_input_details_are_flat(world: World, key: str, finished_id: int) -> None:
    reply = world.call("GET", "/inputs/1002", key=key)
    assert reply.status == 200
    assert reply.document == {
        "id": 1002,
        "job_id": finished_id,
        "url": "s3://acme-in/tape7.mov",
        "state": "finished",
        "privacy": False,
        **flat(INPUT_FACTS),
    }


def test_output_details_are_flat_and_group_thumbnails(world: World, key: str, finished_id: int) -> None:
    reply = world.call("GET", "/outputs/1003", key=key)
    image = {"format": "JPG", "file_size_bytes": 90211, "dimensions": "1280x720"}
    assert reply.document == {
        "id": 1003,
        "job_id": finished_id,
        "label": "web",
        "url": "http://acme-out.s3.amazonaws.com/7/web.mp4",
        "state": "finished",
        "privacy": False,
        **flat(OUTPUT_FACTS),
        "thumbnails": [
            {"label": None, "images": [{**image, "url": STILLS[0]["url"]}, {**image, "url": STILLS[1]["url"]}]},
            {"label": "poster", "images": [{**image, "url": STILLS[2]["url"]}]},
        ],
    }


@pytest.mark.parametrize("path", ["/inputs/1002", "/outputs/1003"])
def test_details_of_what_failed_add_the_error(world: World, key: str, failed_id: int, path: str) -> None:
    document = world.call("GET", path, key=key).document
    assert document["error_class"] == "FileNotFoundError"
    assert document["error_message"] == "The file was not found."
    assert document["error_link"].endswith("/FileNotFoundError")
    assert document["duration_in_ms"] is None


@pytest.mark.parametrize("path", ["/inputs/1002", "/outputs/1003"])
def test_details_of_what_did_not_fail_have_no_error_members(world: World, key: str, job_id: int, path: str) -> None:
    assert not [name for name in world.call("GET", path, key=key).document if name.startswith("error")]


def test_the_input_s_credentials_are_not_shown(world: World, key: str) -> None:
    made = world.job(key, input="https://user:s3cr3t@media.example.com/in.mov")
    for path in ("/jobs", f"/jobs/{made['id']}", "/inputs/1002"):
        reply = world.call("GET", path, key=key)
        assert "s3cr3t" not in reply.body
        assert "https://user:***@media.example.com/in.mov" in reply.body


def test_the_list_is_wrapped_and_newest_first(world: World, key: str) -> None:
    ids = [world.job(key)["id"] for _ in range(3)]
    listed = world.call("GET", "/jobs", key=key).document
    assert [entry["job"]["id"] for entry in listed] == ids[::-1]
    for entry in listed:
        assert entry == world.call("GET", f"/jobs/{entry['job']['id']}", key=key).document


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [5, 4, 3, 2, 1]),
        ("?per_page=2", [5, 4]),
        ("?per_page=2&page=2", [3, 2]),
        ("?per_page=2&page=3", [1]),
        ("?per_page=2&page=4", []),
        ("?page=1", [5, 4, 3, 2, 1]),
        ("?page=999999999", []),
        ("?per_page=51", [5, 4, 3, 2, 1]),
        ("?per_page=1000000", [5, 4, 3, 2, 1]),
        ("?page=&per_page=", [5, 4, 3, 2, 1]),
    ],
)
def test_the_list_has_pages(world: World, key: str, query: str, expected: list[int]) -> None:
    ids = [world.job(key)["id"] for _ in range(5)]
    listed = world.call("GET", f"/jobs{query}", key=key).document
    assert [ids.index(entry["job"]["id"]) + 1 for entry in listed] == expected


def test_a_page_never_has_more_than_50(world: World, key: str) -> None:
    for _ in range(52):
        world.job(key)
    assert len(world.call("GET", "/jobs?per_page=100", key=key).document) == 50
    assert len(world.call("GET", "/jobs?per_page=100&page=2", key=key).document) == 2


@pytest.mark.parametrize("query", ["page=0", "page=-1", "page=x", "per_page=0", "per_page=1.5", "page=१", "state=done"])
def test_a_page_that_can_t_be_is_422(world: World, key: str, query: str) -> None:
    reply = world.call("GET", f"/jobs?{query}", key=key)
    assert reply.status == 422
    assert len(reply.errors) == 1


def test_the_list_may_be_filtered_by_state(world: World, key: str) -> None:
    first, second = (world.job(key)["id"] for _ in range(2))
    world.call("PUT", f"/jobs/{first}/cancel", key=key)
    for state, expected in (("cancelled", first), ("waiting", second)):
        (entry,) = world.call("GET", f"/jobs?state={state}", key=key).document
        assert entry["job"]["id"] == expected


PATHS = (
    "/jobs/1001",
    "/jobs/1001/progress",
    "/inputs/1002",
    "/inputs/1002/progress",
    "/outputs/1003",
    "/outputs/1003/progress",
)


@pytest.mark.parametrize("path", PATHS)
def test_somebody_else_s_record_looks_like_none(world: World, key: str, job_id: int, path: str) -> None:
    stranger = world.account("bob@example.com")
    theirs = world.call("GET", path, key=stranger)
    missing = world.call("GET", re.sub(r"\d{4}", "7777", path), key=stranger)
    assert theirs.status == missing.status == 404
    assert re.sub(r"\d{4}", "", theirs.body) == re.sub(r"\d{4}", "", missing.body)
    assert world.call("GET", path, key=key).status == 200


def test_nobody_sees_or_cancels_somebody_else_s_jobs(world: World, key: str, job_id: int) -> None:
    stranger = world.account("bob@example.com")
    assert world.call("GET", "/jobs", key=stranger).document == []
    assert world.call("PUT", f"/jobs/{job_id}/cancel", key=stranger).status == 404
    assert details_of(world, key, job_id)["state"] == "waiting"


@pytest.mark.parametrize("path", PATHS)
def test_an_id_of_another_kind_is_unknown(world: World, key: str, job_id: int, path: str) -> None:
    kind, other = {"j": ("jobs", "1002"), "i": ("inputs", "1003"), "o": ("outputs", "1001")}[path[1]]
    assert world.call("GET", f"/{kind}/{other}", key=key).status == 404


@pytest.mark.parametrize("path", PATHS)
def test_a_read_only_key_sees_details_without_what_is_sensitive(
    world: World, key: str, failed_id: int, path: str
) -> None:
    reply = world.call("GET", path, key=world.records.create_key(1, "read_only")[1])
    assert reply.status == 200
    for hidden in ("acme", "not found", "asset-7"):
        assert hidden not in reply.body


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/jobs"), ("POST", "/jobs"), ("PUT", "/jobs/1001/cancel"), ("GET", "/account")]
)
def test_a_read_only_key_can_do_nothing_else(world: World, key: str, job_id: int, method: str, path: str) -> None:
    body = {"input": "s3://acme-in/tape7.mov"}
    reply = world.call(method, path, body, key=world.records.create_key(1, "read_only")[1])
    assert reply.status == 401
    assert "read-only" in reply.errors[0]


def test_one_read_only_call_does_not_hide_things_from_the_next(world: World, key: str, job_id: int) -> None:
    world.call("GET", "/jobs/1001", key=world.records.create_key(1, "read_only")[1])
    assert details_of(world, key, job_id)["pass_through"] == "asset-7"


def test_an_integration_key_makes_test_jobs(world: World, key: str) -> None:
    made = world.job(world.records.create_key(1, "integration")[1])
    assert made["test"] is True
    assert world.records.request(made["id"])["test"] is True


def test_integration_mode_makes_test_jobs(world: World, key: str) -> None:
    assert world.call("PUT", "/account/integration", key=key).status == 204
    assert world.job(key)["test"] is True
    assert world.call("GET", "/account", key=key).document["integration_mode"] is True
    assert world.call("PUT", "/account/live", key=key).status == 204
    assert "test" not in world.job(key)
