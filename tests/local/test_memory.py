"""What the service costs: memory with large objects, time for ranges, memory and processor when idle."""

from __future__ import annotations

import os
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from stepcoder_local.ready import Ready
from stepcoder_local.transfers import Buckets
from tests.local.embedded import service_process

MB = 1 << 20


class Zeros:
    """A file of zeros that takes no space."""

    def __init__(self, size: int) -> None:
        self.size, self.at = size, 0

    def __len__(self) -> int:
        return self.size

    def read(self, count: int = -1) -> bytes:
        count = min(self.size - self.at, count if count >= 0 else self.size)
        self.at += count
        return bytes(count)

    def seek(self, offset: int, whence: int = 0) -> int:
        self.at = (0, self.at, self.size)[whence] + offset
        return self.at

    def tell(self) -> int:
        return self.at


def memory(pid: int, name: str = "VmRSS") -> float:
    """In MB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(name))


def processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def multipart(s3: Any, bucket: str, key: str, parts: int, size: int) -> None:
    upload = s3.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"]
    done = []
    for number in range(1, parts + 1):
        answer = s3.upload_part(Bucket=bucket, Key=key, UploadId=upload, PartNumber=number, Body=Zeros(size))
        done.append({"PartNumber": number, "ETag": answer["ETag"]})
    s3.complete_multipart_upload(Bucket=bucket, Key=key, UploadId=upload, MultipartUpload={"Parts": done})


@pytest.mark.slow
def test_large_objects_cost_no_memory(embedded_service: Ready) -> None:
    ready = embedded_service
    s3, bucket = Buckets(ready).client, ready.work_bucket
    s3.put_object(Bucket=bucket, Key="warm", Body=b"x")
    before = memory(ready.pid)

    s3.put_object(Bucket=bucket, Key="single", Body=Zeros(1024 * MB))
    multipart(s3, bucket, "parts", 8, 64 * MB)
    started = time.monotonic()
    for n in range(20):
        answer = s3.get_object(Bucket=bucket, Key="single", Range=f"bytes={n * MB}-{(n + 1) * MB - 1}")
        assert len(answer["Body"].read()) == MB
    ranges = time.monotonic() - started

    assert s3.head_object(Bucket=bucket, Key="parts")["ContentLength"] == 512 * MB
    assert memory(ready.pid, "VmHWM") - before < 100
    assert ranges < 1
    for key in ("warm", "single", "parts"):
        s3.delete_object(Bucket=bucket, Key=key)


@pytest.mark.slow
def test_an_idle_service_costs_little(tmp_path: Path) -> None:
    with service_process(tmp_path / "data") as (ready, process):
        request = urllib.request.Request(ready.base_url + "/account", headers={"Zencoder-Api-Key": ready.api_key})
        with urllib.request.urlopen(request, timeout=30):
            time.sleep(3)
        before = processor_seconds(process.pid)
        time.sleep(5)

        assert (processor_seconds(process.pid) - before) / 5 < 0.03
        assert memory(process.pid) < 200
