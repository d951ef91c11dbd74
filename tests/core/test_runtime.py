import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest

from stepcoder import runtime


@pytest.fixture(autouse=True)
def fresh():
    runtime.reset()
    yield
    runtime.reset()


def test_importing_the_adapters_loads_no_aws_library():
    rooms = "stepcoder.runtime, stepcoder.records.store, stepcoder.notifications, stepcoder.jobs.ending"
    code = (
        f"import sys, {rooms}; print([m for m in ('boto3', 'botocore', 'aws_lambda_powertools') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=_paths())
    assert done.stdout.strip() == "[]"


def test_using_a_client_does_not_load_boto3():
    code = (
        "import sys; from stepcoder import runtime; import os; os.environ['AWS_REGION'] = 'us-east-1';"
        "runtime.client('s3'); print('boto3' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=_paths())
    assert done.stdout.strip() == "False"


def test_settings_come_from_the_environment_once(monkeypatch):
    monkeypatch.setenv("STEPCODER_TABLE", "first")
    monkeypatch.setenv("STEPCODER_WORKER_VCPUS", "6")
    assert (runtime.settings().table, runtime.settings().worker_vcpus) == ("first", 6)
    monkeypatch.setenv("STEPCODER_TABLE", "second")
    assert runtime.settings().table == "first"
    runtime.reset()
    assert runtime.settings().table == "second"


def test_settings_that_were_not_given_have_usable_defaults(monkeypatch):
    for name in ("STEPCODER_TABLE", "STEPCODER_FFMPEG", "STEPCODER_WORKER_VCPUS"):
        monkeypatch.delenv(name, raising=False)
    assert runtime.settings().table == ""
    assert runtime.settings().ffmpeg == "/opt/bin/ffmpeg"
    assert runtime.settings().worker_vcpus >= 1


def test_threads_share_one_client(monkeypatch):
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    seen = set()
    threads = [threading.Thread(target=lambda: seen.add(id(runtime.client("sqs")))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 1


def test_a_custom_endpoint_is_addressed_by_path(monkeypatch):
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    url = runtime.client("s3").generate_presigned_url("get_object", Params={"Bucket": "films", "Key": "a"})
    assert url.startswith("http://127.0.0.1:1/films/a?")


def _signing(monkeypatch):
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "ROLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "role's secret")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "role's token")


def test_a_client_may_sign_as_somebody_else(monkeypatch):
    _signing(monkeypatch)
    url = runtime.s3_signing_with("AKIAADA", "s3cret").generate_presigned_url(
        "get_object", Params={"Bucket": "films", "Key": "a"}
    )
    assert "Credential=AKIAADA%2F" in url
    assert "Security-Token" not in url


def test_clients_that_sign_are_kept_for_each_login(monkeypatch):
    _signing(monkeypatch)
    first = runtime.s3_signing_with("AKIAADA", "s3cret")
    assert runtime.s3_signing_with("AKIAADA", "s3cret") is first
    assert runtime.s3_signing_with("AKIAADA", "another") is not first
    assert runtime.client("s3") is not first
    assert "s3cret" not in str(runtime._signing_clients)


def test_another_service_with_the_protocol_of_s3_has_a_client_of_its_own(monkeypatch):
    _signing(monkeypatch)
    there = runtime.s3_signing_with("GOOG1", "s3cret", endpoint="https://storage.example")
    assert there is not runtime.s3_signing_with("GOOG1", "s3cret")
    url = there.generate_presigned_url("get_object", Params={"Bucket": "films", "Key": "a"})
    assert url.startswith("https://storage.example/films/a?")


def test_only_the_last_clients_that_sign_are_kept(monkeypatch):
    monkeypatch.setattr(runtime, "_new_client", lambda service, endpoint, **credentials: object())
    monkeypatch.setattr(runtime, "_MOST_SIGNING_CLIENTS", 3)
    first = runtime.s3_signing_with("AKIAADA", "one")
    for number in range(3):
        runtime.s3_signing_with(f"AKIA{number}", "x")
    assert len(runtime._signing_clients) == 3
    assert runtime.s3_signing_with("AKIAADA", "one") is not first


def test_times_are_utc_with_whole_seconds():
    assert runtime.now().tzinfo is UTC
    eastern = timezone(timedelta(hours=-4))
    assert runtime.timestamp(datetime(2031, 4, 5, 2, 7, 8, 999999, tzinfo=eastern)) == "2031-04-05T06:07:08Z"


def _paths():
    import os

    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
