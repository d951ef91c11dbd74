"""Refused requests, and every sentence the customer gets."""

from __future__ import annotations

from typing import Any

import pytest

from stepcoder.errors import InvalidRequest
from stepcoder.request.model import JobRequest

INPUT = "https://media.example/in.mov"
READABLE = "an http, https, ftp, ftps, sftp, s3, gcs, cf or azure URL"
LABELLED = {"label": "a"}


def sentences(body: object) -> list[str]:
    with pytest.raises(InvalidRequest) as caught:
        JobRequest.from_body(body)
    return caught.value.messages


def about_output(**members: Any) -> list[str]:
    return sentences({"input": INPUT, "outputs": [{"label": "first"}, members]})


def about_playlist(*streams: object) -> list[str]:
    playlist = {"type": "playlist", "label": "master", "streams": list(streams)}
    return sentences({"input": INPUT, "outputs": [LABELLED, playlist]})


@pytest.mark.parametrize("body", [None, [], "x", 3])
def test_a_body_that_is_no_hash(body: object) -> None:
    assert sentences(body) == ["The request must be a hash of settings."]


@pytest.mark.parametrize("body", [{}, {"input": None}, {"input": ""}])
def test_input_is_required(body: object) -> None:
    assert sentences(body) == [
        "input is required: it must be an http, https, ftp, ftps, sftp, s3, gcs, cf or azure URL."
    ]


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("nonsense", "Url of input file is not well formed. Please confirm that it is a valid URL."),
        (["x"], "Url of input file is invalid"),
        (
            "aspera://joe:secret@host.example/a.mov",
            'input is "aspera://***@host.example/a.mov", and Aspera is not supported, since it needs licensed software:'
            " it must be an http, https, ftp, ftps, sftp, s3, gcs, cf or azure URL.",
        ),
    ],
)
def test_input_must_be_a_url_we_can_read(value: object, sentence: str) -> None:
    assert sentences({"input": value}) == [sentence]


@pytest.mark.parametrize(
    ("members", "sentence"),
    [
        ({"video_bitrate": "abc"}, 'video_bitrate is "abc": it must be a whole number from 1 to 100000 (kbps).'),
        ({"quality": 6}, "quality is 6: it must be a whole number from 1 to 5."),
        ({"crf": 0}, "crf is 0: it must be a whole number from 1 to 51."),
        ({"width": [1]}, "width is a list: it must be a whole number from 1 to 16384 (pixels)."),
        ({"upscale": {"a": 1}}, "upscale is a hash: it must be true or false."),
        ({"frame_rate": 301}, "frame_rate is 301: it must be a number from 0.001 to 300 (frames per second)."),
        ({"size": "big"}, 'size is "big": it must be a size such as "1280x720".'),
        ({"segment_seconds": 0.5}, "segment_seconds is 0.5: it must be a number from 1 to 3600 (seconds)."),
        ({"clip_length": "1h"}, 'clip_length is "1h": it must be seconds or "HH:MM:SS.S", more than 0.'),
        ({"aspect_mode": "zoom"}, 'aspect_mode is "zoom": it must be one of preserve, stretch, crop or pad.'),
        ({"audio_channels": 6}, "audio_channels is 6, which is not supported yet: it must be 1 or 2."),
        ({"video_codec": "hevc"}, 'video_codec is "hevc", which is not supported yet: it must be h264.'),
        ({"format": "webm"},
         'format is "webm", which is not supported yet: it must be one of mp4, ts, m4f, m3u8, webvtt, dfxp or scc.'),
        (
            {"type": "cae"},
            'type is "cae", which is not supported yet: it must be one of standard, segmented, playlist or captions.',
        ),
        ({"streaming_delivery_format": "dash"},
         'streaming_delivery_format is "dash", which is not supported yet: it must be hls.'),
        ({"h264_bframes": 17}, "h264_bframes is 17: it must be a whole number from 0 to 16."),
        ({"rotate": 45}, "rotate is 45: it must be one of 0, 90, 180 or 270."),
        ({"type": "captions", "format": "scc"},
         "caption_url is required: captions are made of a file, not of the input's own or its sound."),
        ({"type": "captions", "captions_url": INPUT},
         'format is "m3u8": for a captions output it must be one of webvtt, dfxp or scc.'),
        ({"type": "captions", "caption_url": INPUT, "format": "mp4"},
         'format is "mp4": for a captions output it must be one of webvtt, dfxp or scc.'),
        ({"type": "captions", "caption_url": "x", "format": "vtt"}, f'caption_url is "x": it must be {READABLE}.'),
        ({"format": "scc"}, 'format is "scc": for a standard output it must be mp4 or ts.'),
        ({"caption_url": INPUT}, f'caption_url is "{INPUT}": captions can\'t be put into a video yet. Add an output of'
         " type captions for them, with format webvtt, dfxp or scc."),
        ({"type": "captions", "caption_url": INPUT, "format": "scc", "caption_from_audio_transcription": True},
         "caption_from_audio_transcription is not supported yet."),
        ({"thumbnails": {"interval": 0}},
         "thumbnails[0].interval is 0: it must be a number above 0 to 86400 (seconds)."),
        ({"thumbnails": "yes"}, 'thumbnails[0] is "yes": it must be a hash of settings.'),
        ({"url": "https://u:p@host.example/a.mp4"},
         'url is "https://***@host.example/a.mp4": it must be an s3, gcs, cf, azure, ftp, ftps or sftp URL, or the'
         " https address of a place in Amazon S3."),
        ({"filename": "../a.mp4"}, 'filename is "../a.mp4": it must be a file name of at most 255 bytes without ..,'
         " backslashes or control characters."),
        ({"watermarks": [{"url": "x"}]}, f'watermarks[0].url is "x": it must be {READABLE}.'),
        ({"watermark": {"x": 5}}, f"watermarks[0].url is required: it must be {READABLE}."),
        (
            {"watermark": {"url": INPUT, "x": "left"}},
            'watermarks[0].x is "left": it must be a whole number of pixels from -16384 to 16384, a percentage such as'
            ' "5%", or centered.',
        ),
        (
            {"watermark": {"url": INPUT, "width": "0%"}},
            'watermarks[0].width is "0%": it must be a whole number of pixels from 1 to 16384, or a percentage such as'
            ' "30%".',
        ),
        ({"watermark": {"url": INPUT, "opacity": 2}}, "watermarks[0].opacity is 2: it must be a number from 0 to 1."),
        ({"watermarks": [{"url": INPUT}] * 5},
         "watermarks has more than 4 entries: there is a limit of 4 watermarks per output."),
        ({"thumbnails": {"filename": "f{{number}}"}}, "thumbnails[0].filename is not supported yet."),
        ({"url": "s3://bucket/a.webm"}, "url ends in .webm, and format webm is not supported yet."),
        ({"filename": "a.oga"}, "filename ends in .oga, and format ogg is not supported yet."),
        ({"url": "s3://bucket/a.m3u8"},
         "url ends in .m3u8: for a playlist, set type to segmented or playlist."),
        ({"type": "segmented", "format": "mp4"}, 'format is "mp4": for a segmented output it must be ts or m4f.'),
        ({"format": "m4f"}, 'format is "m4f": for a standard output it must be mp4 or ts.'),
    ],
)  # fmt: skip
def test_a_wrong_setting_of_an_output(members: dict[str, Any], sentence: str) -> None:
    assert about_output(**members) == [f"outputs[1].{sentence}"]


def test_an_output_that_is_no_hash() -> None:
    assert sentences({"input": INPUT, "outputs": [{}, "web"]}) == [
        'outputs[1] is "web": it must be a hash of settings.'
    ]


def test_an_output_url_without_a_file_name_gets_the_recorded_text() -> None:
    assert about_output(url="s3://bucket/dir/") == ["Url must include a file name"]


def test_all_problems_are_told_at_once() -> None:
    assert sentences(
        {
            "test": "maybe",
            "pass_through": "x" * 256,
            "outputs": [
                {"width": -1, "url": "s3://bucket/"},
                {"quality": "best", "skip_video": 1, "skip_audio": 1},
            ],
        }
    ) == [
        "input is required: it must be an http, https, ftp, ftps, sftp, s3, gcs, cf or azure URL.",
        "Url must include a file name",
        "outputs[0].width is -1: it must be a whole number from 1 to 16384 (pixels).",
        'outputs[1].quality is "best": it must be a whole number from 1 to 5.',
        'test is "maybe": it must be true or false.',
        f'pass_through is "{"x" * 59}…": it must be text of at most 255 characters.',
        "outputs[1].skip_audio and outputs[1].skip_video are both true: nothing would be left.",
    ]


def test_more_than_20_outputs() -> None:
    body = {"input": INPUT, "outputs": [{}] * 21}
    assert sentences(body) == [
        "There is a limit of 20 outputs per job. If you need more outputs, contact us at"
        " the address of whoever runs this service."
    ]
    assert len(JobRequest.from_body({"input": INPUT, "outputs": [{}] * 20}).outputs) == 20


def test_labels_differ_in_more_than_capitals() -> None:
    assert sentences({"input": INPUT, "outputs": [{"label": "Web"}, {}, {"label": "WEB"}]}) == [
        'outputs[2].label is "WEB": outputs[0] has that label too, and labels must differ.'
    ]


WEB = {"url": "s3://bucket/dir/web.mp4"}


@pytest.mark.parametrize(
    ("again", "blamed"),
    [
        (WEB, 'outputs[2].url is "s3://bucket/dir/web.mp4"'),
        ({"url": "https://bucket.s3.amazonaws.com/dir/web.mp4"},
         'outputs[2].url is "https://bucket.s3.amazonaws.com/dir/web.mp4"'),
        ({"base_url": "s3://bucket/dir/", "filename": "web.mp4"}, 'outputs[2].filename is "web.mp4"'),
        ({**WEB, "type": "playlist", "streams": {"path": "a.m3u8", "bandwidth": 9}},
         'outputs[2].url is "s3://bucket/dir/web.mp4"'),
    ],
)  # fmt: skip
def test_two_outputs_do_not_go_to_the_same_place(again: dict[str, Any], blamed: str) -> None:
    assert sentences({"input": INPUT, "outputs": [{}, WEB, again]}) == [
        f"{blamed}: outputs[1] goes to that very place, and would be overwritten."
    ]


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"filename": "web.mp4"},
        {"base_url": "s3://bucket/dir/"},
        {"thumbnails": {"base_url": "s3://bucket/stills/", "prefix": "still"}},
    ],
)
def test_names_made_up_here_and_stills_may_share_a_directory(members: dict[str, Any]) -> None:
    JobRequest.from_body({"input": INPUT, "outputs": [members, members]})


def test_places_differ_by_capitals() -> None:
    JobRequest.from_body({"input": INPUT, "outputs": [WEB, {"url": "s3://bucket/dir/Web.mp4"}]})


def test_numbers_too_long_for_python_to_print() -> None:
    long = 10**5000
    assert about_output(width=long, label=long, type=long, segment_size=long, decimate=long) == [
        "outputs[1].decimate is not supported yet.",
        "outputs[1].type is a very large number: it must be one of standard, segmented, playlist or captions.",
        "outputs[1].label is a very large number: it must be text of at most 255 characters on one line.",
        "outputs[1].width is a very large number: it must be a whole number from 1 to 16384 (pixels).",
    ]


def test_nothing_left_to_encode() -> None:
    assert about_output(skip_video=True, skip_audio=True) == [
        "outputs[1].skip_audio and outputs[1].skip_video are both true: nothing would be left."
    ]


def test_a_playlist_is_not_the_only_output() -> None:
    body = {"input": INPUT, "outputs": {"type": "playlist", "streams": [{"path": "a.m3u8", "bandwidth": 900}]}}
    assert sentences(body) == ["A playlist can't be the only output: add the outputs that it lists."]
    captions = {"type": "captions", "caption_url": INPUT, "format": "scc", "label": "en"}
    alone = ["Captions can't be the only output, nor with a playlist: add one with video or sound."]
    assert sentences({"input": INPUT, "outputs": [captions]}) == alone
    assert sentences({**body, "outputs": [captions, body["outputs"]]}) == alone
    listing = {"type": "playlist", "streams": {"path": "a.m3u8", "source": "EN"}}
    assert sentences({"input": INPUT, "outputs": [{}, captions, listing]}) == [
        'outputs[2].streams[0].source is "EN": that output is captions, and has no media to list.'
    ]


@pytest.mark.parametrize(
    ("stream", "sentence"),
    [
        ({"source": "a"}, "path is required: it must be a relative path or a URL on one line."),
        ({"path": "a.m3u8"}, "bandwidth is required, because the stream names no source to measure it on."),
        ({"path": "a.m3u8", "bandwidth": "fast"},
         'bandwidth is "fast": it must be a whole number from 1 to 100000 (kbps).'),
        ({"path": "a.m3u8", "source": "b"}, 'source is "b": no output of this job has that label.'),
        ({"path": "a.m3u8", "source": "master"},
         'source is "master": that output is a playlist, and has no media to list.'),
        ({"path": "a.m3u8", "source": "a", "audio": "stereo"}, "audio is not supported yet."),
    ],
)  # fmt: skip
def test_a_wrong_stream(stream: dict[str, Any], sentence: str) -> None:
    assert about_playlist(stream) == [f"outputs[1].streams[0].{sentence}"]


def test_a_playlist_needs_streams() -> None:
    assert about_playlist() == ["outputs[1].streams is required: a playlist lists one stream or more."]


def test_a_stream_that_is_no_hash_is_told_once() -> None:
    assert about_playlist("a.m3u8") == ['outputs[1].streams[0] is "a.m3u8": it must be a hash of settings.']


def test_several_sets_of_thumbnails_need_labels_that_differ() -> None:
    assert about_output(thumbnails=[{"label": "t"}, {"label": "T"}, {}]) == [
        'outputs[1].thumbnails[1].label is "T": another set has that label too, and labels must differ.',
        "outputs[1].thumbnails[2].label is required, because there are several sets of thumbnails.",
    ]
    JobRequest.from_body({"input": INPUT, "outputs": {"thumbnails": [{"number": 1}]}})


@pytest.mark.parametrize(
    ("notification", "sentence"),
    [
        ("hook", ' is "hook": it must be an http or https URL, or an e-mail address.'),
        ("ops@localhost", ' is "ops@localhost": it must be an http or https URL, or an e-mail address.'),
        ({"url": "s3://bucket/x"}, '.url is "s3://bucket/x": it must be an http or https URL, or an e-mail address.'),
        ({"format": "json"}, ".url is required: it must be an http or https URL, or an e-mail address."),
        ({"url": "https://h.example", "format": "yaml"}, '.format is "yaml": it must be json or xml.'),
        (["https://h.example"], " is a list: it must be a hash of settings."),
    ],
)  # fmt: skip
def test_a_wrong_notification(notification: object, sentence: str) -> None:
    assert sentences({"input": INPUT, "notifications": [notification]}) == [f"notifications[0]{sentence}"]
    assert about_output(notifications=[notification]) == [f"outputs[1].notifications[0]{sentence}"]


def test_more_than_5_notifications() -> None:
    hooks = ["https://hook.example/z"] * 6
    assert sentences({"input": INPUT, "notifications": hooks}) == [
        "notifications has more than 5 entries: there is a limit of 5 notifications per job and per output."
    ]
    assert len(JobRequest.from_body({"input": INPUT, "notifications": hooks[1:]}).notifications) == 5
