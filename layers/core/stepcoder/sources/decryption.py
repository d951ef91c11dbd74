"""An encrypted source as the file inside it: a source itself, so that whatever copies sources copies this one too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from stepcoder.errors import InputError
from stepcoder.sources.ciphers import BLOCK, Way, ways
from stepcoder.sources.protocol import UNKNOWN_SIZE, RangedSource
from stepcoder.sources.signatures import looks_like_media
from stepcoder.sources.sniff import SNIFF_BYTES, refuse_non_media


def decrypted(source: RangedSource, method: str, key: bytes | None, password: str | None) -> Decrypted:
    """The file inside. Of the ways in which it may be encrypted (ciphers.py), the one by which media comes out, else
    the one by which valid padding does. Raises InputError InvalidEncryptionSettingsError, and what the source raises.
    """
    refuse_non_media(source)  # a page that asks for a login is better called that
    head = source.read_range(0, SNIFF_BYTES)
    for way in ways(method, head, key, password):
        if looks_like_media(_beginning(way, head)):
            return Decrypted(source, way)
    if looks_like_media(head):
        sentence = f"{source.url} is not encrypted. Leave out the settings for its decryption."
        raise InputError("InvalidEncryptionSettingsError", sentence)
    for way in ways(method, head, key, password):
        # One byte of padding comes by chance once in 256 times.
        if way.chained and source.supports_ranges and _padding(source, way) > 1:
            return Decrypted(source, way)
    raise InputError(
        "InvalidEncryptionSettingsError",
        f"{source.url} can't be decrypted with {method} and the key or password given: no media file comes out.",
    )


class Decrypted:
    """Reads like any source. Its size is unknown where the padding at the end can't be looked at first."""

    def __init__(self, source: RangedSource, way: Way) -> None:
        self._source, self._way = source, way
        self.url, self.etag, self.content_type = source.url, source.etag, source.content_type
        self.supports_ranges, self.costly_ranges = source.supports_ranges, source.costly_ranges
        self.size = UNKNOWN_SIZE
        if way.chained and source.size != UNKNOWN_SIZE and (source.size - way.skip) % BLOCK:
            raise _broken_off(source.url)
        if source.supports_ranges:
            self.size = source.size - way.skip - (_padding(source, way) if way.chained else 0)

    def read_range(self, offset: int, length: int) -> bytes:
        if self.supports_ranges:
            return b"".join(self.stream(offset, length))
        if offset + length > SNIFF_BYTES:
            raise ValueError("this source cannot be read by range; stage it first")
        head = self._source.read_range(0, SNIFF_BYTES)
        return _beginning(self._way, head)[offset : offset + length]

    def stream(self, offset: int = 0, length: int | None = None) -> Iterator[bytes]:
        if not self.supports_ranges:
            return self._whole()
        return self._part(offset, self.size if length is None else min(offset + length, self.size))

    def as_sent(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """The source's own bytes, from those that were decrypted: encrypting gives back what was sent."""
        yield self._source.read_range(0, self._way.skip)
        encryptor, size = self._way.encryptor(), 0
        for piece in pieces:
            size += len(piece)
            yield encryptor.update(piece)
        if self._way.chained and size + self._way.skip != self._source.size:
            padding = BLOCK - size % BLOCK
            yield encryptor.update(bytes([padding]) * padding)

    def _part(self, start: int, end: int) -> Iterator[bytes]:
        if end <= start:
            return
        block = start // BLOCK
        # A block of CBC takes the one before it, which is decrypted to nonsense and dropped.
        first = max(0, block - 1) if self._way.chained else block
        last = -(-end // BLOCK) * BLOCK if self._way.chained else end
        decryptor, drop, left = self._way.decryptor(first), start - first * BLOCK, end - start
        for piece in self._source.stream(self._way.skip + first * BLOCK, last - first * BLOCK):
            plain = decryptor.update(piece)
            kept = plain[drop : drop + left]
            drop = max(0, drop - len(plain))
            left -= len(kept)
            if kept:
                yield kept

    def _whole(self) -> Iterator[bytes]:
        decryptor, skip, held = self._way.decryptor(), self._way.skip, b""
        size = 0
        for piece in self._source.stream():
            size += len(piece)
            held += decryptor.update(piece[skip:])
            skip = max(0, skip - len(piece))
            # The last block has the padding; which one it is, is known when nothing follows.
            if len(held) > BLOCK:
                yield held[:-BLOCK]
                held = held[-BLOCK:]
        if self._way.chained and (size - self._way.skip) % BLOCK:
            raise _broken_off(self.url)
        yield held[: len(held) - _padding_of(held)] if self._way.chained else held


def _beginning(way: Way, head: bytes) -> bytes:
    whole_blocks = len(head) // BLOCK * BLOCK
    return way.decryptor().update(head[way.skip : whole_blocks if way.chained else len(head)])


def _padding(source: RangedSource, way: Way) -> int:
    """How many bytes at the end only fill the last block; 0 where nothing does."""
    size = source.size - way.skip
    if size < BLOCK or size % BLOCK:
        return 0
    blocks = source.read_range(source.size - min(size, 2 * BLOCK), 2 * BLOCK)
    return _padding_of(way.decryptor().update(blocks)[-BLOCK:])


def _padding_of(block: bytes) -> int:
    """PKCS #7. Files without it exist (`-nopad`), and are whole without."""
    with suppress(IndexError):
        count = block[-1]
        if 1 <= count <= len(block) and block.endswith(bytes([count]) * count):
            return count
    return 0


def _broken_off(url: str) -> InputError:
    return InputError(
        "InvalidEncryptionSettingsError",
        f"{url} can't be decrypted with AES-CBC: its size is not a multiple of {BLOCK} bytes. It may be cut off, or"
        " encrypted with another method.",
    )
