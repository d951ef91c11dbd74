"""What the process was given: settings, AWS clients, a logger, the clock. No decisions, no AWS calls here.

Everything is made at first use, never at import: an API function that only answers 404 must not pay for an AWS client.
"""

from __future__ import annotations

import hashlib
import os
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, overload

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_stepfunctions import SFNClient

_clients: dict[str, Any] = {}
# S3 clients that sign with customers' credentials, by access key, digest of the secret and server, oldest first.
_signing_clients: dict[tuple[str, str, str | None], Any] = {}
_MOST_SIGNING_CLIENTS = 16
# Creating a botocore client is not thread-safe; using one is.
_clients_lock = threading.Lock()


@dataclass(frozen=True)
class Settings:
    """The environment, read once. A name that was not given to this function is the empty string."""

    table: str
    work_bucket: str
    output_bucket: str
    upload_bucket: str
    notification_queue_url: str
    state_machine_arn: str
    ffmpeg: str
    worker_vcpus: int
    allow_private_hosts: str
    unverified_ftps_hosts: str
    api_base_url: str
    rate_limits: str
    credentials_key: str
    azure_endpoint: str
    cloud_files_auth: str
    gcs_endpoint: str
    mail_from: str
    files_url: str
    legacy_tokens: bool


@cache
def settings() -> Settings:
    """The settings of this process. Raises ValueError when STEPCODER_WORKER_VCPUS is not a number."""
    read = os.environ.get
    return Settings(
        table=read("STEPCODER_TABLE", ""),
        work_bucket=read("STEPCODER_WORK_BUCKET", ""),
        output_bucket=read("STEPCODER_OUTPUT_BUCKET", ""),
        upload_bucket=read("STEPCODER_UPLOAD_BUCKET", ""),
        notification_queue_url=read("STEPCODER_NOTIFICATION_QUEUE_URL", ""),
        state_machine_arn=read("STEPCODER_STATE_MACHINE_ARN", ""),
        ffmpeg=read("STEPCODER_FFMPEG", "/opt/bin/ffmpeg"),
        worker_vcpus=int(read("STEPCODER_WORKER_VCPUS", "") or os.cpu_count() or 1),
        allow_private_hosts=read("STEPCODER_ALLOW_PRIVATE_HOSTS", ""),
        unverified_ftps_hosts=read("STEPCODER_UNVERIFIED_FTPS_HOSTS", ""),
        api_base_url=read("STEPCODER_API_BASE_URL", ""),
        rate_limits=read("STEPCODER_RATE_LIMITS", ""),
        credentials_key=read("STEPCODER_CREDENTIALS_KEY", ""),
        mail_from=read("STEPCODER_MAIL_FROM", ""),
        files_url=read("STEPCODER_FILES_URL", ""),
        legacy_tokens=read("STEPCODER_LEGACY_TOKENS", "") == "yes",
        azure_endpoint=read("STEPCODER_AZURE_ENDPOINT") or "https://{account}.blob.core.windows.net",
        cloud_files_auth=read("STEPCODER_CLOUD_FILES_AUTH", ""),  # Rackspace's, where nothing is set
        gcs_endpoint=read("STEPCODER_GCS_ENDPOINT") or "https://storage.googleapis.com",
    )


@overload
def client(service: Literal["dynamodb"]) -> DynamoDBClient: ...
@overload
def client(service: Literal["kms"]) -> KMSClient: ...
@overload
def client(service: Literal["s3"]) -> S3Client: ...
@overload
def client(service: Literal["sesv2"]) -> SESV2Client: ...
@overload
def client(service: Literal["sqs"]) -> SQSClient: ...
@overload
def client(service: Literal["stepfunctions"]) -> SFNClient: ...
@overload
def client(service: str) -> Any: ...


def client(service: str) -> Any:
    """The one client of an AWS service in this process, made at the first call and safe to share between threads."""
    with _clients_lock:
        if service not in _clients:
            _clients[service] = _new_client(service)
        return _clients[service]


def s3_signing_with(access_key: str, secret_key: str, *, endpoint: str | None = None) -> S3Client:
    """An S3 client that signs with these credentials in place of this process's role. Kept while it is among the last
    that were asked for; safe to share between threads. `endpoint`: the URL of another service with S3's interface."""
    name = (access_key, hashlib.sha256(secret_key.encode()).hexdigest(), endpoint)
    with _clients_lock:
        found = _signing_clients.pop(name, None) or _new_client(
            "s3", endpoint, aws_access_key_id=access_key, aws_secret_access_key=secret_key
        )
        _signing_clients[name] = found
        if len(_signing_clients) > _MOST_SIGNING_CLIENTS:
            del _signing_clients[next(iter(_signing_clients))]
        client: S3Client = found
    return client


def _new_client(service: str, endpoint: str | None = None, **credentials: Any) -> Any:
    # botocore alone: importing boto3 on top of it would cost a cold start without giving anything we use.
    import botocore.session
    from botocore.config import Config

    config = Config(
        retries={"mode": "standard", "total_max_attempts": 5},
        connect_timeout=5,
        read_timeout=60,
        max_pool_connections=32,
        # S3 look-alikes refuse the checksum trailers that newer SDKs add by default.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        # v4 also for presigned URLs; newer regions refuse v2.
        signature_version="s3v4" if service == "s3" else None,
        # A custom endpoint has no wildcard DNS for bucket names.
        s3={"addressing_style": "path" if endpoint or os.environ.get("AWS_ENDPOINT_URL") else "auto"},
    )
    session = botocore.session.Session()
    # Google takes any region in a signature; look-alikes of S3 mostly take this one.
    region = "us-east-1" if endpoint else os.environ.get("AWS_REGION")
    return session.create_client(service, region_name=region, endpoint_url=endpoint, config=config, **credentials)


@cache
def logger() -> Logger:
    """The structured logger. Powertools reads its level from POWERTOOLS_LOG_LEVEL."""
    from aws_lambda_powertools import Logger

    return Logger(service="stepcoder")


def now() -> datetime:
    """The current time, UTC and aware."""
    return datetime.now(UTC)


def timestamp(moment: datetime | None = None) -> str:
    """A moment (default: now) as the wire and the records write it: `2031-04-05T06:07:08Z` (zencoder-api 1.3)."""
    return (moment or now()).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def reset() -> None:
    """Forget settings, clients and logger. For tests and for the embedded service, which set the environment late."""
    settings.cache_clear()
    logger.cache_clear()
    with _clients_lock:
        _clients.clear()
        _signing_clients.clear()
