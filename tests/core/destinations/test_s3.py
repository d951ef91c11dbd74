from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from stepcoder.destinations import Delivered, open_destination
from stepcoder.destinations.s3 import S3Destination
from stepcoder.errors import Cancelled, InputError, OutputError, TryAgain
from tests.core.sources.fakes import FakeObjects, S3Says


@pytest.fixture
def objects() -> FakeObjects:
    return FakeObjects("films")


def destination(objects: FakeObjects, url: str = "s3://films/out/dir/film.mp4") -> S3Destination:
    return S3Destination(url, objects, pause=lambda seconds: None)


def test_names_are_relative_to_the_directory_of_the_url(objects: FakeObjects, tmp_path: Path) -> None:
    path = tmp_path / "film"
    path.write_bytes(b"film" * 1000)
    place = destination(objects)
    assert place.put_file("film.mp4", path) == Delivered("s3://films/out/dir/film.mp4", 4000)
    assert place.put_stream("seg/1.ts", iter([b"a", b"b"])) == Delivered("s3://films/out/dir/seg/1.ts", 2)
    assert objects.buckets["films"] == {"out/dir/film.mp4": b"film" * 1000, "out/dir/seg/1.ts": b"ab"}


def test_a_key_without_directory_and_with_special_characters(objects: FakeObjects) -> None:
    place = destination(objects, "s3://films/a%3Fb.mp4")
    assert place.put_stream("a?b#c.mp4", iter([b"x"])).url == "s3://films/a%3Fb%23c.mp4"
    assert list(objects.buckets["films"]) == ["a?b#c.mp4"]


@pytest.mark.parametrize("name", ["", "/a", "../a", "a/../../b", "a//b", "a/", ".", "a\nb"])
def test_names_that_leave_the_directory_are_refused(objects: FakeObjects, name: str) -> None:
    with pytest.raises(OutputError) as caught:
        destination(objects).put_stream(name, iter([b"x"]))
    assert caught.value.error_class == "InvalidFilePathError"


def test_delete_all_leaves_nothing_behind(objects: FakeObjects) -> None:
    objects.buckets["films"]["out/dir/somebody-elses"] = b"keep"
    place = destination(objects)
    for name in ("a", "b/c"):
        place.put_stream(name, iter([b"x"]))
    place.delete_all()
    assert list(objects.buckets["films"]) == ["out/dir/somebody-elses"]
    place.delete_all()


def test_delete_all_goes_on_after_a_failure_and_can_be_repeated(objects: FakeObjects) -> None:
    place = destination(objects)
    for name in ("a", "b"):
        place.put_stream(name, iter([b"x"]))
    objects.failures.append(TryAgain("throttled"))
    with pytest.raises(TryAgain):
        place.delete_all()
    assert list(objects.buckets["films"]) == ["out/dir/a"]
    place.delete_all()
    assert objects.buckets["films"] == {}


def test_files_and_repeatable_streams_are_tried_three_times(objects: FakeObjects, tmp_path: Path) -> None:
    path = tmp_path / "film"
    path.write_bytes(b"film")
    objects.failures = [TryAgain("one"), TryAgain("two")]
    assert destination(objects).put_file("a", path).size == 4
    objects.failures = [TryAgain("one"), TryAgain("two")]
    assert destination(objects).put_stream("b", lambda: iter([b"x"])).size == 1
    objects.failures = [TryAgain("one")] * 3
    with pytest.raises(OutputError) as caught:
        destination(objects).put_file("c", path)
    assert caught.value.error_class == "UploadFailureError"


def test_an_iterator_is_tried_once(objects: FakeObjects) -> None:
    objects.failures = [TryAgain("one")]
    with pytest.raises(OutputError):
        destination(objects).put_stream("a", iter([b"x"]))
    assert objects.failures == []


class ReadTimeoutError(Exception):
    """Named like botocore's."""


class EndpointConnectionError(Exception):
    """Named like botocore's."""


@pytest.mark.parametrize(
    ("cause", "error_class"),
    [
        (ReadTimeoutError(), "UploadTimeoutError"),
        (EndpointConnectionError(), "UploadServerNotFoundError"),
        (S3Says("SlowDown"), "UploadFailureError"),
    ],
)
def test_what_remains_when_the_tries_are_used_up(objects: FakeObjects, cause: Exception, error_class: str) -> None:
    passing = TryAgain("busy")
    passing.__cause__ = cause
    objects.failures = [passing]
    with pytest.raises(OutputError) as caught:
        destination(objects).put_stream("a", iter([b"x"]))
    assert caught.value.error_class == error_class


@pytest.mark.parametrize(
    ("code", "error_class"),
    [
        ("AccessDenied", "UploadAccessDeniedError"),
        ("403", "UploadAccessDeniedError"),
        ("NoSuchBucket", "S3BucketNotFoundError"),
        ("InvalidAccessKeyId", "InvalidAccessKeyIdError"),
        ("RequestTimeout", "UploadTimeoutError"),
        ("KeyTooLongError", "InvalidFilePathError"),
        ("SomethingNew", "UploadFailureError"),
    ],
)
def test_refusals_have_the_references_classes(objects: FakeObjects, code: str, error_class: str) -> None:
    objects.failures = [S3Says(code)]
    with pytest.raises(OutputError) as caught:
        destination(objects).put_stream("a", lambda: iter([b"x"]))
    assert caught.value.error_class == error_class


@pytest.mark.parametrize(
    ("code", "error_class"),
    [
        ("AccessDenied", "UploadAccessDeniedError"),
        ("SignatureDoesNotMatch", "InvalidUsernameOrPasswordError"),
        ("InvalidAccessKeyId", "InvalidAccessKeyIdError"),
        ("NoSuchBucket", "S3BucketNotFoundError"),
    ],
)
def test_refusals_of_the_customers_own_credentials_blame_them(
    objects: FakeObjects, code: str, error_class: str
) -> None:
    objects.failures = [S3Says(code)]
    place = open_destination("s3://KEY:s3cret@films/film.mp4", objects, by_customer=True)
    with pytest.raises(OutputError) as caught:
        place.put_stream("a", lambda: iter([b"x"]))
    assert caught.value.error_class == error_class
    assert "role" not in caught.value.message
    assert "s3cret" not in caught.value.message


def test_the_sources_own_failures_are_not_the_destinations(objects: FakeObjects) -> None:
    def body() -> Iterator[bytes]:
        yield b"x"
        raise InputError("TruncatedFileError", "short")

    with pytest.raises(InputError):
        destination(objects).put_stream("a", body())


def test_progress_never_goes_back(objects: FakeObjects) -> None:
    objects.failures, seen = [TryAgain("one")], list[int]()
    body = [b"x" * 10] * 5
    destination(objects).put_stream("a", lambda: iter(body), on_bytes=lambda done: seen.append(done) or True)
    assert seen == sorted(seen)
    assert seen[-1] == 50


def test_false_from_on_bytes_cancels(objects: FakeObjects) -> None:
    with pytest.raises(Cancelled):
        destination(objects).put_stream("a", iter([b"x"] * 5), on_bytes=lambda done: done < 3)
    assert objects.buckets["films"] == {}


@pytest.mark.parametrize("url", ["ftp://user:s3cret@h/a", "https://h/a", "s3://bucket", "/tmp/a", ""])
def test_urls_that_cannot_be_delivered_to(objects: FakeObjects, url: str) -> None:
    with pytest.raises(OutputError) as caught:
        open_destination(url, objects)
    assert caught.value.error_class == "InvalidFilePathError"
    assert "s3cret" not in caught.value.message


def test_opens_by_scheme(objects: FakeObjects) -> None:
    for url in ("s3://films/a", "S3://films/a", "s3+eu-west-1://films/a"):
        assert open_destination(url, objects).put_stream("b", iter([b"x"])).url == "s3://films/b"
