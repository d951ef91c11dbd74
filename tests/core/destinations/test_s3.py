"""Delivery to buckets, S3 played by a fake."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from stepcoder.destinations.protocol import Grant, Sending
from stepcoder.destinations.s3 import S3Destination
from stepcoder.errors import InputError, OutputError, TryAgain
from stepcoder.net.tries import PassingFault
from stepcoder.storage import Place
from tests.core.sources.fakes import FakeObjects, S3Says

SENDING = Sending("video/mp4")


@pytest.fixture
def objects() -> FakeObjects:
    return FakeObjects("films")


def destination(objects: FakeObjects, scheme: str = "s3", **more: object) -> S3Destination:
    return S3Destination(Place(scheme, "films", ""), objects, **more)  # type: ignore[arg-type]


def put(where: S3Destination, path: str = "a", sending: Sending = SENDING) -> int:
    return where.put(path, iter([b"one", b"two"]), sending, lambda count: None)


def test_a_path_is_the_key(objects: FakeObjects) -> None:
    assert put(destination(objects), "out/a?b#c.mp4") == 6
    assert objects.buckets["films"] == {"out/a?b#c.mp4": b"onetwo"}
    assert objects.options["out/a?b#c.mp4"]["ContentType"] == "video/mp4"


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
def test_what_another_try_may_mend(objects: FakeObjects, cause: Exception, error_class: str) -> None:
    passing = TryAgain("busy")
    passing.__cause__ = cause
    objects.failures = [passing]
    with pytest.raises(PassingFault) as caught:
        put(destination(objects))
    assert caught.value.failure.error_class == error_class


@pytest.mark.parametrize(
    ("code", "error_class"),
    [
        ("AllAccessDisabled", "UploadAccessDeniedError"),
        ("Forbidden", "UploadAccessDeniedError"),
        ("NoSuchBucket", "S3BucketNotFoundError"),
        ("InvalidAccessKeyId", "InvalidAccessKeyIdError"),
        ("RequestTimeout", "UploadTimeoutError"),
        ("KeyTooLongError", "InvalidFilePathError"),
        ("UnresolvableGrantByEmailAddress", "TransferInvalidGranteeIdError"),
        ("SomethingNew", "UploadFailureError"),
    ],
)
def test_refusals_have_the_references_classes(objects: FakeObjects, code: str, error_class: str) -> None:
    objects.failures = [S3Says(code)]
    with pytest.raises(OutputError) as caught:
        put(destination(objects))
    assert caught.value.error_class == error_class


@pytest.mark.parametrize(
    ("code", "error_class"),
    [
        ("Forbidden", "UploadAccessDeniedError"),
        ("SignatureDoesNotMatch", "InvalidUsernameOrPasswordError"),
        ("InvalidAccessKeyId", "InvalidAccessKeyIdError"),
        ("NoSuchBucket", "S3BucketNotFoundError"),
    ],
)
@pytest.mark.parametrize("scheme", ["s3", "gcs"])
def test_refusals_of_the_customers_own_credentials_blame_them(
    objects: FakeObjects, scheme: str, code: str, error_class: str
) -> None:
    objects.failures = [S3Says(code)]
    with pytest.raises(OutputError) as caught:
        put(destination(objects, scheme, by_customer=True))
    if scheme == "s3":
        assert caught.value.error_class == error_class
    else:
        assert "Google Cloud Storage" in caught.value.message or "HMAC" in caught.value.message
    assert "role" not in caught.value.message


def test_the_sources_own_failures_are_not_the_destinations(objects: FakeObjects) -> None:
    def body() -> Iterator[bytes]:
        yield b"x"
        raise InputError("TruncatedFileError", "short")

    with pytest.raises(InputError):
        destination(objects).put("a", body(), SENDING, lambda count: None)


def test_a_file_is_deleted(objects: FakeObjects) -> None:
    put(destination(objects))
    destination(objects).delete("a")
    assert objects.buckets["films"] == {}
    objects.failures = [TryAgain("busy"), S3Says("Forbidden")]
    with pytest.raises(PassingFault):
        destination(objects).delete("a")
    with pytest.raises(OutputError):
        destination(objects).delete("a")


# --- access lists ---


def test_the_owner_of_the_bucket_may_read_what_is_delivered(objects: FakeObjects) -> None:
    put(destination(objects))
    assert objects.options["a"]["ACL"] == "bucket-owner-full-control"


@pytest.mark.parametrize("code", ["AccessControlListNotSupported", "AccessDenied", "403"])
def test_the_usual_access_list_is_left_out_where_it_is_refused(objects: FakeObjects, code: str) -> None:
    said: list[str] = []
    objects.failures = [S3Says(code)]
    where = destination(objects, warn=said.append)
    with pytest.raises(PassingFault):
        put(where)
    assert put(where) == 6
    assert "ACL" not in objects.options["a"]
    assert said == []


def test_access_that_a_bucket_can_not_give_is_dropped_with_a_warning(objects: FakeObjects) -> None:
    said: list[str] = []
    objects.failures = [S3Says("AccessControlListNotSupported")]
    where = destination(objects, warn=said.append)
    with pytest.raises(PassingFault):
        put(where, sending=Sending(public=True))
    put(where, sending=Sending(public=True))
    assert "ACL" not in objects.options["a"]
    assert len(said) == 1
    assert "bucket owner enforced" in said[0]


def test_access_that_may_not_be_given_is_not_dropped_silently(objects: FakeObjects) -> None:
    objects.failures = [S3Says("AccessDenied")]
    with pytest.raises(OutputError) as caught:
        put(destination(objects), sending=Sending(grants=(Grant("READ", "id"),)))
    assert caught.value.error_class == "UploadAccessDeniedError"
