"""A customer of VideoSDK's encoder: signs tokens, uploads, waits for jobs, plays what was made. No checks here."""

from __future__ import annotations

import json
import subprocess
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import jwt

from stepcoder_local.ready import Ready


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes

    @property
    def document(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Encoder:
    """Speaks to one service."""

    ready: Ready

    @property
    def base(self) -> str:
        return self.ready.base_url.removesuffix("/api/v2")

    def token(self, algorithm: str = "HS256", **claims: Any) -> str:
        given = {"apikey": self.ready.videosdk_api_key, "exp": int(time.time()) + 600, **claims}
        return jwt.encode(given, self.ready.videosdk_secret, algorithm)

    def call(self, method: str, path: str, body: object = None, *, token: str | None = None) -> Answer:
        data, typed = (None, {}) if body is None else (json.dumps(body).encode(), {"Content-Type": "application/json"})
        return self._send(method, path, data, typed, token)

    def upload(self, content: bytes, name: str = "film.mp4") -> Answer:
        """By the form of old clients, to the address that the service names."""
        body, content_type = form({}, name, content)
        return self._send("POST", "/v1/files", body, {"Content-Type": content_type})

    def upload_to_storage(self, content: bytes) -> str:
        """Straight to S3, as a browser would; the file's id."""
        invited = self.call("POST", "/v1/files").document
        body, content_type = form(invited["fields"], "film.mp4", content)
        headers = {"Content-Type": content_type, "Origin": "https://app.example.net"}
        with urllib.request.urlopen(urllib.request.Request(invited["uploadUrl"], body, headers), timeout=30) as answer:
            assert answer.status == 204
        return str(invited["fileId"])

    def job(self, **asked: Any) -> dict[str, Any]:
        answer = self.call("POST", "/v1/encoder/jobs", asked)
        assert answer.status == 201, answer
        made: dict[str, Any] = answer.document
        return made

    def wait(self, job_id: str, seconds: float = 80) -> dict[str, Any]:
        """The job once it has ended."""
        return self.wait_for(job_id, "completed", "failed", seconds=seconds)

    def wait_for(self, job_id: str, *statuses: str, seconds: float = 80) -> dict[str, Any]:
        end = time.monotonic() + seconds
        while True:
            job: dict[str, Any] = self.call("GET", f"/v1/encoder/jobs/{job_id}").document
            if job["status"] in statuses:
                return job
            assert time.monotonic() < end, job
            time.sleep(0.2)

    def _send(
        self, method: str, path: str, data: bytes | None, headers: Mapping[str, str], token: str | None = None
    ) -> Answer:
        headers = {"Authorization": self.token() if token is None else token, **headers}
        request = urllib.request.Request(self.base + path, data, dict(headers), method=method)
        try:
            with urllib.request.urlopen(request, timeout=40) as answer:
                return Answer(answer.status, answer.read())
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.read())


def form(fields: Mapping[str, str], name: str, content: bytes) -> tuple[bytes, str]:
    """A multipart/form-data body with a file at its end, and its content type."""
    boundary = uuid.uuid4().hex
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'
        for field, value in fields.items()
    ]
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = "".join([*parts, head]).encode() + content + f"\r\n--{boundary}--\r\n".encode()
    return body, f"multipart/form-data; boundary={boundary}"


@dataclass(frozen=True)
class Played:
    """What a player saw at an address."""

    sizes: frozenset[str]  # "360x640", of every video stream
    frames: int  # of the best one


def play(url: str) -> Played:
    """Open an address as players do, following it wherever it leads, and decode all there is."""
    run = subprocess.run(
        [ffmpeg(), "-hide_banner", "-i", url, "-map", "0:v", "-f", "framemd5", "-"],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    dimensions = [line.partition(": ")[2] for line in run.stdout.splitlines() if line.startswith("#dimensions")]
    last = len(dimensions) - 1
    frames = sum(line.startswith(f"{last},") for line in run.stdout.splitlines())
    return Played(frozenset(dimensions), frames)


@cache
def ffmpeg() -> str:
    return str(imageio_ffmpeg.get_ffmpeg_exe())


def make_film(path: Path, size: str) -> bytes:
    """One second of moving pictures with a tone."""
    inputs = [*("-f", "lavfi", "-i", f"testsrc2=s={size}:r=10:d=1"), *("-f", "lavfi", "-i", "sine=d=1")]
    coded = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-shortest"]
    subprocess.run([ffmpeg(), "-y", "-loglevel", "error", *inputs, *coded, str(path)], check=True, timeout=30)
    return path.read_bytes()
