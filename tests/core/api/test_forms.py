"""One file out of a multipart/form-data body (RFC 7578)."""

from __future__ import annotations

import os

import pytest

from stepcoder.api.forms import is_form, part_of
from stepcoder.errors import MalformedBody

TYPE = 'multipart/form-data; boundary="a b"'


def body(*parts: tuple[str, bytes], boundary: str = "a b", end: bytes = b"--\r\n") -> bytes:
    made = b"".join(
        f"--{boundary}\r\nContent-Disposition: {head}\r\n\r\n".encode() + data + b"\r\n" for head, data in parts
    )
    return made + f"--{boundary}".encode() + end


def test_the_part_is_found_by_its_name_byte_for_byte() -> None:
    film = os.urandom(5000) + b"\r\n--a b no delimiter\r\n" + bytes(range(256))
    sent = body(("form-data; name=title", b"x"), ('form-data; name="file"; filename="t\xc3\xa4pe.mp4"', film))
    found = part_of(sent, TYPE, "file")
    assert found.content == film
    assert found.filename.endswith("pe.mp4")
    assert part_of(sent, TYPE, "title") == (b"x", "")


def test_what_comes_before_the_first_part_is_passed_over() -> None:
    assert part_of(b"preamble\r\n" + body(("form-data; name=file", b"y")), TYPE, "file").content == b"y"


@pytest.mark.parametrize(
    ("sent", "content_type"),
    [
        (b"", TYPE),
        (b"hello", TYPE),
        (body(("form-data; name=file", b"x"), end=b""), TYPE),
        (body(("form-data; name=file", b"x")), "multipart/form-data"),
        (body(("form-data; name=file", b"x")), f"multipart/form-data; boundary={'x' * 71}"),
        (body(("form-data; name=other", b"x")), TYPE),
        (b"--a b\r\n" * 1000, TYPE),
    ],
)
def test_what_is_no_form_with_the_part_is_refused(sent: bytes, content_type: str) -> None:
    with pytest.raises(MalformedBody):
        part_of(sent, content_type, "file")


def test_a_form_is_known_by_its_type() -> None:
    assert is_form("Multipart/Form-Data; boundary=x")
    assert not is_form("application/json") and not is_form(None)
