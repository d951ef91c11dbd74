from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepcoder.storage import TYPES, Place, Secret, is_access_key, types_for


def test_a_secret_is_not_printed() -> None:
    secret = Secret("AKIAEXAMPLE", "s3cret")
    assert "s3cret" not in f"{secret} {secret!r} {[secret]} {secret=}"


@pytest.mark.parametrize(
    ("scheme", "types"),
    [
        ("s3", ("s3",)),
        ("s3+eu-west-1", ("s3",)),
        ("S3", ("s3",)),
        ("cf+uk", ("cf",)),
        ("ftp", ("ftp",)),
        ("ftps", ("ftps", "ftp")),
        ("sftp", ("sftp",)),
        ("https", ()),
        ("", ()),
        ("rtmp", ()),
    ],
)
def test_which_credentials_open_which_urls(scheme: str, types: tuple[str, ...]) -> None:
    assert types_for(scheme) == types
    assert set(types) <= set(TYPES)


@pytest.mark.parametrize(("user", "good"), [("AKIA1234", True), ("a b", False), ("a\nb", False), ("", False)])
def test_access_keys_fit_into_a_header(user: str, good: bool) -> None:
    assert is_access_key(user) is good


# --- places ---

HOMES = st.text(st.characters(codec="utf-8", exclude_categories=("Cc",), exclude_characters="/"), min_size=1)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=60)
LOGINS = st.none() | st.builds(Secret, TEXTS.filter(bool), TEXTS)


@given(scheme=st.sampled_from(["s3", "cf+uk", "azure", "sftp"]), home=HOMES, path=TEXTS, login=LOGINS)
def test_a_place_survives_being_written(scheme: str, home: str, path: str, login: Secret | None) -> None:
    place = Place(scheme, home, path, login, "sv=1&sig=a%2B" if scheme == "azure" else None)
    assert Place.read(place.target) == place


def test_only_what_ends_a_path_is_encoded() -> None:
    assert Place("s3", "my.bucket", "a b/%20/?#+é").url == "s3://my.bucket/a b/%20/%3F%23+é"
    assert Place("s3", "my.bucket", "a%3Fb").url == "s3://my.bucket/a%253Fb"


@pytest.mark.parametrize("target", ["", "s3://", "film.mp4", "//bucket/key"])
def test_what_names_no_place_is_refused(target: str) -> None:
    with pytest.raises(ValueError, match="not the address"):
        Place.read(target)


def test_neither_login_nor_signature_are_shown() -> None:
    place = Place("azure", "films", "a.mp4", Secret("joe", "s3cret"), "sv=1&sig=s1gnature")
    assert place.url == "azure://films/a.mp4"
    assert "s3cret" not in repr(place)
    assert "s1gnature" not in repr(place)


def test_files_beside_a_place() -> None:
    place = Place("ftp", "host:21", "dir/film.m3u8", Secret("joe", "x"))
    assert place.beside("film-00001.ts").target == "ftp://joe:x@host:21/dir/film-00001.ts"
    assert place.beside("sub/a").path == "dir/sub/a"
    assert (place.name, place.family, place.region) == ("film.m3u8", "ftp", None)
    assert Place("cf+uk", "c", "a").region == "uk"
