from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepcoder.net import BadUrl, Url, redact


@pytest.mark.parametrize(
    ("text", "origin", "target"),
    [
        ("http://Media.Example/a.mp4", "http://media.example:80", "/a.mp4"),
        ("https://media.example:8443", "https://media.example:8443", "/"),
        ("https://media.example?x=1#part", "https://media.example:443", "/?x=1"),
        (" http://media.example/my film.mp4 ", "http://media.example:80", "/my%20film.mp4"),
        ("http://media.example/%20a%2Fb?q=a+b", "http://media.example:80", "/%20a%2Fb?q=a+b"),
        ("http://média.example/é", "http://xn--mdia-bpa.example:80", "/%C3%A9"),
        ("http://[2001:DB8::1]:81/", "http://[2001:db8::1]:81", "/"),
        ("HTTP://h/", "http://h:80", "/"),
    ],
)
def test_reads_good_urls(text: str, origin: str, target: str) -> None:
    url = Url.parse(text)
    assert (url.origin, url.target) == (origin, target)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "media.example/a.mp4",
        "ftp://media.example/a",
        "file:///etc/passwd",
        "gopher://media.example/",
        "http:media.example",
        "http:///a",
        "http://",
        "http://:80/",
        "http://h:0/",
        "http://h:99999/",
        "http://h:x/",
        "http://h\r\nX: y/",
        "http://h/\r\nX: y",
        "http://h/a\x00b",
        "http://a\\b/",
        "http://a b/",
        "http://%6c/",
        "http://[::1/",
        "http://::1/",
        "http://[::1]x/",
        "http://[v1.x]/",
        "http://[fe80::1%25eth0]/",
        "http://a..b/",
        "http://-a/",
        "http://" + "a" * 9000,
    ],
)
def test_refuses_bad_urls(text: str) -> None:
    with pytest.raises(BadUrl):
        Url.parse(text)


def test_credentials_are_percent_decoded() -> None:
    url = Url.parse("https://us%40er:p%3Aw%2F%C3%A9@media.example/a")
    assert (url.username, url.password) == ("us@er", "p:w/é")
    assert url.authorization == "Basic " + base64.b64encode("us@er:p:w/é".encode()).decode()


def test_printing_a_url_hides_its_secrets() -> None:
    url = Url.parse("https://user:secret@media.example/a?token=hidden")
    for text in (str(url), repr(url)):
        assert "secret" not in text
        assert "hidden" not in text


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://media.example/a.mp4", "https://media.example/a.mp4"),
        ("https://user:secret@media.example/a.mp4", "https://***@media.example/a.mp4"),
        ("https://user@media.example/", "https://***@media.example/"),
        ("https://u:p@ss@media.example/", "https://***@media.example/"),
        ("https://h/a?X-Amz-Signature=abc&b=c", "https://h/a?X-Amz-Signature=***&b=***"),
        ("https://h/a?abc", "https://h/a?***"),
        ("https://h/a#token=1", "https://h/a"),
        ("http://user:12/x@media.example/", "http://***"),
        ("http://user:pa/x@media.example/", "http://***"),
        ("http://user:12#x@media.example/", "http://***"),
        ("http://user:1@2/x@media.example/", "http://***"),
        ("http://user:1@/x@media.example/", "http://***"),
        ("http://media.example/a@2x.png", "http://media.example/a@2x.png"),
        ("gcs://access:secret@bucket/key", "gcs://***@bucket/key"),
        ("s3://bucket/key", "s3://bucket/key"),
        ("user:secret@host", "***"),
        ("http://[::1", "http://***"),
    ],
)
def test_redacts(url: str, shown: str) -> None:
    assert redact(url) == shown


@given(
    user=st.text("abcXYZ", min_size=1),
    password=st.text("sS3-%:/?#@[]! ", min_size=1),
    scheme=st.sampled_from(["http", "ftp"]),
)
def test_a_password_never_survives_redaction(user: str, password: str, scheme: str) -> None:
    shown = redact(f"{scheme}://{user}:Q7Q{password}Q8Q@media.example/a")
    assert "Q7Q" not in shown
    assert "Q8Q" not in shown


@pytest.mark.parametrize(
    ("location", "lands", "keeps_credentials"),
    [
        ("/b", "http://h:80/b", True),
        ("c?x=1", "http://h:80/dir/c?x=1", True),
        ("http://h:80/b", "http://h:80/b", True),
        ("http://other/b", "http://other:80/b", False),
        ("//other/b", "http://other:80/b", False),
        ("https://h/b", "https://h:443/b", False),
        ("http://h:81/b", "http://h:81/b", False),
        ("http://x:y@other/b", "http://other:80/b", False),
        ("/caf\u00c3\u00a9", "http://h:80/caf%C3%A9", True),
    ],
)
def test_redirects_keep_credentials_within_the_origin(location: str, lands: str, keeps_credentials: bool) -> None:
    there = Url.parse("http://user:pw@h/dir/a").join(location)
    assert f"{there.origin}{there.target}" == lands
    assert (there.authorization is not None) is keeps_credentials


@pytest.mark.parametrize("location", ["file:///etc/passwd", "gopher://h/", "http://h:0/", "javascript:alert(1)"])
def test_redirects_to_other_schemes_are_refused(location: str) -> None:
    with pytest.raises(BadUrl):
        Url.parse("http://h/").join(location)
