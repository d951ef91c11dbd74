"""Puts the embedded service together, in order, and takes it apart again. No command line, no signals."""

from __future__ import annotations

import fcntl
import json
import logging
import os
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from botocore.credentials import Credentials

from . import functions, sam_files, template
from .cloud import LOOPBACK, Cloud
from .container_workers import ContainerWorkers
from .declared import Resource, Template
from .expiry import Expiry
from .first_account import create_account
from .gateway import Gateway
from .lambda_pool import LambdaPool
from .mailbox import SENDER
from .object_events import ObjectRules
from .private_file import write_private
from .provision import provision
from .queue_poller import QueuePoller
from .ready import READY_FILE, Ready
from .triggers import ExecutionWatch, Scheduler

log = logging.getLogger(__name__)

ACCESS_KEY = "AKIASTEPCODEREMBEDDE"
# Parameters of the template for storage that few have; on one machine the environment sets them.
_FROM_ENVIRONMENT = {
    "UnverifiedFtpsHosts": "STEPCODER_UNVERIFIED_FTPS_HOSTS",
    "CloudFilesAuth": "STEPCODER_CLOUD_FILES_AUTH",
    "AzureEndpoint": "STEPCODER_AZURE_ENDPOINT",
    "GcsEndpoint": "STEPCODER_GCS_ENDPOINT",
}
_WARM = ("JobsFunction", "InspectFunction", "EncodeFunction")


class CannotStart(Exception):
    """The service can't run here; the message says what to do."""


@dataclass(frozen=True)
class Options:
    """Where and how to run. Port 0 is any free port.

    `private_hosts` as in the template's AllowPrivateHosts, `rate_limits` as in its RateLimits. `strict_s3`: requests
    to S3 are refused unless they come with the access key that the ready file names, as Amazon's refuses unknown ones.
    `legacy_tokens` as in the template's LegacyTokens.
    `s3_host` is where all of the emulated cloud listens; unless that is loopback, the files for `sam local` are
    written. `lambda_endpoint`: who runs the state machine's functions instead of this machine's processes.
    """

    data: Path
    host: str = "127.0.0.1"
    port: int = 0
    s3_host: str = LOOPBACK
    s3_port: int = 0
    lambda_endpoint: str = ""
    template: Path = Path(__file__).resolve().parents[2] / "template.yaml"
    private_hosts: str = ""
    rate_limits: str = ""
    strict_s3: bool = False
    legacy_tokens: bool = False
    ready_file: Path | None = None
    warm: bool = True


class Service:
    """The whole service in this process and its children. A context manager; `ready` after it has started."""

    ready: Ready

    def __init__(self, options: Options) -> None:
        self.options = options
        self._undo: list[Any] = []

    def __enter__(self) -> Service:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> Service:
        """Start everything; on failure nothing is left running. Raises CannotStart."""
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def _start(self) -> None:
        options = self.options
        data = _prepare(options.data)
        self._undo.append(_lock(data).close)
        self._undo.append(lambda: _forget(data))
        cloud = self._cloud(data)
        overrides = {
            "MapConcurrency": str(functions.encoders()),
            "AllowPrivateHosts": options.private_hosts,
            **{name: os.environ.get(variable, "") for name, variable in _FROM_ENVIRONMENT.items()},
            "RateLimits": options.rate_limits,
            "LegacyTokens": "yes" if options.legacy_tokens else "no",
            "NotificationSender": SENDER,
        }
        declared = template.load(options.template, cloud.endpoint, **overrides)
        provision(cloud, declared)
        self.pool = self._pool(cloud, declared, data)
        gateway = self._gateway(declared)
        self._triggers(cloud, declared)
        self.ready = self._describe(cloud, declared, gateway.url)
        for path in {data / READY_FILE, options.ready_file or data / READY_FILE}:
            write_private(path, json.dumps(asdict(self.ready), indent=2))
            self._undo.append(lambda path=path: path.unlink(missing_ok=True))
        if options.warm:
            self.pool.warm([declared.functions[name].name for name in _WARM if name in declared.functions])

    def _cloud(self, data: Path) -> Cloud:
        options, credentials = self.options, Credentials(ACCESS_KEY, secrets.token_urlsafe(30))
        try:
            cloud = Cloud(data, credentials, options.s3_host, options.s3_port, strict_s3=options.strict_s3)
        except OSError as problem:
            where = f"{options.s3_host}:{options.s3_port}"
            raise CannotStart(f"The address {where} can't be used for S3: {problem.strerror}.") from problem
        self._undo.append(cloud.stop)
        return cloud.start()

    def _pool(self, cloud: Cloud, declared: Template, data: Path) -> LambdaPool:
        extra = {
            "STEPCODER_FFMPEG": _ffmpeg(),
            "STEPCODER_WORKER_VCPUS": str(functions.vcpus_per_encoder()),
            "STEPCODER_ALLOW_PRIVATE_HOSTS": self.options.private_hosts,
        }
        launches = functions.launches(declared, data, cloud.variables(), extra)
        pool = LambdaPool(launches, functions.caps(declared))
        pool.start()
        self._undo.append(pool.close)
        endpoint = self.options.lambda_endpoint
        cloud.workers = ContainerWorkers(endpoint) if endpoint else pool
        if self.options.s3_host != LOOPBACK:
            sam_files.write(data, declared, cloud.variables(), extra)
        return pool

    def _gateway(self, declared: Template) -> Gateway:
        try:
            gateway = Gateway(self.pool, declared.routes, self.options.host, self.options.port)
        except OSError as problem:
            where = f"{self.options.host}:{self.options.port}"
            raise CannotStart(
                f"The address {where} can't be used: {problem.strerror}. Choose another with --port, or --port 0."
            ) from problem
        self._undo.append(gateway.stop)
        return gateway.start()

    def _triggers(self, cloud: Cloud, declared: Template) -> None:
        machines = [machine.arn for machine in declared.state_machines.values()]
        watch = ExecutionWatch(machines, declared.rules, self.pool, cloud.client("stepfunctions"))
        cloud.on_start_execution = watch.execution_started
        cloud.on_object_made = ObjectRules(declared.buckets.values(), declared.rules, self.pool).object_made
        pollers = [QueuePoller(source, self.pool, cloud.client("sqs")) for source in declared.queue_sources]
        expiry = Expiry(declared, cloud.client("s3"), cloud.client("dynamodb"))
        triggers: list[ExecutionWatch | Scheduler | QueuePoller | Expiry]
        triggers = [watch, Scheduler(declared.schedules, self.pool), *pollers, expiry]
        for trigger in triggers:
            trigger.start()
            self._undo.append(trigger.stop)

    def _describe(self, cloud: Cloud, declared: Template, url: str) -> Ready:
        return Ready(
            **create_account(declared)._asdict(),
            base_url=f"{url}/api/v2",
            s3_endpoint=cloud.endpoint,
            access_key_id=ACCESS_KEY,
            secret_access_key=str(cloud.credentials.secret_key),
            region=template.REGION,
            output_bucket=_name(declared.buckets, "OutputBucket"),
            upload_bucket=_name(declared.buckets, "UploadBucket"),
            work_bucket=_name(declared.buckets, "WorkBucket"),
            data_dir=str(self.options.data.resolve()),
        )

    def stop(self) -> None:
        """Stop what was started, newest first. Safe to call twice."""
        while self._undo:
            try:
                self._undo.pop()()
            except Exception:
                log.exception("while stopping")


def _prepare(data: Path) -> Path:
    data = data.resolve()
    try:
        data.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise CannotStart(f"The data directory {data} can't be made: {problem.strerror}.") from problem
    return data


def _lock(data: Path) -> IO[str]:
    """Hold the data directory for this process; the lock goes with the process, however it ends."""
    file = (data / "lock").open("a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise CannotStart(f"Another service is using {data}. Stop it, or choose another --data-dir.") from None
    _forget(data)
    return file


def _forget(data: Path) -> None:
    """Remove what only means something to a running service; logs stay."""
    for name in ("objects", "tmp", sam_files.DIRECTORY):
        shutil.rmtree(data / name, ignore_errors=True)


def _ffmpeg() -> str:
    import imageio_ffmpeg

    return str(imageio_ffmpeg.get_ffmpeg_exe())


def _name(resources: Mapping[str, Resource], logical: str) -> str:
    return resources[logical].name if logical in resources else ""
