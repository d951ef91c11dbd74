"""Which place a customer's URL names, and what is wrong with it."""

from __future__ import annotations

import pytest

from stepcoder.request.addresses import InputUrl, OutputUrl
from stepcoder.request.place_rules import what_is_wrong
from stepcoder.request.places import place_of, signed, storage_scheme
from stepcoder.request.setting import Wrong
from stepcoder.storage import Place, Secret

LOGIN = Secret("joe", "p@ss/w:rd")


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("s3://bucket/a b%3F+%20.mp4", Place("s3", "bucket", "a b?+%20.mp4")),
        ("s3+eu-west-1://joe:p%40ss%2Fw%3Ard@bucket/k", Place("s3+eu-west-1", "bucket", "k", LOGIN)),
        ("S3://bucket/a@b", Place("s3", "bucket", "a@b")),
        ("https://s3.eu-west-1.amazonaws.com/bucket/a%20b", Place("s3", "bucket", "a b")),
        ("http://my.bucket.s3.amazonaws.com/a", Place("s3", "my.bucket", "a")),
        ("gcs://joe:p%40ss%2Fw%3Ard@bucket/a%20b%23", Place("gcs", "bucket", "a%20b#", LOGIN)),
        ("https://storage.googleapis.com/bucket/a%20b", Place("gcs", "bucket", "a b")),
        ("https://bucket.storage.googleapis.com/a", Place("gcs", "bucket", "a")),
        ("cf+uk://joe:p%40ss%2Fw%3Ard@my%20films/a%20b", Place("cf+uk", "my films", "a%20b", LOGIN)),
        ("azure://joe:p%40ss%2Fw%3Ard@films/dir/a.mp4", Place("azure", "films", "dir/a.mp4", LOGIN)),
        (
            "azure://joe@films/a.mp4?sv=1&sig=a%2Bb",
            Place("azure", "films", "a.mp4", Secret("joe", ""), "sv=1&sig=a%2Bb"),
        ),
        ("ftp://joe:p%40ss%2Fw%3Ard@Host:2121/dir/a%20b.mp4", Place("ftp", "host:2121", "dir/a b.mp4", LOGIN)),
        ("sftp://joe@host/%C3%BC%20%25.mov", Place("sftp", "host", "ü %.mov", Secret("joe", ""))),
        ("ftps://host//a", Place("ftps", "host", "/a")),
        ("https://host.example/a", None),
        ("gopher://host/a", None),
        ("cf+mars://c/a", None),
    ],
)
def test_the_place_a_url_names(url: str, place: Place | None) -> None:
    assert place_of(url) == place
    if place is not None:
        assert Place.read(place.target) == place
        assert "p@ss" not in place.url and "p%40ss" not in place.url and "sig" not in place.url


def test_the_scheme_that_credentials_are_for() -> None:
    assert storage_scheme("https://bucket.s3.amazonaws.com/a") == "s3"
    assert storage_scheme("https://storage.googleapis.com/b/a") == "gcs"
    assert storage_scheme("https://host.example/a") == "https"
    assert storage_scheme("cf+uk://c/a") == "cf+uk"


@pytest.mark.parametrize("query", ["Signature=x", "a=1&X-Amz-Signature=x", "X-Goog-Signature=x"])
def test_presigned_links_are_known_by_their_signature(query: str) -> None:
    assert signed(f"https://bucket.s3.amazonaws.com/a?{query}")
    assert not signed("https://bucket.s3.amazonaws.com/signature=x")


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("s3://b/a", "an s3 URL with the name of a bucket"),
        ("s3://key@bucket/a", "s3://key:secret@bucket/file"),
        ("gcs://access@bucket/a", "gcs://key:secret@bucket/file"),
        ("gcs://joe:se/cret@bucket/a", "the name of a bucket"),
        ("cf:///a", "the name of a container"),
        ("cf://joe@c/a", "cf://key:secret@container/file"),
        ("azure://acc:key@No_Container/a", "3 to 63 small letters"),
        ("azure://A:key@films/a", "3 to 24 small letters"),
        ("azure://account@films/a?what", "sv and sig"),
        ("azure://films/a?sv=1&sig=2", "names the account"),
        ("ftp://joe:se/cret@host/a", "a URL with a host"),
        ("sftp://host:0/a", "a URL with a host"),
        ("sftp://host:99999/a", "a URL with a host"),
        ("ftp://ho st/a", "a URL with a host"),
        ("ftps:///a", "a URL with a host"),
    ],
)
def test_a_place_that_no_such_storage_has(url: str, problem: str) -> None:
    place = place_of(url)
    assert place is not None
    assert problem in (what_is_wrong(place) or "")
    for kind in (InputUrl(), OutputUrl()):
        with pytest.raises(Wrong) as caught:
            kind.read(url)
        assert problem in caught.value.allowed


@pytest.mark.parametrize(
    "url",
    [
        "ftp://host/a.mov",
        "ftp://[::1]:2121/a.mov",
        "ftps://joe:x@host.example/dir/a.mov",
        "sftp://joe:x@host.example:2222/a.mov",
        "gcs://GOOG1:x@bucket/a.mov",
        "cf://joe:x@films/a.mov",
        "cf+ord://films/a.mov",
        "azure://account:key@films/a.mov",
        "azure://films/a.mov",
        "azure://account@films/a.mov",
        "azure://account@films/a.mov?sv=2020&sr=b&sig=x",
        "https://bucket.storage.googleapis.com/a.mov",
    ],
)
def test_every_scheme_is_taken_for_inputs_and_outputs(url: str) -> None:
    assert InputUrl().read(url) == url
    assert OutputUrl().read(url) == url


def test_percent_encoding_does_not_hide_a_climb() -> None:
    for url in ("ftp://host/a/%2e%2e/b", "sftp://host/%2e%2e/b", "ftp://host/a%0d%0aDELE b"):
        with pytest.raises(Wrong):
            OutputUrl().read(url)


def test_an_input_that_could_carry_commands_is_refused() -> None:
    with pytest.raises(Wrong):
        InputUrl().read("ftp://host/a%0d%0aDELE%20b.mov")
