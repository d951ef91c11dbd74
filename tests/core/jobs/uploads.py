"""An account with an upload bucket in an AWS in this process: puts files and tells of them. No checks."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass, field
from typing import Any

from stepcoder import runtime
from stepcoder.accounts import create_account
from stepcoder.jobs.dropping import drop
from stepcoder.records.model import Input, Job, Output
from stepcoder.uploads.events import Upload
from tests.cloud import Cloud

BUCKET = "upload-bucket"


@dataclass
class Uploader:
    cloud: Cloud
    account_id: int = 0
    _sequence: Any = field(default_factory=lambda: itertools.count(0x61000000))

    def __post_init__(self) -> None:
        self.account_id = self.new_account("ada@example.com")

    def new_account(self, email: str) -> int:
        return create_account({"email": email, "terms_of_service": "1", "password": "p"}).account.id

    def key(self, name: str) -> str:
        return f"accounts/{self.account_id}/{name}"

    def put(self, name: str, content: bytes = b"film", **metadata: str) -> Upload:
        """The event of a file put into the account's folder."""
        return self.put_key(self.key(name), content, **metadata)

    def put_key(self, key: str, content: bytes = b"film", **metadata: str) -> Upload:
        given = {name.replace("_", "-"): value for name, value in metadata.items()}
        answer = runtime.client("s3").put_object(Bucket=BUCKET, Key=key, Body=content, Metadata=given)
        return Upload(BUCKET, key, answer["ETag"].strip('"'), "", f"{next(self._sequence):016X}")

    def settings(self, name: str, value: object) -> None:
        """A file of settings; text and bytes as they are."""
        content = value if isinstance(value, bytes) else value.encode() if isinstance(value, str) else None
        self.put(name, content if content is not None else json.dumps(value).encode())

    def drop(self, name: str = "film.mp4", **metadata: str) -> str:
        """Put a file and tell of it: what was found."""
        return drop(self.put(name, **metadata))

    def jobs(self, account_id: int | None = None) -> list[Job]:
        """The account's jobs, oldest first."""
        return self.cloud.records.jobs(account_id or self.account_id)[::-1]

    def only(self) -> tuple[Job, Input, list[Output]]:
        (job,) = self.jobs()
        return job, self.cloud.records.input(job.input_id), self.cloud.records.outputs(job)

    def request(self) -> dict[str, Any]:
        return self.cloud.records.request(self.only()[0].id)
