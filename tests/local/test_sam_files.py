"""A cloud that containers see: where it listens, and what it tells SAM."""

from __future__ import annotations

import configparser
import json
import os
import stat
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from stepcoder_local import sam_files
from stepcoder_local.cli import parser
from stepcoder_local.service import Options, Service

BRIDGE = "127.0.0.2"  # another address of this machine, as the bridge's is


@pytest.fixture
def service(tiny: Path, tmp_path: Path) -> Iterator[Service]:
    environment = dict(os.environ)
    with Service(Options(tmp_path / "data", template=tiny, s3_host=BRIDGE, warm=False)) as found:
        yield found
    os.environ.clear()
    os.environ.update(environment)


def _written(service: Service) -> Path:
    return service.options.data / sam_files.DIRECTORY


def test_sam_is_told_the_variables_of_every_function(service: Service) -> None:
    variables = json.loads((_written(service) / sam_files.VARIABLES).read_text())
    assert set(variables) == set(service.pool.functions)
    for told in variables.values():
        assert told["AWS_ENDPOINT_URL"] == service.ready.s3_endpoint
        assert "STEPCODER_WORKER_VCPUS" in told
        assert told.get("STEPCODER_FFMPEG", "/opt/bin/ffmpeg") == "/opt/bin/ffmpeg"


def test_sam_is_told_the_keys_and_nobody_else_is(service: Service) -> None:
    path = _written(service) / sam_files.CREDENTIALS
    keys = configparser.ConfigParser()
    keys.read(path)
    assert keys["default"]["aws_access_key_id"] == service.ready.access_key_id
    assert keys["default"]["aws_secret_access_key"] == service.ready.secret_access_key
    assert keys["default"]["region"] == service.ready.region
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_cloud_is_at_its_address_and_on_loopback(service: Service) -> None:
    port = service.ready.s3_endpoint.rpartition(":")[2]
    assert service.ready.s3_endpoint == f"http://{BRIDGE}:{port}"
    for host in (BRIDGE, "127.0.0.1"):
        with urllib.request.urlopen(f"http://{host}:{port}/", timeout=10) as answer:
            assert b"ListAllMyBucketsResult" in answer.read()


def test_the_files_go_with_the_service(tiny: Path, tmp_path: Path) -> None:
    environment = dict(os.environ)
    with Service(Options(tmp_path / "data", template=tiny, s3_host=BRIDGE, warm=False)) as service:
        directory = _written(service)
        assert directory.exists()
    os.environ.clear()
    os.environ.update(environment)
    assert not directory.exists()


@pytest.mark.parametrize("wrong", ["0.0.0.0", "localhost", "::1", ""])  # noqa: S104 - refused
def test_the_cloud_listens_at_one_address_that_was_named(wrong: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parser().parse_args(["serve", "--s3-host", wrong])
    assert "address" in capsys.readouterr().err


def test_nobody_but_this_machine_reaches_the_cloud_unless_asked() -> None:
    assert parser().parse_args(["serve"]).s3_host == "127.0.0.1"
