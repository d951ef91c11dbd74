"""Whatever a client sends, it is told what is wrong with it: never a server error (zencoder-api 1.5)."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from defusedxml import ElementTree
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from stepcoder.dialects.zencoder.xml import rendered
from stepcoder_local.api_event import request_event
from tests.functions.api.world import Reply, World

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from(
        ["s3://b/k", "https://h.example.com/a.mp4", "http://[::1", "640x480", "1e400", "\x00", "{{number}}"]
    )
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)
OUTPUT_MEMBERS = """
    type label url base_url filename format size width height aspect_mode upscale quality crf video_bitrate
    frame_rate keyframe_interval thumbnails streams notifications source start_clip clip_length headers
    segment_seconds audio_bitrate audio_sample_rate audio_channels h264_profile h264_level deinterlace
"""
THUMBNAILS = st.dictionaries(st.sampled_from(["number", "interval", "times", "size", "format", "base_url"]), VALUES)
OUTPUTS = st.dictionaries(st.sampled_from(OUTPUT_MEMBERS.split()), VALUES | THUMBNAILS, max_size=6)
JOB_MEMBERS = ["input", "test", "mock", "private", "pass_through", "grouping", "notifications", "region", "outputs"]
JOBS = st.builds(
    lambda job, outputs: {"input": "s3://acme-in/a.mov", "outputs": outputs, **job},
    st.dictionaries(st.sampled_from(JOB_MEMBERS), VALUES, max_size=3),
    OUTPUTS | st.lists(OUTPUTS, max_size=3),
)
DEEP = [
    ("pass_through", 900),
    ("outputs", 900),
    ("notifications", 200),
    ("unknown", 900),
    ("input", 300),
]

SHARED_WORLD = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])


def assert_answered(world: World, key: str, body: Any) -> None:
    reply = world.call("POST", "/jobs", body if isinstance(body, str) else json.dumps(body), key=key)
    assert reply.status in (201, 400, 422), reply.body
    if reply.status != 201:
        assert reply.errors


@SHARED_WORLD
@given(body=JOBS)
def test_any_job_is_made_or_refused_in_sentences(world: World, key: str, body: dict[str, Any]) -> None:
    assert_answered(world, key, body)


@SHARED_WORLD
@given(body=st.dictionaries(st.sampled_from(["email", "terms_of_service", "password", "company"]), VALUES))
def test_any_account_is_made_or_refused_in_sentences(world: World, body: dict[str, Any]) -> None:
    assert world.call("POST", "/account", body).status in (201, 422)


@pytest.mark.parametrize(("member", "depth"), DEEP)
def test_deep_bodies_do_no_harm(world: World, key: str, member: str, depth: int) -> None:
    for opening, closing in (("[", "]"), ('{"a":', "}")):
        value = opening * depth + "1" + closing * depth
        assert_answered(world, key, '{"input": "s3://acme-in/a.mov", "' + member + '": ' + value + "}")


METHODS = st.sampled_from(["GET", "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
ESCAPES = st.sampled_from(
    ["%00", "%0A", "%20", "%2F", "%25", "%3C", "%C3%A9", "%FF", "%ED%A0%80", "%", "%zz", "+", "é"]
)
PARTS = st.sampled_from(
    ["jobs", "account", "inputs", "outputs", "reports", "notifications", "1001", "1002", "7", "cancel", "progress",
     "resubmit", "finish", "integration", "vod", "..", ".", "", "x" * 300]
)  # fmt: skip
SUFFIXES = st.sampled_from(["", "", ".json", ".xml", ".js", ".XML", ".html", "."])
PATHS = st.builds(
    lambda prefix, parts, suffix, slash: prefix + "/".join(["", *parts]) + suffix + slash,
    st.sampled_from(["/api/v2", "/api/v1", "/api", "", "/api/v3"]),
    st.lists(PARTS | ESCAPES, max_size=4),
    SUFFIXES,
    st.sampled_from(["", "/", "//"]),
)
NAMES = st.sampled_from(
    ["api_key", "format", "callback", "page", "per_page", "state", "from", "to", "grouping", "since"]
)
WORDS = st.sampled_from(["xml", "js", "json", "1", "-1", "", "9" * 30, "finished", "App.done", "alert(1)", "2031-02-30",
                         "2031-04-05", "<b>", "1e9"])  # fmt: skip
QUERIES = st.lists(st.tuples(NAMES | ESCAPES, st.lists(WORDS | ESCAPES, max_size=2).map("".join)), max_size=4).map(
    lambda pairs: "&".join(f"{name}={value}" for name, value in pairs)
)
ACCEPTS = st.sampled_from(
    ["*/*", "application/xml", "text/html,application/xml;q=0.9", "application/json;q=x", ";;,", "\xff"]
)
TYPES = st.sampled_from(
    ["application/json", "application/xml", "text/xml; charset=nonsense", "application/x-www-form-urlencoded",
     "application/json; charset=utf-16", "", "\xff/\xff"]
)  # fmt: skip
JOB = {"input": "s3://acme-in/a.mov", "outputs": [{"label": "web"}]}
CONTENTS = (
    st.binary(max_size=60)
    | st.text(max_size=40).map(str.encode)
    | JOBS.map(lambda job: json.dumps(job).encode())
    | JOBS.map(lambda job: rendered(job, "api-request").encode())
    | st.sampled_from(
        [json.dumps(JOB).encode(), rendered(JOB, "api-request").encode(), b"%7B%22input%22%3A1%7D=", b"<!DOCTYPE a>",
         b"<api-request><outputs><output/></outputs>", json.dumps(JOB).encode("utf-16"), b"\xef\xbb\xbf{}", b"{", b"<"]
    )
)  # fmt: skip


def assert_readable(method: str, reply: Reply) -> None:
    """The answer is what it says it is, and has the headers of every answer."""
    assert reply.status < 500, reply.body
    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    kind = reply.headers.get("Content-Type")
    if method == "HEAD" or reply.status in (204, 304):
        assert reply.body == ""
    elif kind == "application/xml; charset=utf-8":
        assert ElementTree.fromstring(reply.body.encode()).tag == "api-response"
    elif kind == "application/javascript; charset=utf-8":
        document = re.fullmatch(r"[\w$.]+\((.*)\)", reply.body, re.ASCII)
        assert document and json.loads(document[1]) is not None
    else:
        assert kind == "application/json; charset=utf-8"
        assert json.loads(reply.body) is not None


@settings(SHARED_WORLD, max_examples=400)
@given(
    method=METHODS,
    path=PATHS,
    query=QUERIES,
    accept=st.none() | ACCEPTS,
    content_type=st.none() | TYPES,
    content=st.just(b"") | CONTENTS,
    with_key=st.booleans(),
)
@example(
    "POST", "/api/v2/jobs.xml/", "format=js&format=xml", None, "text/xml", rendered(JOB, "api-request").encode(), True
)
@example("GET", "/api/v1/jobs/1001/cancel.js", "callback=a,b", "*/*", None, b"{", True)
def test_any_call_is_answered_in_the_format_it_names(
    world: World,
    key: str,
    method: str,
    path: str,
    query: str,
    accept: str | None,
    content_type: str | None,
    content: bytes,
    with_key: bool,
) -> None:
    """From the bytes on the wire to the answer, the way a gateway writes events: decoded, duplicates joined."""
    environ = {
        "REQUEST_METHOD": method,
        "RAW_URI": f"{path}?{query}",
        "QUERY_STRING": query,
        "REMOTE_ADDR": "127.0.0.1",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost",
        **({"HTTP_ACCEPT": accept} if accept is not None else {}),
        **({"CONTENT_TYPE": content_type} if content_type is not None else {}),
        **({"HTTP_ZENCODER_API_KEY": key} if with_key else {}),
    }
    assert_readable(method, world.send(request_event(environ, content, "$default", {})))


@SHARED_WORLD
@given(body=JOBS)
def test_a_job_in_xml_is_made_or_refused_in_sentences(world: World, key: str, body: dict[str, Any]) -> None:
    headers = {"zencoder-api-key": key, "content-type": "application/xml"}
    reply = world.call("POST", "/jobs", rendered(body, "api-request"), headers=headers)
    assert reply.status in (201, 400, 422), reply.body


@SHARED_WORLD
@given(st.dictionaries(st.text(max_size=20), st.text(max_size=60), max_size=6))
def test_any_headers_do_no_harm(world: World, key: str, headers: dict[str, str]) -> None:
    known = dict(zip(("accept", "if-none-match", "content-type", "idempotency-key"), headers.values(), strict=False))
    for method in ("GET", "POST"):
        reply = world.call(method, "/jobs", MOCK, headers={**headers, **known, "zencoder-api-key": key})
        assert_readable(method, reply)


MOCK = {"input": "https://media.example.com/in.mov", "mock": True}
