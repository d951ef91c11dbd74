"""What each kind of value accepts, what it becomes, and what a wrong one is told."""

from __future__ import annotations

from fractions import Fraction

import pytest

from stepcoder.request.addresses import FileName, InputUrl, NotificationAddress, OutputUrl, PlaylistPath
from stepcoder.request.kinds import Choice, Flag, Text
from stepcoder.request.notifications import Headers
from stepcoder.request.quantities import Clock, Moments, Number, Size, Whole, WholeOrAuto
from stepcoder.request.setting import Kind, Wrong
from stepcoder.request.streaming import Codecs

WORDS = Choice(("mp4", "ts"), later=("webm",), same_as={"m4v": "mp4"})

ACCEPTED: list[tuple[Kind, object, object]] = [
    (Whole(1, 9999), 320, 320),
    (Whole(1, 9999), "320", 320),
    (Whole(1, 9999), " 320 ", 320),
    (Whole(1, 9999), 1200.0, 1200),
    (Whole(1, 9999), "1200.0", 1200),
    (WholeOrAuto(0, 16), "Auto", "auto"),
    (WholeOrAuto(0, 16), "0", 0),
    (Number(0, 300), "0.1", Fraction(1, 10)),
    (Number(0, 300), 29.97, Fraction(2997, 100)),
    (Number(0, 300), "30000/1001", Fraction(30000, 1001)),
    (Number(0, 300), 1e-7, Fraction(1, 10**7)),
    (Number(0), 10**6, Fraction(10**6)),
    (Clock(), "00:01:30.5", Fraction(181, 2)),
    (Clock(), "1:30", Fraction(90)),
    (Clock(), "90.1", Fraction(901, 10)),
    (Clock(), 0, Fraction(0)),
    (Clock(above_zero=True), "0:00.04", Fraction(1, 25)),
    (Moments(), [0, "1.5", "00:00:02"], (Fraction(0), Fraction(3, 2), Fraction(2))),
    (Moments(), 3, (Fraction(3),)),
    (Flag(), True, True),
    (Flag(), 0, False),
    (Flag(), "1", True),
    (Flag(), "FALSE", False),
    (Text(), "web", "web"),
    (Text(), 42, "42"),
    (Text(), 4.5, "4.5"),
    (Text(one_line=False), "two\nlines", "two\nlines"),
    (WORDS, " MP4 ", "mp4"),
    (WORDS, "m4v", "mp4"),
    (Choice((1, 2)), "2", 2),
    (Choice((1, 2)), 2.0, 2),
    (Choice(("3", "3.1")), 3.1, "3.1"),
    (Size(), "1280x720", (1280, 720)),
    (Size(), "1280 X 720", (1280, 720)),
    (Codecs(), "avc1.4d401f, mp4a.40.2", "avc1.4d401f,mp4a.40.2"),
    (Headers(), {"X-Retries": 3, "X-None": None}, {"X-Retries": "3"}),
    (InputUrl(), " s3://bucket/a b+c.mov ", "s3://bucket/a b+c.mov"),
    (InputUrl(), "https://user:pass@host.example:8443/a.mov?x=1", "https://user:pass@host.example:8443/a.mov?x=1"),
    (InputUrl(), "s3+eu-central-1://bucket/a.mov", "s3+eu-central-1://bucket/a.mov"),
    (OutputUrl(), "s3://bucket/dir/a.mp4", "s3://bucket/dir/a.mp4"),
    (InputUrl(), "s3://key:se%2Fcret@bucket/a.mov", "s3://key:se%2Fcret@bucket/a.mov"),
    (OutputUrl(), "s3://key:se%2Fcret@bucket/a.mp4", "s3://key:se%2Fcret@bucket/a.mp4"),
    (OutputUrl(), "s3+eu-central-1://bucket/a.mp4", "s3+eu-central-1://bucket/a.mp4"),
    (OutputUrl(), "https://s3.amazonaws.com/bucket/a.mp4", "https://s3.amazonaws.com/bucket/a.mp4"),
    (OutputUrl(), "https://bucket.s3.eu-west-1.amazonaws.com/a.mp4", "https://bucket.s3.eu-west-1.amazonaws.com/a.mp4"),
    (OutputUrl(directory=True), "s3://bucket", "s3://bucket"),
    (OutputUrl(directory=True), "s3://bucket/dir/", "s3://bucket/dir/"),
    (NotificationAddress(), "http://user:pass@hook.example/z", "http://user:pass@hook.example/z"),
    (NotificationAddress(), " http://zencoderfetcher ", "http://zencoderfetcher"),
    (NotificationAddress(), "ada.l+jobs@mail.example.com", "ada.l+jobs@mail.example.com"),
    (NotificationAddress(), "MailTo:ada@example.com?subject=x", "ada@example.com"),
    (FileName(), "/sub/web.mp4", "sub/web.mp4"),
    (FileName(), 7, "7"),
    (PlaylistPath(), "../sd/index.m3u8", "../sd/index.m3u8"),
]


@pytest.mark.parametrize(("kind", "value", "expected"), ACCEPTED)
def test_a_value_is_understood(kind: Kind, value: object, expected: object) -> None:
    assert kind.read(value) == expected


@pytest.mark.parametrize(("kind", "value", "_"), ACCEPTED)
def test_what_was_read_survives_being_written(kind: Kind, value: object, _: object) -> None:
    once = kind.read(value)
    assert kind.read(kind.write(once)) == once


OUTPUT_URL = "an s3, gcs, cf, azure, ftp, ftps or sftp URL, or the https address of a place in Amazon S3"

REFUSED: list[tuple[Kind, object, str]] = [
    (Whole(1, 5), 0, "a whole number from 1 to 5"),
    (Whole(1, 5), 6, "a whole number from 1 to 5"),
    (Whole(1, 5), 2.5, "a whole number from 1 to 5"),
    (Whole(1, 5), True, "a whole number from 1 to 5"),
    (Whole(1, 5), "abc", "a whole number from 1 to 5"),
    (Whole(1, 5), float("nan"), "a whole number from 1 to 5"),
    (Whole(1, 5), "1e999999999", "a whole number from 1 to 5"),
    (Whole(1, 5), [3], "a whole number from 1 to 5"),
    (Whole(1, 100, "kbps"), 10**400, "a whole number from 1 to 100 (kbps)"),
    (WholeOrAuto(0, 16), 17, "a whole number from 0 to 16, or auto"),
    (Number(Fraction(1, 1000), 300), 300.1, "a number from 0.001 to 300"),
    (Number(0, 60, above=True), 0, "a number above 0 to 60"),
    (Number(0, above=True), "inf", "a number above 0"),
    (Number(0, 300), "1/0", "a number from 0 to 300"),
    (Clock(), -1, 'seconds or "HH:MM:SS.S"'),
    (Clock(), "00:61:00", 'seconds or "HH:MM:SS.S"'),
    (Clock(above_zero=True), "00:00:00", 'seconds or "HH:MM:SS.S", more than 0'),
    (Moments(), [1, -1], "a list of seconds, each 0 or more"),
    (Moments(), [[1]], "a list of seconds, each 0 or more"),
    (Flag(), "yes", "true or false"),
    (Flag(), 2, "true or false"),
    (Text(), "a\nb", "text of at most 255 characters on one line"),
    (Text(), "x" * 256, "text of at most 255 characters on one line"),
    (Text(), True, "text of at most 255 characters on one line"),
    (Text(one_line=False), "\ud800", "text that can be written as UTF-8"),
    (WORDS, "avi", "mp4 or ts"),
    (WORDS, {}, "mp4 or ts"),
    (Choice((1, 2)), True, "1 or 2"),
    (Choice((1, 2)), 10**400, "1 or 2"),
    (Size(), "1280", 'a size such as "1280x720"'),
    (Size(), "0x720", 'a size such as "1280x720"'),
    (Size(), 1280, 'a size such as "1280x720"'),
    (Codecs(), 'a"b', 'a list of codecs such as "avc1.4d401f,mp4a.40.2"'),
    (
        OutputUrl(),
        "s3://bucket/../a.mp4",
        "a URL without . or .. as parts of its path, backslashes or control characters",
    ),
    (
        OutputUrl(),
        "https://s3.amazonaws.com/bucket/%2e%2e/a.mp4",
        "a URL without . or .. as parts of its path, backslashes or control characters",
    ),
    (OutputUrl(), f"s3://bucket/{'x' * 1001}", "a URL whose path has at most 1000 bytes"),
    (OutputUrl(), "https://files.example/a.mp4", OUTPUT_URL),
    (
        OutputUrl(),
        "s3://key@bucket/a.mp4",
        "a URL whose login is written s3://key:secret@bucket/file, with / in the secret as %2F",
    ),
    (OutputUrl(), "s3://key:se/cret@bucket/a.mp4", "an s3 URL with the name of a bucket: s3://bucket/file"),
    (NotificationAddress(), "http://", "an http or https URL, or an e-mail address"),
    (NotificationAddress(), "http://[::1", "an http or https URL, or an e-mail address"),
    (NotificationAddress(), "http://host:port/", "an http or https URL, or an e-mail address"),
    (NotificationAddress(), "ftp://host.example/", "an http or https URL, or an e-mail address"),
    (NotificationAddress(), "ada@example.com\r\nBcc: bob@example.com", "an http or https URL, or an e-mail address"),
    (NotificationAddress(), "ada@example.com,bob@example.com", "an http or https URL, or an e-mail address"),
    (NotificationAddress(), "Ada <ada@example.com>", "an http or https URL, or an e-mail address"),
    (
        NotificationAddress(),
        f"ada@{'x' * 60}.{'y' * 60}.{'z' * 60}.{'w' * 60}.example.com",
        "an http or https URL, or an e-mail address",
    ),
    (FileName(), "a/../b.mp4", "a file name of at most 255 bytes without .., backslashes or control characters"),
    (FileName(), "a\\b.mp4", "a file name of at most 255 bytes without .., backslashes or control characters"),
    (FileName(), "a\x00.mp4", "a file name of at most 255 bytes without .., backslashes or control characters"),
    (FileName(), "dir/", "a file name of at most 255 bytes without .., backslashes or control characters"),
    (FileName(), "ü" * 128, "a file name of at most 255 bytes without .., backslashes or control characters"),
    (PlaylistPath(), "#EXT-X-ENDLIST", "a relative path or a URL on one line"),
    (PlaylistPath(), "a\nb", "a relative path or a URL on one line"),
]


@pytest.mark.parametrize(("kind", "value", "allowed"), REFUSED)
def test_a_wrong_value_is_told_what_is_allowed(kind: Kind, value: object, allowed: str) -> None:
    with pytest.raises(Wrong) as caught:
        kind.read(value)
    assert caught.value.allowed == allowed


@pytest.mark.parametrize(
    "headers",
    [
        {"1x": "a"},
        {"a b": "a"},
        {"X-A": "a\r\nHost: elsewhere"},
        {"X-A": "x" * 101},
        {"X-" + "a" * 99: "x"},
        {"Host": "elsewhere"},
        {"Content-Length": 1},
        {f"X-{n}": "x" for n in range(51)},
        ["X-A"],
    ],
)
def test_headers_that_could_break_the_request_are_refused(headers: object) -> None:
    with pytest.raises(Wrong):
        Headers().read(headers)


@pytest.mark.parametrize("url", ["s3://bucket", "s3://bucket/", "s3://bucket/dir/", "https://s3.amazonaws.com/bucket/"])
def test_an_output_url_needs_a_file_name(url: str) -> None:
    with pytest.raises(Wrong) as caught:
        OutputUrl().read(url)
    assert caught.value.whole == "Url must include a file name"


@pytest.mark.parametrize(
    "url", ["not a url", "http://", "http:///a.mov", "s3://b", "gopher://host/a", "http://a b/c", "x\ny"]
)
def test_a_broken_input_url_gets_the_recorded_text(url: str) -> None:
    with pytest.raises(Wrong) as caught:
        InputUrl().read(url)
    assert caught.value.whole == "Url of input file is not well formed. Please confirm that it is a valid URL."


@pytest.mark.parametrize("value", [7, True, ["https://host.example/a.mov"], {}])
def test_an_input_that_is_no_text_gets_the_recorded_text(value: object) -> None:
    with pytest.raises(Wrong) as caught:
        InputUrl().read(value)
    assert caught.value.whole == "Url of input file is invalid"


@pytest.mark.parametrize(
    ("scheme", "reason"),
    [
        ("aspera", ", and Aspera is not supported, since it needs licensed software"),
        ("rtmp", ", and live streams are not supported"),
    ],
)
def test_what_is_not_served_is_refused_with_the_reason(scheme: str, reason: str) -> None:
    for kind in (InputUrl(), OutputUrl()):
        with pytest.raises(Wrong) as caught:
            kind.read(f"{scheme}://user:pass@host.example/a.mov")
        assert caught.value.verdict == reason
