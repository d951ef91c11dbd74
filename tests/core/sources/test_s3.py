from __future__ import annotations

from dataclasses import replace

import pytest

from stepcoder.errors import InputError, TryAgain
from stepcoder.sources.s3 import S3Source
from stepcoder.storage import Place, Secret
from tests.core.sources.fakes import FakeObjects, S3Says

FILM = bytes(range(256)) * 40
PLACE = Place("s3", "films", "a/b?.mp4", Secret("KEY", "s3cret"))


@pytest.fixture
def objects() -> FakeObjects:
    fake = FakeObjects("films")
    fake.buckets["films"]["a/b?.mp4"] = FILM
    return fake


def test_reads_ranges(objects: FakeObjects) -> None:
    source = S3Source(PLACE, objects)
    assert (source.size, source.etag, source.supports_ranges) == (len(FILM), "one", True)
    assert source.read_range(10, 5000) == FILM[10:5010]
    assert source.read_range(len(FILM) - 5, 100) == FILM[-5:]
    assert source.read_range(len(FILM), 100) == b""
    assert b"".join(source.stream()) == FILM
    assert b"".join(source.stream(5, 10)) == FILM[5:15]


def test_a_region_in_the_scheme_is_accepted(objects: FakeObjects) -> None:
    assert S3Source(replace(PLACE, scheme="s3+eu-central-1"), objects).size == len(FILM)


@pytest.mark.parametrize(
    ("url", "error_class"),
    [
        ("s3://films/missing.mp4", "FileNotFoundError"),
        ("s3://no-such-bucket/a.mp4", "S3BucketNotFoundError"),
    ],
)
def test_what_is_not_there(objects: FakeObjects, url: str, error_class: str) -> None:
    with pytest.raises(InputError) as caught:
        S3Source(Place.read(url), objects)
    assert caught.value.error_class == error_class


@pytest.mark.parametrize(
    ("code", "error_class"),
    [
        ("403", "DownloadAccessDeniedError"),
        ("AccessDenied", "DownloadAccessDeniedError"),
        ("InvalidAccessKeyId", "InvalidAccessKeyIdError"),
        ("NoSuchBucket", "S3BucketNotFoundError"),
        ("InvalidObjectState", "DownloadAccessDeniedError"),
        ("PermanentRedirect", "FilePermanentlyMovedError"),
        ("SomethingNew", "DownloadFailureError"),
    ],
)
def test_refusals_have_the_references_classes(objects: FakeObjects, code: str, error_class: str) -> None:
    objects.failures.append(S3Says(code))
    with pytest.raises(InputError) as caught:
        S3Source(PLACE, objects)
    assert caught.value.error_class == error_class


def test_a_refusal_while_reading_is_an_input_error_too(objects: FakeObjects) -> None:
    source = S3Source(PLACE, objects)
    objects.failures.append(S3Says("PreconditionFailed"))
    with pytest.raises(InputError, match="changed"):
        source.read_range(0, 10)


def test_a_pinned_version_is_held_to(objects: FakeObjects) -> None:
    S3Source(PLACE, objects, pinned="one")
    with pytest.raises(InputError, match="changed"):
        S3Source(PLACE, objects, pinned="zero")


def test_passing_faults_stay_passing(objects: FakeObjects) -> None:
    objects.failures.append(TryAgain("throttled"))
    with pytest.raises(TryAgain):
        S3Source(PLACE, objects)


def test_an_object_that_shrank_is_truncated(objects: FakeObjects) -> None:
    source = S3Source(PLACE, objects)
    objects.buckets["films"]["a/b?.mp4"] = FILM[:100]
    with pytest.raises(InputError) as caught:
        source.read_range(0, 1000)
    assert caught.value.error_class == "TruncatedFileError"


@pytest.mark.parametrize(
    ("code", "error_class"),
    [
        ("403", "DownloadAccessDeniedError"),
        ("AccessDenied", "DownloadAccessDeniedError"),
        ("InvalidAccessKeyId", "InvalidAccessKeyIdError"),
        ("SignatureDoesNotMatch", "InvalidUsernameOrPasswordError"),
        ("NoSuchBucket", "S3BucketNotFoundError"),
    ],
)
def test_refusals_of_the_customers_own_credentials_blame_them(
    objects: FakeObjects, code: str, error_class: str
) -> None:
    objects.failures.append(S3Says(code))
    with pytest.raises(InputError) as caught:
        S3Source(PLACE, objects, by_customer=True)
    assert caught.value.error_class == error_class
    assert "role" not in caught.value.message
    assert "s3cret" not in caught.value.message


def test_why_a_look_was_refused_is_asked_with_a_read(objects: FakeObjects) -> None:
    """The answer to a HEAD has no body: S3 says 403 for an unknown key, a wrong secret and a missing permission."""
    objects.failures += [S3Says("403"), S3Says("SignatureDoesNotMatch")]
    with pytest.raises(InputError) as caught:
        S3Source(PLACE, objects, by_customer=True)
    assert caught.value.error_class == "InvalidUsernameOrPasswordError"


def test_a_login_in_the_url_is_not_shown(objects: FakeObjects) -> None:
    assert S3Source(PLACE, objects, by_customer=True).url == "s3://films/a/b%3F.mp4"


@pytest.mark.parametrize(
    ("code", "error_class"),
    [
        ("AccessDenied", "DownloadAccessDeniedError"),
        ("SignatureDoesNotMatch", "InvalidUsernameOrPasswordError"),
        ("InvalidSecurity", "InvalidUsernameOrPasswordError"),
        ("NoSuchBucket", "FileNotFoundError"),
        ("SomethingNew", "DownloadFailureError"),
    ],
)
def test_google_s_refusals_are_told_as_google_s(objects: FakeObjects, code: str, error_class: str) -> None:
    objects.failures.append(S3Says(code))
    with pytest.raises(InputError) as caught:
        S3Source(replace(PLACE, scheme="gcs"), objects, by_customer=True)
    assert caught.value.error_class == error_class
    assert "S3" not in caught.value.message
