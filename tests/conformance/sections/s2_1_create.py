"""Section 2.1: creating a job."""

from __future__ import annotations

from urllib.parse import urlsplit

from tests.conformance.cast import CLIP
from tests.conformance.kinds import INTEGER, MAYBE_TEXT, TEXT, matches
from tests.conformance.rules import Section
from tests.conformance.scene import Scene
from tests.conformance.wire import Reply, answers, at, errors, get, lacks, mock, mock_output, only, post, shows

S = Section("2.1", "POST /jobs")
SHOWN = "http://acme-out.s3.amazonaws.com/7/web.mp4"


def film(scene: Scene) -> Reply:
    return scene.created("film")


S.rule("minimum", "an input is enough", post("/jobs", {"input": "s3://acme-in/a.mov", "mock": True}), answers(201))
S.rule("default-output", "without outputs there is one", mock(), at("outputs", [{"label": None, "url": TEXT}]))
S.rule("default-output-mp4", "an MP4", mock(), at("outputs.0.url", matches(r"https?://.*\.mp4\?.*")))
S.rule("output-hash", "output: one hash", mock(output={"label": "a"}), at("outputs", [{"label": "a"}]))
S.rule(
    "output-array",
    "output: an array",
    mock(output=[{"label": "a"}, {"label": "b"}]),
    at("outputs", [{"label": "a"}, {"label": "b"}]),
)
S.rule("outputs-hash", "outputs: one hash", mock(outputs={"label": "a"}), at("outputs", [{"label": "a"}]))
S.rule(
    "outputs-array",
    "outputs: an array",
    mock(outputs=[{"label": "a"}, {"label": "b"}]),
    at("outputs", [{"label": "a"}, {"label": "b"}]),
)
S.rule(
    "outputs-empty",
    "outputs: an empty array is none",
    mock(outputs=[]),
    answers(201),
    at("outputs", [{"label": None}]),
    ours=True,
)
S.rule(
    "output-empty",
    "an empty output is the default one",
    mock(outputs=[{}]),
    answers(201),
    at("outputs", [{"url": TEXT}]),
)
S.rule("example", "all the members of the reference's example", lambda scene: scene.created("film"), answers(201))

S.rule("id", "id: an integer", film, at("id", INTEGER))
S.rule("outputs", "one entry per output", film, at("outputs", [{"id": INTEGER}] * 4))
S.rule("output-id", "outputs[].id", film, at("outputs.0.id", INTEGER))
S.rule("output-label", "outputs[].label", film, at("outputs.0.label", "web"))
S.rule("output-label-null", "outputs[].label may be null", film, at("outputs.3.label", None))
S.rule(
    "output-url",
    "outputs[].url",
    film,
    at("outputs.0.url", "http://stepcoder-output-bucket.s3.amazonaws.com/film/web.mp4"),
)
S.rule("output-members", "outputs[] has nothing else", film, only("id", "label", "url", inside="outputs.0"))
S.rule("members", "the answer has nothing else", film, only("id", "outputs"))
S.rule("no-input-id", "the input's id is not in it", film, lacks("input", "input_id", "input_media_file"))
S.rule("no-stream", "stream_url and stream_name are for live jobs", film, lacks("stream_url", "stream_name"))
S.rule("test-absent", "test is absent otherwise", film, lacks("test"))
S.rule("test-true", "test is true for test jobs", lambda scene: scene.created("cut"), at("test", True))
S.rule("test-false", 'an explicit "test": false is no test either', mock(test=False), lacks("test"))


@S.seen("order", "outputs are in the order of the request")
def order(scene: Scene) -> None:
    created = scene.created("film").document["outputs"]
    assert [each["label"] for each in created] == ["web", "hls", "sound", None]
    assert [each["id"] for each in created] == [each["id"] for each in scene.details("film")["output_media_files"]]


S.rule(
    "url-s3",
    "s3:// is shown as http://{bucket}.s3.amazonaws.com/{key}",
    mock_output(url="s3://acme-out/7/web.mp4"),
    at("outputs.0.url", SHOWN),
)
S.rule(
    "url-s3-region",
    "s3+region:// too",
    mock_output(url="s3+eu-central-1://acme-out/7/web.mp4"),
    at("outputs.0.url", SHOWN),
)
S.rule(
    "url-base",
    "base_url and filename are joined",
    mock(output={"base_url": "s3://acme-out/7", "filename": "web.mp4"}),
    at("outputs.0.url", SHOWN),
)
S.rule(
    "url-echoed",
    "other schemes are echoed",
    mock_output(url="https://acme-out.s3.amazonaws.com/7/web.mp4"),
    at("outputs.0.url", "https://acme-out.s3.amazonaws.com/7/web.mp4"),
)


@S.seen("url-temporary", "temporary storage: a pre-signed link of 86399 s to /o/YYYYMMDD/<32 hex>/<32 hex>.<ext>")
def url_temporary(scene: Scene) -> None:
    reply = scene.send(mock())
    url = urlsplit(reply.document["outputs"][0]["url"])
    assert matches(r".*/o/20\d{6}/[0-9a-f]{32}/[0-9a-f]{32}\.mp4").fits(url.path), reply
    assert "X-Amz-Expires=86399" in url.query and "X-Amz-Signature=" in url.query, reply


S.rule(
    "url-temporary-name",
    "with the filename if one is given",
    mock(output={"filename": "film.mp4"}),
    at("outputs.0.url", matches(r".*/film\.mp4\?.*")),
)
S.rule("fail-400", "400", post("/jobs", b"{"), answers(400), errors())
S.rule("fail-401", "401", post("/jobs", {"input": "s3://acme-in/a.mov"}, key=None), answers(401), errors())
S.rule("fail-422", "422: validated at once", mock(output={"quality": 7}), answers(422), errors("quality"))


@S.seen("fail-nothing", "a refused job leaves nothing")
def fail_nothing(scene: Scene) -> None:
    key = "{key.careless}"
    assert scene.send(post("/jobs", {"input": "s3://acme-in/a.mov", "output": {"width": "x"}}, key=key)).status == 422
    assert scene.send(get("/jobs", key=key)).document == []


S.rule("media-later", "problems of the media are found later", lambda scene: scene.created("broken"), answers(201))
S.rule(
    "mock",
    "mock: the same shape with null ids",
    mock(outputs=[{"label": "a", "url": "s3://acme-out/7/web.mp4"}]),
    shows({"id": None, "outputs": [{"id": None, "label": "a", "url": SHOWN}]}),
)
S.rule("mock-members", "mock: nothing else", mock(), only("id", "outputs"))
S.rule("mock-test", "mock: test as always", mock(test=True), at("test", True))
S.rule("mock-422", "mock: validated", mock(output={"width": "x"}), answers(422), errors("width"))


@S.seen("mock-stores-nothing", "mock: nothing is stored")
def mock_stores_nothing(scene: Scene) -> None:
    key = "{key.mocker}"
    body = {"input": "s3://acme-in/a.mov", "mock": True}
    assert scene.send(post("/jobs", body, key=key)).document["id"] is None
    assert scene.send(get("/jobs", key=key)).document == []


S.rule("pass-through-number", "pass_through may be a number", mock(pass_through=42), answers(201))
S.rule("pass-through-kept", "and comes back as text", get("/jobs/{half}"), at("job.pass_through", MAYBE_TEXT))


@S.seen("idempotency", "the same Idempotency-Key does not make a second job", ours=True)
def idempotency(scene: Scene) -> None:
    body = scene.fill_all({"input": CLIP.replace("film.mp4", "nothing.mp4"), "output": {"label": "a"}})
    call = post("/jobs", body, headers={"Idempotency-Key": "tape-7"}, key="{key.hasty}")
    first, second = scene.send(call), scene.send(call)
    assert (first.status, first.document) == (second.status, second.document), (first, second)
    assert len(scene.send(get("/jobs", key="{key.hasty}")).document) == 1


@S.seen("idempotency-other", "with another body it is refused", ours=True)
def idempotency_other(scene: Scene) -> None:
    body = {"input": "s3://acme-in/nothing.mp4"}
    headers = {"Idempotency-Key": "tape-8"}
    scene.send(post("/jobs", body, headers=headers, key="{key.hasty}"))
    reply = scene.send(post("/jobs", {**body, "test": True}, headers=headers, key="{key.hasty}"))
    assert reply.status in (409, 422), reply
    errors()(reply)
