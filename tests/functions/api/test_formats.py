"""One API in three formats, on every path: suffix, parameter, Accept; JSON and XML bodies (zencoder-api 1.3–1.6)."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote_plus

import pytest
from defusedxml import ElementTree

from stepcoder.dialects.zencoder.xml import rendered
from tests.functions.api.world import Reply, World

JSON, XML = "application/json; charset=utf-8", "application/xml; charset=utf-8"
SCRIPT = "application/javascript; charset=utf-8"
READS = ["/account", "/jobs", "/jobs/{job}", "/jobs/{job}/progress", "/inputs/{input}", "/inputs/{input}/progress",
         "/outputs/{output}", "/outputs/{output}/progress"]  # fmt: skip
MOCK = {"input": "https://media.example.com/in.mov", "mock": True}


@pytest.fixture
def ids(world: World, key: str) -> dict[str, int]:
    """The ids of a job, its input and its output."""
    job = world.job(key, pass_through="<é> & \u2028")
    details = world.call("GET", f"/jobs/{job['id']}", key=key).document["job"]
    return {"job": job["id"], "input": details["input_media_file"]["id"], "output": job["outputs"][0]["id"]}


def ask(world: World, path: str, key: str | None, **headers: str) -> Reply:
    own = {"zencoder-api-key": key} if key else {}
    return world.call("GET", path, headers=own | {name.replace("_", "-"): value for name, value in headers.items()})


def text_of(reply: Reply, path: str) -> str | None:
    found: str | None = ElementTree.fromstring(reply.body.encode()).findtext(path)
    return found


@pytest.mark.parametrize("path", READS)
@pytest.mark.parametrize("slash", ["", "/"])
def test_every_read_has_every_suffix_with_and_without_a_slash(
    world: World, key: str, ids: dict[str, int], path: str, slash: str
) -> None:
    path = path.format(**ids)
    kinds = {suffix: ask(world, f"{path}{suffix}{slash}", key) for suffix in ("", ".json", ".xml", ".js")}
    assert {suffix: (reply.status, reply.headers["Content-Type"]) for suffix, reply in kinds.items()} == {
        "": (200, JSON),
        ".json": (200, JSON),
        ".xml": (200, XML),
        ".js": (200, SCRIPT),
    }
    assert kinds[".json"].body == kinds[""].body
    assert kinds[".js"].body == f"progress({kinds[''].body})".replace("<", "\\u003c")
    assert ElementTree.fromstring(kinds[".xml"].body.encode()).tag == "api-response"


@pytest.mark.parametrize("path", ["/jobs/{job}/cancel", "/account/integration", "/account/live"])
@pytest.mark.parametrize("ending", ["", ".json", ".xml", ".js", "/", ".json/", ".xml/"])
def test_actions_have_suffixes_too_and_answer_nothing(
    world: World, key: str, ids: dict[str, int], path: str, ending: str
) -> None:
    reply = world.call("PUT", path.format(**ids) + ending, key=key)
    assert (reply.status, reply.body) == (204, "")
    assert "Content-Type" not in reply.headers
    assert reply.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("suffix", [".yaml", ".html", ".jsonp", ".", ".json.bak"])
def test_an_unknown_suffix_belongs_to_the_path(world: World, key: str, ids: dict[str, int], suffix: str) -> None:
    for path in ("/jobs", f"/jobs/{ids['job']}", "/account"):
        assert ask(world, path + suffix, key).status == 404


@pytest.mark.parametrize(
    ("path", "accept", "kind"),
    [
        ("/jobs?format=xml", "*/*", XML),
        ("/jobs?format=js", "*/*", SCRIPT),
        ("/jobs?format=json", "application/xml", JSON),
        ("/jobs.json?format=xml", "application/xml", JSON),
        ("/jobs?format=yaml", "*/*", JSON),
        ("/jobs", "application/xml", XML),
        ("/jobs", "text/xml", XML),
        ("/jobs", "*/*, application/json", JSON),
        ("/jobs", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", JSON),
    ],
)
def test_suffix_beats_parameter_beats_accept(world: World, key: str, path: str, accept: str, kind: str) -> None:
    assert ask(world, path, key, accept=accept).headers["Content-Type"] == kind


def test_details_in_xml_have_rails_types(world: World, key: str, ids: dict[str, int]) -> None:
    reply = ask(world, f"/jobs/{ids['job']}.xml", key)
    job = ElementTree.fromstring(reply.body.encode()).find("job")
    assert job.find("id").attrib == {"type": "integer"}
    assert job.find("created_at").attrib == {"type": "datetime"}
    assert job.find("test").attrib == {"type": "boolean"}
    assert job.find("finished_at").attrib == {"nil": "true"}
    assert job.findtext("pass_through") == "<é> & \u2028"
    assert job.findtext("output_media_files/output_media_file/id") == str(ids["output"])
    assert text_of(ask(world, f"/jobs/{ids['job']}/progress.xml", key), "state") == "waiting"


def test_the_list_in_xml_has_a_job_for_each(world: World, key: str, ids: dict[str, int]) -> None:
    body = ask(world, "/jobs.xml", key).body
    assert re.search(r'<(jobs|api-response) type="array">\s*<job>', body)
    assert body.count("<job>") == 1


def test_create_in_xml_has_the_element_that_json_has_not(world: World, key: str) -> None:
    """As the older Java client asks: the key in the body, the format in the query."""
    request = {
        "input": "https://media.example.com/in.mov",
        "test": "1",
        "outputs": [{"label": "web", "url": "s3://acme-out/7/web.mp4", "width": "480"}],
        "notifications": [{"url": "https://hook.example/z"}],
        "api_key": key,
    }
    body = rendered(request, "api-request")
    reply = world.call("POST", "/jobs?format=xml", body, headers={"content-type": "application/xml"})
    assert (reply.status, reply.headers["Content-Type"]) == (201, XML)
    assert text_of(reply, "job/test") == "true"
    assert text_of(reply, "job/outputs/output/label") == "web"
    made = world.records.job(int(text_of(reply, "job/id") or 0))
    assert made.test


@pytest.mark.parametrize("content_type", ["application/xml", "text/xml; charset=utf-8", "application/json", None])
def test_xml_is_taken_under_any_type(world: World, key: str, content_type: str | None) -> None:
    headers = {"zencoder-api-key": key} | ({"content-type": content_type} if content_type else {})
    reply = world.call("POST", "/jobs", rendered(MOCK, "api-request"), headers=headers)
    assert (reply.status, reply.headers["Content-Type"]) == (201, JSON)


def test_an_account_can_be_made_in_xml(world: World) -> None:
    body = rendered({"terms_of_service": "1", "email": "ada@example.org"}, "api-request")
    reply = world.call("POST", "/account.xml", body, headers={"content-type": "application/xml"})
    assert reply.status == 201
    assert text_of(reply, "api_key")


BROKEN_XML = [
    ("<", "not valid XML"),
    ("<api-request>", "not valid XML"),
    ("<job/>", "must be <api-request>"),
    ('<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><api-request>&b;</api-request>', "document type"),
    ("<api-request>" + "<a>" * 1000 + "</a>" * 1000 + "</api-request>", "nested too deeply"),
]


@pytest.mark.parametrize(("body", "why"), BROKEN_XML, ids=range(len(BROKEN_XML)))
def test_broken_xml_is_400_in_a_sentence(world: World, key: str, body: str, why: str) -> None:
    reply = world.call("POST", "/jobs", body, headers={"zencoder-api-key": key, "content-type": "application/xml"})
    assert reply.status == 400
    assert why in reply.errors[0]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/jobs/5", None, 404),
        ("GET", "/nowhere", None, 404),
        ("PUT", "/account", None, 405),
        ("POST", "/jobs", "{", 400),
        ("POST", "/jobs", "{}", 422),
        ("POST", "/jobs", " " * (1 << 20) + " ", 413),
        ("GET", "/jobs?page=0", None, 422),
    ],
)
def test_errors_come_in_the_format_asked_for(
    world: World, key: str, method: str, path: str, body: str | None, status: int
) -> None:
    path, _, query = path.partition("?")
    replies = {suffix: world.call(method, f"{path}{suffix}?{query}", body, key=key) for suffix in ("", ".xml", ".js")}
    assert {reply.status for reply in replies.values()} == {status}
    sentences = replies[""].errors
    assert text_of(replies[".xml"], "errors/error") == sentences[0]
    assert ElementTree.fromstring(replies[".xml"].body.encode()).find("errors").attrib == {"type": "array"}
    script = replies[".js"]
    if method == "GET":
        assert (script.body, script.headers["Content-Type"]) == (f"progress({replies[''].body})", SCRIPT)
    else:
        assert (script.errors, script.headers["Content-Type"]) == (sentences, JSON)
    assert all(reply.headers["Access-Control-Allow-Origin"] == "*" for reply in replies.values())


def test_a_missing_key_is_401_in_every_format(world: World) -> None:
    replies = [world.call("GET", f"/jobs{suffix}") for suffix in ("", ".xml", ".js")]
    assert [reply.status for reply in replies] == [401] * 3
    assert text_of(replies[1], "errors/error") == replies[0].errors[0]
    assert replies[2].body == f"progress({replies[0].body})"


def test_jsonp_is_what_a_page_asks_for_with_the_key_in_the_query(world: World, key: str, ids: dict[str, int]) -> None:
    reply = world.call("GET", f"/outputs/{ids['output']}/progress.js?api_key={key}&callback=App.done")
    assert (reply.status, reply.body) == (200, 'App.done({"state":"waiting"})')
    assert reply.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("callback", ["alert(1)", "1", "a-b", "</script>", "x" * 129, "f,g"])
def test_a_bad_callback_is_refused_in_json(world: World, key: str, ids: dict[str, int], callback: str) -> None:
    query = {"api_key": key, "callback": callback}
    reply = world.call("GET", f"/jobs/{ids['job']}.js", queryStringParameters=query)
    assert (reply.status, reply.headers["Content-Type"]) == (422, JSON)
    assert reply.errors[0].startswith("callback must be")


def test_a_bad_callback_cancels_nothing(world: World, key: str, ids: dict[str, int]) -> None:
    reply = world.call("GET", f"/jobs/{ids['job']}/cancel.js", key=key, queryStringParameters={"callback": "1"})
    assert reply.status == 422
    assert world.records.job(ids["job"]).state == "waiting"


def test_writing_is_never_answered_with_a_script(world: World, key: str) -> None:
    reply = world.call("POST", "/jobs.js?callback=1;", MOCK, key=key)
    assert (reply.status, reply.headers["Content-Type"]) == (201, JSON)


@pytest.mark.parametrize(
    "body",
    [
        json.dumps(MOCK),
        json.dumps(MOCK) + "=",
        quote_plus(json.dumps(MOCK)),
        quote_plus(json.dumps(MOCK)) + "=",
        "\ufeff" + json.dumps(MOCK),
        json.dumps(MOCK).replace("/", "\\/"),
    ],
    ids=range(6),
)
@pytest.mark.parametrize("content_type", [None, "application/x-www-form-urlencoded; charset=UTF-8", "text/plain", ""])
def test_json_is_taken_as_form_libraries_send_it(world: World, key: str, content_type: str | None, body: str) -> None:
    headers = {"zencoder-api-key": key} | ({"content-type": content_type} if content_type is not None else {})
    assert world.call("POST", "/jobs", body, headers=headers).status == 201


GARBAGE = ["{", "<", "\x00", "input=1", "%7B", "[1]", "<!DOCTYPE a>"]


@pytest.mark.parametrize("body", GARBAGE)
def test_a_body_where_none_belongs_does_no_harm(world: World, key: str, ids: dict[str, int], body: str) -> None:
    for path in READS:
        assert world.call("GET", path.format(**ids), body, key=key).status == 200
        assert world.call("GET", path.format(**ids), body).status == 401
    assert world.call("HEAD", "/jobs", body, key=key).status == 200
    assert world.call("PUT", "/account/integration", body, key=key).status == 204
    assert world.call("PUT", f"/jobs/{ids['job']}/cancel", body, key=key).status == 204
    assert world.call("PUT", "/account/live", body, key=key, isBase64Encoded=True).status == 204


def test_the_key_in_an_xml_body_is_found(world: World, key: str) -> None:
    for name in ("api_key", "api-key"):
        body = f"<api-request><{name}>{key}</{name}></api-request>"
        assert world.call("PUT", "/account/integration", body, headers={"content-type": "text/xml"}).status == 204


@pytest.mark.parametrize("suffix", ["", ".json", ".xml", ".js"])
def test_what_the_client_has_is_not_sent_again(world: World, key: str, ids: dict[str, int], suffix: str) -> None:
    path = f"/jobs/{ids['job']}{suffix}"
    first = ask(world, path, key)
    assert re.fullmatch(r'"[0-9a-f]{32}"', first.headers["ETag"])
    assert first.headers["Cache-Control"] == "private, max-age=0, must-revalidate"
    again = ask(world, path, key, If_None_Match=first.headers["ETag"])
    assert (again.status, again.body) == (304, "")
    assert "Content-Type" not in again.headers
    kept = ("ETag", "Cache-Control", "Access-Control-Allow-Origin")
    assert all(again.headers[name] == first.headers[name] for name in kept)
    world.call("PUT", f"/jobs/{ids['job']}/cancel", key=key)
    changed = ask(world, path, key, If_None_Match=first.headers["ETag"])
    assert (changed.status, changed.headers["ETag"] != first.headers["ETag"]) == (200, True)


def test_head_tells_the_tag_too(world: World, key: str) -> None:
    assert world.call("HEAD", "/jobs", key=key).headers["ETag"] == world.call("GET", "/jobs", key=key).headers["ETag"]


def test_only_what_was_read_has_a_tag(world: World, key: str) -> None:
    for reply in (world.call("POST", "/jobs", MOCK, key=key), world.call("GET", "/jobs/5", key=key)):
        assert "ETag" not in reply.headers


EVERYWHERE = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "X-Zencoder-Rate-Remaining, Retry-After, ETag",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
}


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/jobs", None, 200),
        ("GET", "/jobs/5", None, 404),
        ("GET", "/nowhere.xml", None, 404),
        ("PATCH", "/account", None, 405),
        ("POST", "/jobs", "{", 400),
        ("POST", "/jobs", "x" * (1 << 20) + "x", 413),
        ("PUT", "/account/live", None, 204),
        ("OPTIONS", "/jobs.js", None, 204),
        ("HEAD", "/account", None, 200),
    ],
)
def test_every_answer_has_the_headers_of_every_answer(
    world: World, key: str, method: str, path: str, body: Any, status: int
) -> None:
    reply = world.call(method, path, body, key=key)
    assert reply.status == status
    assert EVERYWHERE.items() <= reply.headers.items()


def test_a_fault_of_ours_has_them_as_well(world: World, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from api import jobs as jobs_function

    def fail(*_: object) -> None:
        raise KeyError("secret")

    monkeypatch.setattr(jobs_function.reading, "list_jobs", fail)
    for suffix in ("", ".xml", ".js"):
        reply = world.call("GET", f"/jobs{suffix}", key=key)
        assert reply.status == 500
        assert EVERYWHERE.items() <= reply.headers.items()
        assert "secret" not in reply.body


def test_php_s_empty_hash_is_an_empty_body(world: World, key: str) -> None:
    assert world.call("PUT", "/account/integration", "[]", key=key).status == 204
    assert world.call("PUT", "/account/live", "[]").status == 401
    reply = world.call("POST", "/jobs", "[]", key=key)
    assert (reply.status, reply.errors[0].startswith("input is required")) == (422, True)


def test_labels_may_repeat_under_version_1_only(world: World, key: str) -> None:
    body = {**MOCK, "outputs": [{"label": "web"}, {"label": "web"}]}
    answers = {prefix: world.call("POST", "/jobs", body, key=key, prefix=prefix).status for prefix in VERSIONS}
    assert answers == {"/api/v1": 201, "/api/v2": 422, "/api": 422}


VERSIONS = ["/api/v1", "/api/v2", "/api"]
