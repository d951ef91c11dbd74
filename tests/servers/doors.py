"""Every kind of storage as a customer of a service has it: a URL to write down, and files to put and look at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

import boto3
from botocore.config import Config

from stepcoder.storage import Secret
from tests.servers.file_servers import Server
from tests.servers.object_stores import Store
from tests.servers.swift import SwiftServer


@dataclass(frozen=True)
class Door:
    """A directory, whose URL ends in "/". `put` and `get` take names below it, and go past the code under test."""

    scheme: str
    host: str  # of the server, with its port
    home: str  # as URLs have it, with the directory
    login: Secret
    put: Callable[[str, bytes], object]
    get: Callable[[str], bytes]

    @property
    def url(self) -> str:
        """With the login."""
        return self.url_of(self.login)

    @property
    def bare_url(self) -> str:
        return f"{self.scheme}://{self.home}"

    def url_of(self, login: Secret) -> str:
        user, secret = quote(login.user, safe=""), quote(login.secret, safe="")
        return f"{self.scheme}://{user}:{secret}@{self.home}"


def file_server_door(server: Server) -> Door:
    def put(name: str, body: bytes) -> None:
        (server.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (server.folder / name).write_bytes(body)

    host = f"127.0.0.1:{server.port}"
    home, login = f"{host}/{server.path}/", Secret("u", "p")
    return Door(server.scheme, host, home, login, put, lambda name: (server.folder / name).read_bytes())


def store_door(store: Store) -> Door:
    return Door(
        store.scheme,
        store.host,
        f"{store.home}/",
        store.login,
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
        f"{bucket}/",
        Secret(swift.user, swift.key),
        lambda name, body: client.put_object(Bucket=bucket, Key=name, Body=body),
        lambda name: client.get_object(Bucket=bucket, Key=name)["Body"].read(),  # type: ignore[no-any-return]
    )
