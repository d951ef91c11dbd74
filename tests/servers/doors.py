"""Every kind of storage as a customer of a service has it: a URL to write down, and files to put and look at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

import boto3
from botocore.config import Config

from tests.servers.file_servers import Server
from tests.servers.object_stores import Store
from tests.servers.swift import SwiftServer


@dataclass(frozen=True)
class Door:
    """`url` of a directory ends in "/". `put` and `get` take names below it, and go past the code under test."""

    scheme: str
    host: str  # of the server, with its port
    url: str
    put: Callable[[str, bytes], object]
    get: Callable[[str], bytes]


def file_server_door(server: Server) -> Door:
    def put(name: str, body: bytes) -> None:
        (server.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (server.folder / name).write_bytes(body)

    host = f"127.0.0.1:{server.port}"
    url = f"{server.scheme}://u:p@{host}/{server.path}/"
    return Door(server.scheme, host, url, put, lambda name: (server.folder / name).read_bytes())


def store_door(store: Store) -> Door:
    login = f"{quote(store.login.user, safe='')}:{quote(store.login.secret, safe='')}"
    return Door(
        store.scheme,
        store.host,
        f"{store.scheme}://{login}@{store.home}/",
        lambda name, body: store.container.put(name, body, "application/octet-stream"),
        store.container.get,
    )


def google_door(swift: SwiftServer, bucket: str) -> Door:
    """Swift's S3 protocol in the place of Google's, which is the same one with HMAC keys."""
    client = boto3.client(
        "s3",
        endpoint_url=swift.s3_endpoint,
        region_name="us-east-1",
        aws_access_key_id=swift.user,
        aws_secret_access_key=swift.key,
        config=Config(s3={"addressing_style": "path"}, request_checksum_calculation="when_required"),
    )
    client.create_bucket(Bucket=bucket)
    return Door(
        "gcs",
        swift.host,
        f"gcs://{quote(swift.user, safe='')}:{quote(swift.key, safe='')}@{bucket}/",
        lambda name, body: client.put_object(Bucket=bucket, Key=name, Body=body),
        lambda name: client.get_object(Bucket=bucket, Key=name)["Body"].read(),  # type: ignore[no-any-return]
    )
