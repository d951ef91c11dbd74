from __future__ import annotations

import io

import pytest

from stepcoder_local.aws_chunked import MalformedChunks, decode


def decoded(body: bytes) -> tuple[bytes, dict[str, str]]:
    trailers: dict[str, str] = {}
    return b"".join(decode(io.BytesIO(body), trailers)), trailers


def test_chunks_are_joined_and_trailers_kept() -> None:
    body = b"5\r\nhello\r\n6;chunk-signature=ab\r\n world\r\n0\r\nx-amz-checksum-crc32: AAAAAA==\r\n\r\n"

    assert decoded(body) == (b"hello world", {"x-amz-checksum-crc32": "AAAAAA=="})


def test_an_empty_body_has_one_chunk() -> None:
    assert decoded(b"0\r\n\r\n") == (b"", {})


@pytest.mark.parametrize("body", [b"", b"zz\r\n", b"9\r\nabc", b"2\r\nabcd\r\n0\r\n\r\n"])
def test_a_broken_body_is_refused(body: bytes) -> None:
    with pytest.raises(MalformedChunks):
        decoded(body)
