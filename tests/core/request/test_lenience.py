"""Bodies that are sloppier than the documentation, as code in the wild sends them (zencoder-api 1.3, 2.1, 3.28)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepcoder.errors import InvalidRequest
from stepcoder.request.lists import listed
from stepcoder.request.model import JobRequest, OutputRequest

INPUT = "https://media.example/in.mov"


def job(**members: Any) -> JobRequest:
    return JobRequest.from_body({"input": INPUT, **members})


def output(**members: Any) -> OutputRequest:
    return job(outputs=[members]).outputs[0]


def sentences(**members: Any) -> list[str]:
    with pytest.raises(InvalidRequest) as refused:
        job(**members)
    return refused.value.messages


TWO = [{"label": "a"}, {"label": "b"}]


@pytest.mark.parametrize("name", ["output", "outputs"])
@pytest.mark.parametrize(
    "value",
    [TWO, {"0": TWO[0], "1": TWO[1]}, {"1": TWO[1], "0": TWO[0]}, {"2": TWO[0], "10": TWO[1]}, [None, *TWO, ""]],
)
def test_outputs_come_as_lists_and_as_php_s_hashes_with_numbers(name: str, value: object) -> None:
    assert [made.label for made in job(**{name: value}).outputs] == ["a", "b"]


@pytest.mark.parametrize("name", ["output", "outputs"])
@pytest.mark.parametrize("value", [{"label": "a"}, [{"label": "a"}], {"0": {"label": "a"}}, {"7": {"label": "a"}}])
def test_one_output_comes_in_any_of_those_forms(name: str, value: object) -> None:
    assert [made.label for made in job(**{name: value}).outputs] == ["a"]


@pytest.mark.parametrize(
    "value", [None, "", " ", [], {}, [None], [""], [[]], [{}], {"0": []}, {"0": {}}, False, 0, "0"]
)
def test_outputs_that_say_nothing_are_one_default_output(value: object) -> None:
    assert job(outputs=value).outputs == (OutputRequest(),)
    assert job(outputs=value, output=value).outputs == (OutputRequest(),)


@pytest.mark.parametrize("value", [None, "", [], {}])
def test_outputs_that_say_nothing_don_t_hide_an_output_that_does(value: object) -> None:
    assert [made.label for made in job(outputs=value, output={"label": "a"}).outputs] == ["a"]


def test_empty_outputs_beside_others_are_default_outputs() -> None:
    assert job(outputs=[{}, {"label": "a"}, []]).outputs == (OutputRequest(), OutputRequest(label="a"), OutputRequest())


HOOK = "https://hook.example/z"


@pytest.mark.parametrize("name", ["notifications", "notification"])
@pytest.mark.parametrize(
    "value",
    [HOOK, [HOOK], {"url": HOOK}, [{"url": HOOK}], {"0": HOOK}, {"0": {"url": HOOK}}, [HOOK, None, "", {}, []],
     {"url": HOOK, "format": "", "headers": []}, {"url": f" {HOOK}\n", "headers": {}}],
)  # fmt: skip
def test_a_notification_comes_as_text_hash_or_list(name: str, value: object) -> None:
    for made in (job(**{name: value}), job(outputs=[{name: value}]).outputs[0]):
        assert [(each.url, each.headers) for each in made.notifications] == [(HOOK, None)]


@pytest.mark.parametrize("value", [None, "", [], {}, [None], [""], [{}], [[]], {"0": ""}, False, "false", 0])
def test_notifications_that_say_nothing_are_none(value: object) -> None:
    assert job(notifications=value).notifications == ()


@pytest.mark.parametrize("address", ["http://zencoderfetcher", "ada@example.com", "http://user:pass@hook.example/z"])
def test_the_fetcher_and_mail_addresses_are_addresses(address: str) -> None:
    assert job(notifications=address).notifications[0].url == address


@pytest.mark.parametrize(
    ("name", "value", "meant"),
    [
        ("width", "320", 320),
        ("width", 320.0, 320),
        ("video_bitrate", 1500.0, 1500),
        ("video_bitrate", "1500.0", 1500),
        ("video_bitrate", 1499.5, 1500),
        ("video_bitrate", "1234.4", 1234),
        ("audio_bitrate", "56.000001", 56),
        ("decoder_buffer_size", 0.5, 1),
        ("frame_rate", "0.1", Fraction(1, 10)),
        ("upscale", "true", True),
        ("upscale", 1, True),
        ("upscale", "1", True),
        ("upscale", " False ", False),
        ("upscale", 0.0, False),
        ("label", 7, "7"),
        ("segment_seconds", "10", Fraction(10)),
        ("quality", "4.0", 4),
        ("audio_sample_rate", "44100", 44100),
        ("aspect_mode", "Pad", "pad"),
        ("video_codec", "H264", "h264"),
        ("filename", 5, "5"),
    ],
)
def test_numbers_and_booleans_come_as_text_and_rates_with_decimals(name: str, value: object, meant: object) -> None:
    assert getattr(output(**{name: value}), name) == meant


@pytest.mark.parametrize(
    ("value", "said"),
    [("0.4", '"0.4"'), (0, "0"), (100_000.5, "100000.5"), ("fast", '"fast"'), (True, "true"), ([1500], "a list")],
)
def test_a_rate_stays_in_its_range(value: object, said: str) -> None:
    expected = f"outputs[0].video_bitrate is {said}: it must be a whole number from 1 to 100000 (kbps)."
    assert sentences(outputs=[{"video_bitrate": value}]) == [expected]


@pytest.mark.parametrize("value", [[0, "1.5"], {"0": 0, "1": "1.5"}, [0, None, 1.5]])
def test_times_come_as_a_php_hash_too(value: object) -> None:
    assert output(thumbnails={"times": value}).thumbnails[0].times == (Fraction(0), Fraction(3, 2))


@pytest.mark.parametrize("value", [{"number": 2}, [{"number": "2"}], {"0": {"number": 2.0}}])
@pytest.mark.parametrize("name", ["thumbnails", "thumbnail"])
def test_thumbnails_come_as_hash_or_list(name: str, value: object) -> None:
    assert [stills.number for stills in output(**{name: value}).thumbnails] == [2]


@pytest.mark.parametrize(("value", "text"), [(42, "42"), (0, "0"), (4.5, "4.5"), ("a", "a"), (None, None), ("", None)])
def test_pass_through_may_be_a_number(value: object, text: str | None) -> None:
    assert job(pass_through=value).pass_through == text


def test_misspelt_and_misplaced_members_do_nothing() -> None:
    plain = job(outputs=[{"label": "a", "thumbnails": {"number": 1}}])
    sloppy = job(
        width=480, watermarks=[{"url": "x"}], hieght=3, url="s3://x",
        outputs=[{"label": "a", "input": 5, "mock": True, "hieght": [], "thumbnails": {"number": 1, "quality": 3}}],
    )  # fmt: skip
    assert sloppy.to_json() == plain.to_json()


EVERY_MEMBER = sorted(OutputRequest.model_fields)


@pytest.mark.parametrize("name", EVERY_MEMBER)
@pytest.mark.parametrize("nothing", [None, "", " ", [], {}])
def test_any_member_may_be_empty(name: str, nothing: object) -> None:
    assert output(**{name: nothing}) == OutputRequest()


@pytest.mark.parametrize("name", sorted(set(JobRequest.model_fields) - {"input"}))
@pytest.mark.parametrize("nothing", [None, "", " ", [], {}])
def test_any_member_of_the_job_may_be_empty(name: str, nothing: object) -> None:
    assert job(**{name: nothing}) == job()


def test_one_watermark_may_be_a_hash_under_either_name_or_just_its_url() -> None:
    watermark = {"url": "https://media.example/logo.png", "x": "-0", "y": "-0", "width": "30%"}
    assert output(watermarks=[watermark]) == output(watermark=watermark) == output(watermarks={"0": watermark})
    assert output(watermark=watermark["url"]) == output(watermarks=[{"url": watermark["url"]}])
    for nothing in ([], {}, None, "", [{}], False):
        assert output(watermarks=nothing) == OutputRequest()


def test_a_live_job_without_input_is_told_so() -> None:
    said = sentences(input=None, live_stream=True, test=False)
    assert said[0] == "live_stream is not supported yet."
    assert said[1:] == ["input is required: it must be an http, https, ftp, ftps, sftp, s3, gcs, cf or azure URL."]
    assert job(live_stream=False).input == INPUT


@pytest.mark.parametrize("missing", [None, "", " ", [], {}])
def test_a_missing_input_is_said_to_be_missing(missing: object) -> None:
    assert sentences(input=missing) == [
        "input is required: it must be an http, https, ftp, ftps, sftp, s3, gcs, cf or azure URL."
    ]


LOW = {"label": "low", "type": "segmented", "url": "s3://acme/7/low/i.m3u8"}
HIGH = {"label": "High", "type": "segmented", "base_url": "s3://acme/7/high", "filename": "i.m3u8"}


def sources(playlist: dict[str, Any], *others: dict[str, Any]) -> list[str | None]:
    request = job(outputs=[{"type": "playlist", **playlist}, *others])
    return [stream.source for stream in request.outputs[0].streams]


@pytest.mark.parametrize(
    ("place", "paths"),
    [
        ({"url": "s3://acme/7/master.m3u8"}, ["low/i.m3u8", "./high/i.m3u8"]),
        ({"base_url": "s3://acme/7/", "filename": "master.m3u8"}, ["low/i.m3u8", "high//i.m3u8"]),
        ({"url": "s3://acme/7/all/master.m3u8"}, ["../low/i.m3u8", "../high/i.m3u8?x=1"]),
        ({}, ["http://acme.s3.amazonaws.com/7/low/i.m3u8", "s3://acme/7/high/i.m3u8"]),
    ],
)
def test_a_playlist_may_stand_before_its_streams_and_know_only_their_paths(
    place: dict[str, Any], paths: list[str]
) -> None:
    streams = [{"path": path} for path in paths]
    assert sources({**place, "streams": streams}, LOW, HIGH) == ["low", "High"]


def test_a_playlist_without_a_place_goes_by_the_files_names() -> None:
    others = ({"label": "a", "filename": "a.ts"}, {"label": "b", "url": "s3://acme/b.ts"})
    assert sources({"streams": [{"path": "x/a.ts"}, {"path": "b.ts"}]}, *others) == ["a", "b"]


def test_what_a_stream_says_itself_is_left_alone() -> None:
    streams = [{"path": "low/i.m3u8", "bandwidth": 640}, {"path": "low/i.m3u8", "source": "high"}]
    assert sources({"url": "s3://acme/7/master.m3u8", "streams": streams}, LOW, HIGH) == [None, "high"]


@pytest.mark.parametrize("path", ["other/i.m3u8", "i.m3u8", "https://cdn.example/low/i.m3u8"])
def test_a_path_that_leads_to_no_output_needs_a_bandwidth(path: str) -> None:
    playlist = {"type": "playlist", "url": "s3://acme/7/master.m3u8", "streams": [{"path": path}]}
    assert sentences(outputs=[playlist, LOW, HIGH]) == [
        "outputs[0].streams[0].bandwidth is required, because the stream names no source to measure it on."
    ]


def test_a_name_that_two_outputs_have_tells_nothing() -> None:
    same = [{"label": name, "url": f"s3://acme/{name}/i.ts"} for name in ("a", "b")]
    assert "bandwidth is required" in sentences(outputs=[{"type": "playlist", "streams": [{"path": "i.ts"}]}, *same])[0]


def test_a_single_stream_may_be_written_in_the_singular() -> None:
    assert sources({"url": "s3://acme/7/master.m3u8", "stream": {"path": "low/i.m3u8"}}, LOW) == ["low"]


def test_labels_may_repeat_in_version_1_only() -> None:
    body = {"input": INPUT, "outputs": [{"label": "web"}, {"label": "Web"}]}
    assert len(JobRequest.from_body(body, "v1").outputs) == 2
    with pytest.raises(InvalidRequest, match="labels must differ"):
        JobRequest.from_body(body)


@given(st.lists(st.integers(), max_size=12))
def test_a_php_hash_is_its_list(members: list[int]) -> None:
    assert listed(members) == members
    if members:
        assert listed({str(index): member for index, member in reversed(list(enumerate(members)))}) == members


@pytest.mark.parametrize(
    "value", [{}, {"a": 1}, {"0": 1, "a": 2}, {"-1": 1}, {"": 1}, {"١": 1}, {"0" * 9: 1}, "0", None]
)
def test_any_other_value_is_a_list_of_itself(value: object) -> None:
    assert listed(value) == [value]
