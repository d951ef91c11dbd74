"""The AWS services of embedded mode behind one port: moto, with Lambda answered by our own sandboxes or by containers.

S3 bodies are in objects.py, mail in mailbox.py; what is created in the cloud, in provision.py.
"""

from __future__ import annotations

import json
import logging
import os
import re
import uuid
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote

from botocore.credentials import Credentials

from . import object_events, post_forms
from .container_workers import Unavailable
from .http_server import AppServer, Environ, StartResponse, WsgiApp
from .lambda_pool import Throttled, UnknownFunction
from .mailbox import PATH as MAIL_PATH
from .mailbox import Mailbox
from .moto_app import forget_everything, moto_app
from .object_events import MadeObject
from .object_files import uninstall
from .objects import ObjectBytes
from .sandbox import Answer
from .template import REGION

log = logging.getLogger(__name__)

_INVOKE = re.compile(r"/2015-03-31/functions/([^/]+)/invocations$")


LOOPBACK = "127.0.0.1"


class Workers(Protocol):
    """Whatever runs functions: a LambdaPool or ContainerWorkers."""

    def invoke(self, name: str, event: bytes, /) -> Answer: ...
    def invoke_later(self, name: str, event: bytes, /) -> None: ...


class Cloud:
    """moto and its companions; `start` makes this whole process embedded (environment, moto's classes)."""

    def __init__(
        self,
        data: Path,
        credentials: Credentials,
        host: str = LOOPBACK,
        port: int = 0,
        *,
        strict_s3: bool = False,
    ) -> None:
        self.credentials = credentials
        self.workers: Workers | None = None
        self.on_start_execution: Callable[[], None] = lambda: None
        self.on_object_made: Callable[[MadeObject], None] = lambda _: None
        self._servers = self._listening(host, port)
        self.port = self._servers[0].port
        self.endpoint = f"http://{host}:{self.port}"
        self._adopt_environment()
        self.mail_directory = data / "mail"
        self._mailbox = Mailbox(self.mail_directory)
        self._app: WsgiApp = ObjectBytes(moto_app(), data / "objects", credentials, strict=strict_s3)
        object_events.install()

    def _listening(self, host: str, port: int) -> list[AppServer]:
        """At the address and on loopback: moto's Step Functions interpreter calls localhost, whatever it is told."""
        first = AppServer(host, port, self)
        if host == LOOPBACK:
            return [first]
        try:
            return [first, AppServer(LOOPBACK, first.port, self)]
        except OSError:
            first.server_close()
            raise

    def start(self) -> Cloud:
        for server in self._servers:
            server.start("cloud")
        return self

    def stop(self) -> None:
        for server in self._servers:
            server.stop()
        forget_everything()
        uninstall()
        object_events.uninstall()

    def variables(self) -> dict[str, str]:
        """The AWS_* variables that point any AWS SDK here."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": str(self.credentials.access_key),
            "AWS_SECRET_ACCESS_KEY": str(self.credentials.secret_key),
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def client(self, service: str) -> Any:
        """A boto3 client of this cloud."""
        import boto3
        from botocore.config import Config

        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id=self.credentials.access_key,
            aws_secret_access_key=self.credentials.secret_key,
            config=Config(
                s3={"addressing_style": "path"},
                signature_version=None if service != "s3" else "s3v4",
                request_checksum_calculation="when_required",
                read_timeout=120,
                max_pool_connections=20,
            ),
        )

    def _adopt_environment(self) -> None:
        # moto's Step Functions interpreter calls Lambda and S3 back through this port.
        os.environ["MOTO_PORT"] = str(self.port)
        os.environ.update(self.variables())
        for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN"):
            os.environ.pop(name, None)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if refusal := _refusal(environ):
            return _plain(start_response, "403 Forbidden", refusal)
        path = unquote(environ["PATH_INFO"])
        if path.startswith(("/moto-api", "/latest/")):
            return _plain(start_response, "404 Not Found", "There is nothing here.")
        match = _INVOKE.match(path)
        if match and environ["REQUEST_METHOD"] == "POST":
            return self._invoke(match[1], environ, start_response)
        if path == MAIL_PATH and environ["REQUEST_METHOD"] == "POST":
            return self._mailbox(environ, start_response)
        with object_events.made_objects() as made:
            answer = self._app(environ, start_response)
        for each in made:
            self.on_object_made(each)
        if environ.get("HTTP_X_AMZ_TARGET", "").endswith(".StartExecution"):
            self.on_start_execution()
        return answer

    def _invoke(self, name: str, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        event = environ["wsgi.input"].read() or b"{}"
        headers = [("X-Amzn-RequestId", str(uuid.uuid4())), ("X-Amz-Executed-Version", "$LATEST")]
        try:
            if self.workers is None:
                raise UnknownFunction(name)
            if environ.get("HTTP_X_AMZ_INVOCATION_TYPE") == "Event":
                self.workers.invoke_later(name, event)
                start_response("202 Accepted", headers)
                return [b""]
            answer = self.workers.invoke(name, event)
        except UnknownFunction:
            return _lambda_error(start_response, headers, "404 Not Found", "ResourceNotFoundException", name)
        except Throttled as busy:
            return _lambda_error(
                start_response, headers, "429 Too Many Requests", "TooManyRequestsException", str(busy)
            )
        except Unavailable as problem:
            log.warning("%s", problem)
            return _lambda_error(start_response, headers, "500 Internal Server Error", "ServiceException", str(problem))
        if answer.error:
            headers.append(("X-Amz-Function-Error", answer.error))
        start_response("200 OK", [*headers, ("Content-Type", "application/json")])
        return [answer.body]


def _refusal(environ: Environ) -> str | None:
    """Why a request is not from this machine's tools: moto checks no signatures, so web pages must not get through."""
    host = environ.get("HTTP_HOST", "").rsplit(":", 1)[0]
    if host not in ("localhost", "127.0.0.1", "[::1]", environ["SERVER_NAME"]):
        return "Unknown host name."
    # A form's signature is in the form.
    signed = "Signature=" in environ.get("QUERY_STRING", "") or post_forms.is_form(environ)
    if "HTTP_ORIGIN" in environ and not signed and environ["REQUEST_METHOD"] != "OPTIONS":
        return "Web pages need presigned URLs."
    return None


def _plain(start_response: StartResponse, status: str, text: str) -> list[bytes]:
    start_response(status, [("Content-Type", "text/plain")])
    return [text.encode() + b"\n"]


def _lambda_error(
    start_response: StartResponse, headers: list[tuple[str, str]], status: str, code: str, message: str
) -> list[bytes]:
    start_response(status, [*headers, ("x-amzn-ErrorType", code), ("Content-Type", "application/json")])
    return [json.dumps({"Type": "User", "Message": message}).encode()]
