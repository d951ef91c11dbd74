"""Section 1.6: the error body, and the texts that are known word for word."""

from __future__ import annotations

from typing import Any

from tests.conformance.kinds import SENTENCE, matches
from tests.conformance.rules import Section
from tests.conformance.wire import answers, at, calls_back, element, errors, get, mock, only, post, put, shows

S = Section("1.6", "Error body")
OUT = "s3://acme-out/7/"


def _input(value: Any) -> Any:
    return post("/jobs", {"input": value, "mock": True})


S.rule("one-member", "an object with one member, errors", get("/jobs/1"), only("errors"))
S.rule("sentences", "an array of sentences", get("/jobs/1"), shows({"errors": [SENTENCE]}))
S.rule("several", "more than one if need be", mock(output={"width": "x", "height": "y"}), at("errors.1", SENTENCE))
S.rule("xml", "the same in XML", get("/jobs/1.xml"), element("api-response/errors/error", matches(".+")))
S.rule("jsonp", "the same in JSONP", get("/jobs/1.js?callback=f"), calls_back("f", {"errors": [SENTENCE]}))
S.rule(
    "no-codes",
    "no codes, no pointers: the field is named in the sentence",
    mock(output={"width": "x"}),
    errors("width"),
)
S.rule(
    "finish",
    "finish on a job that is not live",
    put("/jobs/{film}/finish"),
    answers(409),
    shows({"errors": ["Only Live streaming jobs can be finished."]}),
)
S.rule(
    "outputs",
    "more than 20 outputs",
    mock(outputs=[{}] * 21),
    answers(422),
    errors("There is a limit of 20 outputs per job. If you need more outputs, "),
)
S.rule(
    "input-invalid",
    "an input that is no URL",
    _input(7),
    answers(422),
    shows({"errors": ["Url of input file is invalid"]}),
)
S.rule(
    "input-not-well-formed",
    "an input that is not well formed",
    _input("tape7.mov"),
    answers(422),
    shows({"errors": ["Url of input file is not well formed. Please confirm that it is a valid URL."]}),
)
S.rule(
    "output-no-file",
    "an output's URL without a file",
    mock(output={"url": OUT}),
    answers(422),
    errors("Url must include a file name"),
)
S.rule(
    "above-hd",
    "sources above HD need no permission here: every account is enabled",
    get("/jobs/{large}"),
    at("job.state", "finished"),
    at("job.output_media_files.0.width", 2048),
    at("job.output_media_files.0.error_message", None),
    ours=True,
)
S.rule(
    "unsupported",
    "a setting that is not made yet is refused by its name",
    mock(output={"sharpen": True}),
    answers(422),
    errors("sharpen"),
    ours=True,
)
S.rule(
    "scheme",
    "so is the scheme that can't be served",
    _input("aspera://ada@files.example/a.mov"),
    answers(422),
    errors("Aspera"),
    ours=True,
)
S.rule(
    "live", "so is a live stream", post("/jobs", {"live_stream": True}), answers(422), errors("live_stream"), ours=True
)
S.rule(
    "live-python",
    "also as the Python client asks for it, with input null",
    post("/jobs", {"input": None, "test": False, "live_stream": True}),
    answers(422),
    errors("live_stream"),
    ours=True,
)
S.rule(
    "account-terms",
    "the terms must be accepted",
    post("/account", {"email": "a@example.com"}, key=None),
    answers(422),
    errors("terms"),
)
S.rule(
    "no-trace",
    "never a stack trace",
    post("/jobs", b'{"input": [[[]]]}'),
    answers(422),
    shows({"errors": [matches("(?!.*Traceback).*")]}),
)
