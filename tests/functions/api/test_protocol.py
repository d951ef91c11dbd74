"""What holds for every call: addresses, keys, headers, bodies, methods (zencoder-api 1.1–1.6)."""

from __future__ import annotations

import base64
import json

import pytest

from api import jobs as jobs_function
from stepcoder.errors import TryAgain
from tests.functions.api.world import World

JSON = "application/json; charset=utf-8"
EVERYWHERE = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST, PUT, DELETE",
    "Access-Control-Allow-Headers": "Zencoder-Api-Key, Content-Type",
    "Access-Control-Max-Age": "300",
    "Access-Control-Expose-Headers": "X-Zencoder-Rate-Remaining, Retry-After, ETag",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
}
MOCK = {"input": "https://media.example.com/in.mov", "mock": True}


@pytest.mark.parametrize("prefix", ["/api/v2", "/api/v1", "/api", "//api/v2"])
@pytest.mark.parametrize("path", ["/jobs", "/jobs.json", "/jobs/", "/jobs.json/", "//jobs"])
def test_a_path_has_aliases_suffixes_and_slashes(world: World, key: str, prefix: str, path: str) -> None:
    reply = world.call("GET", path, key=key, prefix=prefix)
    assert (reply.status, reply.document) == (200, [])


@pytest.mark.parametrize("path", ["/jobs/1001.json", "/jobs/1001/progress.json", "/inputs/1002.json", "/account.json"])
def test_a_suffix_is_taken_on_every_path(world: World, key: str, path: str) -> None:
    world.job(key)
    assert world.call("GET", path, key=key).status == 200


def test_a_named_stage_is_not_part_of_the_path(world: World, key: str) -> None:
    context = {"stage": "prod", "http": {"method": "GET", "path": "/prod/api/v2/jobs"}}
    reply = world.call("GET", "/jobs", key=key, prefix="/prod/api/v2", requestContext=context)
    assert reply.status == 200


@pytest.mark.parametrize(
    "path",
    ["/", "", "/job", "/jobs/1/2", "/jobs/1/progress/x", "/accounts", "/account/x", "/inputs", "/outputs/", "/v3/jobs"],
)
def test_an_unknown_path_is_404(world: World, key: str, path: str) -> None:
    reply = world.call("GET", path, key=key)
    assert reply.status == 404
    assert reply.errors == ["There is nothing at this address."]


@pytest.mark.parametrize("prefix", ["", "/apix", "/api/v3", "/API/v2"])
def test_a_path_outside_the_api_is_404(world: World, key: str, prefix: str) -> None:
    assert world.call("GET", "/jobs", key=key, prefix=prefix).status == 404


@pytest.mark.parametrize("collection", ["jobs", "inputs", "outputs"])
@pytest.mark.parametrize("action", ["", "/progress"])
@pytest.mark.parametrize(
    "id_", ["0", "-1", "1.5", "abc", "1e3", "%31", "१", "9" * 19, "9" * 400, "999999", "1001x", "01001", "null"]
)
def test_an_id_that_names_nothing_is_404(world: World, key: str, collection: str, action: str, id_: str) -> None:
    assert world.call("GET", f"/{collection}/{id_}{action}", key=key).status == 404


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("DELETE", "/account", "GET, HEAD, POST"),
        ("PUT", "/jobs", "GET, HEAD, POST"),
        ("POST", "/jobs/1001", "DELETE, GET, HEAD"),
        ("PUT", "/jobs/1001/progress", "GET, HEAD"),
        ("HEAD", "/jobs/1001/cancel", "DELETE, GET, PATCH, POST, PUT"),
        ("PATCH", "/inputs/1002", "GET, HEAD"),
        ("POST", "/outputs/1003/progress", "GET, HEAD"),
    ],
)
def test_a_wrong_method_is_405(world: World, key: str, method: str, path: str, allow: str) -> None:
    reply = world.call(method, path, key=key)
    assert reply.status == 405
    assert reply.headers["Allow"] == allow
    assert method == "HEAD" or len(reply.errors) == 1


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/account", 200),
        ("GET", "/jobs", 200),
        ("GET", "/jobs/7", 404),
        ("PUT", "/jobs", 405),
        ("POST", "/jobs", 400),
        ("PUT", "/jobs/7/cancel", 404),
        ("GET", "/nowhere", 404),
    ],
)
def test_every_answer_has_cors_headers_and_the_exact_type(
    world: World, key: str, method: str, path: str, status: int
) -> None:
    reply = world.call(method, path, key=key)
    assert reply.status == status
    assert EVERYWHERE.items() <= reply.headers.items()
    assert reply.headers["Content-Type"] == JSON


@pytest.mark.parametrize(
    "path", ["/account", "/jobs", "/jobs/1/cancel", "/inputs/1", "/outputs/1/progress", "/nowhere"]
)
def test_a_preflight_is_answered_without_a_key(world: World, path: str) -> None:
    reply = world.call("OPTIONS", path)
    assert (reply.status, reply.body) == (204, "")
    assert reply.headers == EVERYWHERE


@pytest.mark.parametrize(("path", "status"), [("/jobs", 200), ("/jobs/1001", 200), ("/jobs/5", 404), ("/account", 200)])
def test_head_is_get_without_the_body(world: World, key: str, path: str, status: int) -> None:
    world.job(key)
    got, head = world.call("GET", path, key=key), world.call("HEAD", path, key=key)
    for reply in (got, head):
        reply.headers.pop("X-Zencoder-Rate-Remaining")  # one less each time
    assert (head.status, head.body, head.headers) == (status, "", got.headers)


def test_head_never_cancels(world: World, key: str) -> None:
    job = world.job(key)
    world.call("HEAD", f"/jobs/{job['id']}/cancel", key=key)
    assert world.records.job(job["id"]).state == "waiting"


def test_the_key_may_be_in_header_query_or_body(world: World, key: str) -> None:
    assert world.call("GET", "/jobs", key=key).status == 200
    assert world.call("GET", f"/jobs?api_key={key}").status == 200
    assert world.call("POST", "/jobs", {**MOCK, "api_key": key}).status == 201


def test_header_beats_query_beats_body(world: World, key: str) -> None:
    wrong = "0" * 32
    assert world.call("POST", f"/jobs?api_key={wrong}", {**MOCK, "api_key": wrong}, key=key).status == 201
    assert world.call("POST", f"/jobs?api_key={key}", {**MOCK, "api_key": wrong}).status == 201
    assert world.call("POST", f"/jobs?api_key={key}", MOCK, key=wrong).status == 401
    assert world.call("POST", f"/jobs?api_key={wrong}", {**MOCK, "api_key": key}).status == 401


def test_the_header_s_name_may_be_in_any_case(world: World, key: str) -> None:
    assert world.call("GET", "/jobs", headers={"Zencoder-API-Key": key}).status == 200


@pytest.mark.parametrize("bad", [None, "", " ", "0" * 32, "x", "ключ", "9" * 5000])
@pytest.mark.parametrize(("method", "path"), [("GET", "/jobs"), ("GET", "/account"), ("PUT", "/jobs/1/cancel")])
def test_a_missing_or_unknown_key_is_401(world: World, bad: str | None, method: str, path: str) -> None:
    reply = world.call(method, path, key=bad)
    assert reply.status == 401
    assert len(reply.errors) == 1


@pytest.mark.parametrize("bad", [5, True, [], {}, None, "", "\udc00" * 3])
def test_a_key_in_the_body_must_be_one(world: World, bad: object) -> None:
    reply = world.call("POST", "/jobs", {**MOCK, "api_key": bad})
    assert reply.status in (400, 401)


def test_an_api_key_alone_is_no_secret_of_the_body_s_shape(world: World, key: str) -> None:
    assert world.call("PUT", "/jobs/77/cancel", {"api_key": key}).status == 404


BROKEN = [
    "",
    " ",
    "{",
    "{'input': 1}",
    '{"input":',
    "[{}]",
    '"text"',
    "7",
    "null",
    "true",
    '{"input": NaN}',
    '{"input": 1e999}',
    '{"input": "\\ud800"}',
    "[" * 100_000,
    '{"a":' * 100_000,
    '{"input": ' + "9" * 5000 + "}",
    "input=https://media.example.com/in.mov",
]


@pytest.mark.parametrize("body", BROKEN, ids=range(len(BROKEN)))
@pytest.mark.parametrize("path", ["/jobs", "/account"])
def test_a_body_that_is_no_json_object_is_400(world: World, key: str, path: str, body: str) -> None:
    reply = world.call("POST", path, body, key=key)
    assert reply.status == 400
    assert len(reply.errors) == 1


def test_a_body_in_base64_is_decoded(world: World, key: str) -> None:
    encoded = base64.b64encode(json.dumps(MOCK).encode()).decode()
    assert world.call("POST", "/jobs", key=key, body=encoded, isBase64Encoded=True).status == 201


@pytest.mark.parametrize("body", ["%%%", "abc", base64.b64encode(b"\xff\xfe{}").decode()])
def test_a_body_that_can_t_be_decoded_is_400(world: World, key: str, body: str) -> None:
    assert world.call("POST", "/jobs", key=key, body=body, isBase64Encoded=True).status == 400


@pytest.mark.parametrize(
    "content_type", [None, "application/json", "text/plain", "application/x-www-form-urlencoded", "nonsense"]
)
def test_json_is_taken_under_any_content_type(world: World, key: str, content_type: str | None) -> None:
    headers = {"zencoder-api-key": key} | ({"content-type": content_type} if content_type else {})
    assert world.call("POST", "/jobs", MOCK, headers=headers).status == 201


def test_a_byte_order_mark_is_no_error(world: World, key: str) -> None:
    assert world.call("POST", "/jobs", "\ufeff" + json.dumps(MOCK), key=key).status == 201


@pytest.mark.parametrize("path", ["/jobs", "/account"])
def test_a_body_of_more_than_a_mebibyte_is_413(world: World, key: str, path: str) -> None:
    body = {**MOCK, "ignored": ""}
    room = 1024 * 1024 - len(json.dumps(body))
    fitting = world.call("POST", "/jobs", {**body, "ignored": "x" * room}, key=key)
    assert fitting.status == 201
    reply = world.call("POST", path, {**body, "ignored": "x" * (room + 1)}, key=key)
    assert reply.status == 413
    assert len(reply.errors) == 1


def test_a_size_counts_bytes_not_characters(world: World, key: str) -> None:
    assert world.call("POST", "/jobs", '{"x": "' + "é" * 600_000 + '"}', key=key).status == 413


@pytest.mark.parametrize(("fault", "status"), [(TryAgain("DynamoDB throttled"), 503), (KeyError("secret-detail"), 500)])
def test_a_fault_of_ours_says_nothing_of_its_cause(
    world: World, key: str, monkeypatch: pytest.MonkeyPatch, fault: Exception, status: int
) -> None:
    def fail(*_: object) -> None:
        raise fault

    monkeypatch.setattr(jobs_function.reading, "list_jobs", fail)
    reply = world.call("GET", "/jobs", key=key)
    assert reply.status == status
    assert EVERYWHERE.items() <= reply.headers.items()
    assert all(word not in reply.body for word in ("secret", "DynamoDB", "Traceback", "KeyError"))
    assert len(reply.errors) == 1


def test_a_missing_table_is_500_in_one_sentence(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from stepcoder import runtime

    monkeypatch.setenv("STEPCODER_TABLE", "no-such-table")
    runtime.reset()
    reply = world.call("GET", "/jobs", key="0" * 32)
    assert reply.status == 500
    assert "Exception" not in reply.body


def test_json_is_ascii_only(world: World, key: str) -> None:
    job = world.job(key, pass_through="Ünïcode ✓")
    reply = world.call("GET", f"/jobs/{job['id']}", key=key)
    assert reply.body.isascii()
    assert reply.document["job"]["pass_through"] == "Ünïcode ✓"
