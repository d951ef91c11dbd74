"""The `aws-chunked` body encoding of S3 uploads, with or without signatures and trailers, decoded as a stream.

Signatures of chunks are not checked: the only signer is on this machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from .http_server import Environ

BLOCK = 1 << 20


class MalformedChunks(Exception):
    """The body is not valid aws-chunked."""


def is_chunked(environ: Environ) -> bool:
    """Whether the request's body is aws-chunked."""
    return environ.get("HTTP_X_AMZ_CONTENT_SHA256", "").startswith("STREAMING-") or (
        "aws-chunked" in environ.get("HTTP_CONTENT_ENCODING", "")
    )


def decode(body: BinaryIO, trailers: dict[str, str]) -> Iterator[bytes]:
    """The bytes inside; afterwards `trailers` holds the trailing headers, names in lower case."""
    while size := _chunk_size(body.readline(4096)):
        while size > 0:
            block = body.read(min(size, BLOCK))
            if not block:
                raise MalformedChunks("the body ends inside a chunk")
            size -= len(block)
            yield block
        if body.readline(4).strip():
            raise MalformedChunks("a chunk is longer than it says")
    while line := body.readline(8192).strip():
        name, _, value = line.decode("latin-1").partition(":")
        trailers[name.strip().lower()] = value.strip()


def _chunk_size(line: bytes) -> int:
    try:
        return int(line.split(b";", 1)[0].strip(), 16)
    except ValueError:
        raise MalformedChunks("a chunk does not begin with its size") from None
