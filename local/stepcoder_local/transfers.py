"""Moves files between this machine and the service's buckets or web addresses, streamed. Decides nothing about jobs."""

from __future__ import annotations

import contextlib
import re
import shutil
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from botocore.exceptions import EndpointConnectionError

from .ready import Ready

_URI_ATTRIBUTE = re.compile(r'URI="([^"]+)"')
LARGEST_PLAYLIST = 16 << 20


class Buckets:
    """The S3 of a service on this machine."""

    def __init__(self, ready: Ready) -> None:
        import boto3
        from botocore.config import Config

        self.client: Any = boto3.client(
            "s3",
            endpoint_url=ready.s3_endpoint,
            region_name=ready.region,
            aws_access_key_id=ready.access_key_id,
            aws_secret_access_key=ready.secret_access_key,
            config=Config(s3={"addressing_style": "path"}, request_checksum_calculation="when_required"),
        )

    def upload(self, path: Path, bucket: str, key: str, on_bytes: Callable[[int], None]) -> None:
        self.client.upload_file(str(path), bucket, key, Callback=on_bytes)

    def download_all(self, bucket: str, prefix: str, directory: Path) -> list[Path]:
        """Everything under a prefix, below `directory` under the same names."""
        found = []
        for key in self._keys(bucket, prefix):
            path = inside(directory, key[len(prefix) :])
            path.parent.mkdir(parents=True, exist_ok=True)
            self.client.download_file(bucket, key, str(path))
            found.append(path)
        return sorted(found)

    def delete_all(self, bucket: str, prefix: str) -> None:
        """Everything under a prefix, unless the service is gone, and its objects with it."""
        with contextlib.suppress(EndpointConnectionError):
            self._delete_all(bucket, prefix)

    def _delete_all(self, bucket: str, prefix: str) -> None:
        for key in self._keys(bucket, prefix):
            self.client.delete_object(Bucket=bucket, Key=key)

    def _keys(self, bucket: str, prefix: str) -> list[str]:
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        return [item["Key"] for page in pages for item in page.get("Contents", [])]


def download_url(url: str, directory: Path) -> list[Path]:
    """A file by http(s); a playlist with everything it names, kept in the same shape."""
    base = url.rsplit("/", 1)[0] + "/"
    found: list[Path] = []
    waiting = [url]
    seen: set[str] = set()
    while waiting:
        one = waiting.pop()
        if one in seen or not one.startswith(("http://", "https://")):
            continue
        seen.add(one)
        name = one[len(base) :] if one.startswith(base) else urlsplit(one).path.rsplit("/", 1)[-1]
        path = inside(directory, unquote(urlsplit(name).path))
        path.parent.mkdir(parents=True, exist_ok=True)
        with urllib.request.urlopen(one, timeout=60) as response, path.open("wb") as file:  # noqa: S310 - checked above
            shutil.copyfileobj(response, file, 1 << 20)
        found.append(path)
        if path.suffix == ".m3u8" and path.stat().st_size < LARGEST_PLAYLIST:
            waiting += [urljoin(one, reference) for reference in references(path.read_text(errors="replace"))]
    return sorted(found)


def references(playlist: str) -> Iterator[str]:
    """What an HLS playlist names: media lines and URI attributes."""
    for line in playlist.splitlines():
        if line.startswith("#"):
            yield from _URI_ATTRIBUTE.findall(line)
        elif line.strip():
            yield line.strip()


def inside(directory: Path, name: str) -> Path:
    """`directory`/`name`. Raises ValueError when that would be elsewhere."""
    path = (directory / name.lstrip("/")).resolve()
    if not path.is_relative_to(directory.resolve()) or path == directory.resolve():
        raise ValueError(f"{name!r} is not a name below {directory}")
    return path
