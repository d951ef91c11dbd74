"""Keeps moto's S3 object bytes in files instead of memory: where the files lie and the moto classes that know them.

Deals with one object at a time. What HTTP says about objects is in objects.py.
"""

from __future__ import annotations

import codecs
import hashlib
import os
import shutil
import threading
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO

import moto.s3.models as s3
from moto.s3.exceptions import EntityTooSmall, InvalidPart, MalformedXML
from moto.settings import S3_UPLOAD_PART_MIN_SIZE

BLOCK = 1 << 20


@dataclass(frozen=True)
class StoredBytes:
    """The bytes of one object or part: a file that belongs to exactly one moto key. `md5` is hex."""

    path: Path
    size: int
    md5: str


class Exchange(threading.local):
    """What passes between the HTTP side and moto's keys within one request, both ways, in this thread."""

    incoming: StoredBytes | None = None  # a body already on disk, for the key moto is about to make
    handing_over: bool = False  # moto's read of a value is answered by reference, not by bytes
    outgoing: BinaryIO | None = None  # the file of the value moto read, opened before anyone can delete it


exchange = Exchange()


class ObjectFiles:
    """A directory with one file per object; names are random, moto's keys know them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        shutil.rmtree(root, ignore_errors=True)
        root.mkdir(parents=True)

    def write(self, blocks: Iterable[bytes]) -> StoredBytes:
        """Write a body to a new file. On failure nothing stays behind."""
        path, digest, size = self._new_path(), hashlib.md5(usedforsecurity=False), 0
        try:
            with path.open("wb", buffering=0) as file:
                for block in blocks:
                    digest.update(block)
                    size += len(block)
                    while block:  # an unbuffered write may be short
                        block = block[file.write(block) :]
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return StoredBytes(path, size, digest.hexdigest())

    def copy(self, source: StoredBytes) -> StoredBytes:
        """The same bytes under a second name: no data moves where the file system can link."""
        path = self._new_path()
        try:
            os.link(source.path, path)
        except OSError:
            shutil.copyfile(source.path, path)
        return StoredBytes(path, source.size, source.md5)

    def join(self, parts: list[StoredBytes], etag: str) -> StoredBytes:
        """One file of all parts in order."""
        path = self._new_path()
        try:
            with path.open("wb") as whole:
                for part in parts:
                    with part.path.open("rb") as file:
                        shutil.copyfileobj(file, whole, BLOCK)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return StoredBytes(path, sum(part.size for part in parts), etag)

    def _new_path(self) -> Path:
        return self.root / uuid.uuid4().hex


class ValueReference(bytes):
    """Stands for an object's bytes while moto passes them from one key to another."""

    stored: StoredBytes

    def __new__(cls, stored: StoredBytes) -> ValueReference:
        reference = super().__new__(cls)
        reference.stored = stored
        return reference

    def __len__(self) -> int:
        return self.stored.size

    def __getitem__(self, part: Any) -> bytes:  # type: ignore[override]
        """A range of the bytes, for UploadPartCopy with a range: at most one part long."""
        with self.stored.path.open("rb") as file:
            start, stop, _ = part.indices(self.stored.size)
            file.seek(start)
            return file.read(max(0, stop - start))


class DiskKey(s3.FakeKey):
    """moto's object, with its value in a file of `files`."""

    files: ObjectFiles
    stored: StoredBytes

    @property
    def value(self) -> bytes:
        if not exchange.handing_over:
            return self.stored.path.read_bytes()
        exchange.outgoing = self.stored.path.open("rb")
        return ValueReference(self.stored)

    @value.setter
    def value(self, new: bytes | str | ValueReference) -> None:
        incoming, exchange.incoming = exchange.incoming, None
        if incoming is not None:
            self.stored = incoming
        elif isinstance(new, ValueReference):
            self.stored = self.files.copy(new.stored)
        elif isinstance(new, Joined):
            self.stored = new.stored
        else:
            self.stored = self.files.write([new.encode() if isinstance(new, str) else bytes(new)])
        self.contentsize = self.stored.size

    @property
    def etag(self) -> str:
        return f'"{self._etag or self.stored.md5}"'

    def dispose(self, garbage: bool = False) -> None:
        # Only moto's own dispose calls delete: moto also makes passing copies of keys (list_object_versions).
        if not garbage:
            self.stored.path.unlink(missing_ok=True)
        super().dispose()

    def __del__(self) -> None:
        self._value_buffer.close()

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name not in ("_value_buffer", "lock")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._value_buffer = SpooledTemporaryFile()  # noqa: SIM115 - as moto
        self.lock = threading.Lock()


class Joined(bytes):
    """The finished bytes of a multipart upload on their way to the key that will own them."""

    stored: StoredBytes


class DiskMultipart(s3.FakeMultipart):
    """moto's multipart upload, joined file to file."""

    files: ObjectFiles

    def complete(self, body: Iterator[tuple[int, str]]) -> tuple[bytes, str, tuple[str, str, int] | None]:
        """S3's rules as moto has them; the checksums of whole uploads are not computed."""
        chosen: list[DiskKey] = []
        for number, etag in body:
            part = self.parts.get(number)
            if not isinstance(part, DiskKey) or part.etag.strip('"') != etag.strip('"'):
                raise InvalidPart()
            if chosen and chosen[-1].contentsize < S3_UPLOAD_PART_MIN_SIZE:
                raise EntityTooSmall()
            chosen.append(part)
        if not chosen:
            raise MalformedXML
        md5s = b"".join(codecs.decode(part.stored.md5, "hex") for part in chosen)
        etag = f"{hashlib.md5(md5s, usedforsecurity=False).hexdigest()}-{len(chosen)}"
        joined = Joined()
        joined.stored = self.files.join([part.stored for part in chosen], etag)
        return joined, etag, None


_MOTO_OWN = (s3.FakeKey, s3.FakeMultipart)


def uninstall() -> None:
    """Give moto its own S3 objects back: the process may go on to use it otherwise."""
    s3.FakeKey, s3.FakeMultipart = _MOTO_OWN  # type: ignore[misc]


def install(root: Path) -> ObjectFiles:
    """Make moto keep every S3 object of this process under `root`, which is emptied."""
    files = ObjectFiles(root)
    DiskKey.files = DiskMultipart.files = files
    s3.FakeKey, s3.FakeMultipart = DiskKey, DiskMultipart  # type: ignore[misc]
    return files
