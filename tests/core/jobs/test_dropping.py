"""Which files become jobs, whose, and that each becomes one however its events come."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stepcoder import runtime
from stepcoder.aws.table import Update
from stepcoder.errors import TryAgain, WrongState
from stepcoder.jobs.dropping import drop, take_in
from stepcoder.jobs.resubmitting import resubmit_job
from stepcoder.jobs.sweeping import sweep
from stepcoder.records.jobs import JobStore
from stepcoder.storage import Place
from stepcoder.uploads.events import Upload
from tests.cloud import at_once
from tests.core.jobs.uploads import BUCKET, Uploader

# What S3 takes for a key, and people for names.
NAMES = st.text(
    st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from(" +%&=?#@:'\"éé☕/."), min_size=1, max_size=40
)


def suspend(uploader: Uploader, state: str = "suspended") -> None:
    path = f"accounts/{uploader.account_id}"
    uploader.cloud.records.table.update(Update(path=path, set_={"state": state}))


@pytest.mark.parametrize(
    "name",
    [
        "film.mp4",
        "take 7 + credits.mov",
        "100%.mp4",
        "a%20b+c%2Bd.mp4",
        "what? #1 & more.mp4",
        "me@example.com:x.mp4",
        unicodedata.normalize("NFC", "Crème brûlée ☕.mp4"),
        unicodedata.normalize("NFD", "Crème brûlée ☕.mp4"),
        "Screen Recording at 1.00.00\N{NARROW NO-BREAK SPACE}PM.mov",
        " leading/and//double.mp4",
        "no extension",
        "a" * 900,
    ],
)
def test_a_name_leads_to_the_very_file(uploader: Uploader, name: str) -> None:
    assert uploader.drop(name) == "created"
    _, source, _ = uploader.only()
    place = Place.read(source.url)
    assert (place.home, place.path) == (BUCKET, uploader.key(name))


@pytest.mark.parametrize("name", ["a%3Fb.mp4", "a%23.mp4", "ends with a space ", "a\nb.mp4", "x/../b.mp4", "./b.mp4"])
def test_a_name_that_no_url_can_have_fails_the_job(uploader: Uploader, name: str) -> None:
    upload = Upload(BUCKET, uploader.key(name), sequencer="0A")
    runtime.client("s3").put_object(Bucket=BUCKET, Key=upload.key, Body=b"film")
    assert drop(upload) == "refused"
    job, source, _ = uploader.only()
    assert (job.state, source.error_class) == ("failed", "InvalidFilePathError")
    assert "Upload the file under another name." in (source.error_message or "")


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=NAMES)
def test_every_name_makes_one_job_that_leads_there_or_says_why_not(uploader: Uploader, name: str) -> None:
    before = len(uploader.jobs())
    key = uploader.key(name)
    if len(key.encode()) > 1000:
        return
    upload = uploader.put_key(key)
    finding = drop(upload)
    made = uploader.jobs()[before:]
    assert drop(upload) in ("repeated", finding) and len(uploader.jobs()) == before + len(made)
    if finding == "created":
        (job,) = made
        assert Place.read(uploader.cloud.records.input(job.input_id).url).path == key
    else:
        assert (finding, len(made)) in {("refused", 1), ("settings", 0), ("folder", 0), ("hidden", 0)}


@pytest.mark.parametrize(
    ("key", "finding"),
    [
        ("in/film.mp4", "elsewhere"),
        ("film.mp4", "elsewhere"),
        ("accounts/film.mp4", "elsewhere"),
        ("accounts/999/film.mp4", "unknown_account"),
        ("accounts/1/tapes/", "folder"),
        ("accounts/1/film.mp4.json", "settings"),
        ("accounts/1/default.json", "settings"),
        ("accounts/1/.DS_Store", "hidden"),
    ],
)
def test_what_is_no_file_of_an_account_becomes_nothing(uploader: Uploader, key: str, finding: str) -> None:
    assert uploader.account_id == 1
    assert drop(uploader.put_key(key)) == finding
    assert uploader.jobs() == uploader.jobs(999) == []


def test_other_buckets_are_not_looked_at(uploader: Uploader) -> None:
    upload = uploader.put("film.mp4")
    assert drop(replace(upload, bucket="output-bucket")) == "elsewhere"


def test_the_folder_says_whose_job_it_is(uploader: Uploader) -> None:
    other = uploader.new_account("bob@example.com")
    assert drop(uploader.put_key(f"accounts/{other}/film.mp4")) == "created"
    assert uploader.jobs() == []
    assert len(uploader.jobs(other)) == 1


@pytest.mark.parametrize("state", ["suspended", "stopped", "cancelled"])
def test_an_account_that_may_not_start_jobs_gets_none(uploader: Uploader, state: str) -> None:
    suspend(uploader, state)
    assert uploader.drop() == "inactive_account"
    assert uploader.jobs() == []


# --- once ---


def test_a_repeated_event_makes_one_job(uploader: Uploader) -> None:
    upload = uploader.put("film.mp4")
    assert [drop(upload) for _ in range(3)] == ["created", "repeated", "repeated"]
    assert len(uploader.jobs()) == 1


def test_events_at_the_same_moment_make_one_job(uploader: Uploader) -> None:
    upload = uploader.put("film.mp4")
    findings = at_once(*[lambda: drop(upload)] * 4)
    assert all(finding in ("created", "repeated") for finding in findings), findings
    assert len(uploader.jobs()) == 1


def test_a_bad_upload_fails_one_job_however_often_it_is_told(uploader: Uploader) -> None:
    uploader.settings("film.mp4.json", "{")
    upload = uploader.put("film.mp4")
    assert [drop(upload), drop(upload)] == ["refused", "repeated"]
    at_once(*[lambda: drop(upload)] * 3)
    assert len(uploader.jobs()) == 1


def test_a_file_put_anew_is_a_new_job_even_if_nothing_changed(uploader: Uploader) -> None:
    """So whoever mended the settings puts the file again."""
    uploader.settings("film.mp4.json", "{")
    assert uploader.drop() == "refused"
    uploader.settings("film.mp4.json", "{}")
    assert uploader.drop() == "created"
    assert [job.state for job in uploader.jobs()] == ["failed", "waiting"]


def test_an_older_event_that_comes_later_makes_no_job(uploader: Uploader) -> None:
    older, newer = uploader.put("film.mp4"), uploader.put("film.mp4")
    assert [drop(newer), drop(older), drop(newer)] == ["created", "repeated", "repeated"]
    assert len(uploader.jobs()) == 1


def test_a_file_put_over_is_not_encoded_twice(uploader: Uploader) -> None:
    older, newer = uploader.put("film.mp4", b"one"), uploader.put("film.mp4", b"two")
    assert [drop(older), drop(newer)] == ["overtaken", "created"]


def test_a_file_that_is_gone_makes_no_job(uploader: Uploader) -> None:
    upload = uploader.put("film.mp4.part")
    runtime.client("s3").delete_object(Bucket=BUCKET, Key=upload.key)
    assert drop(upload) == "gone"
    assert uploader.jobs() == []


def test_a_file_that_s3_does_not_let_us_look_at_fails_the_job(uploader: Uploader) -> None:
    """Encrypted with a key that only its sender has."""
    key = uploader.key("secret.mp4")
    own = {"SSECustomerKey": "k" * 32, "SSECustomerAlgorithm": "AES256"}
    runtime.client("s3").put_object(Bucket=BUCKET, Key=key, Body=b"film", **own)
    uploader.settings("default.json", {"notifications": ["https://example.com/done"]})
    client, head = runtime.client("s3"), runtime.client("s3").head_object

    def refused(**request: Any) -> Any:
        if request["Key"] == key:
            raise ClientError({"Error": {"Code": "400"}, "ResponseMetadata": {"HTTPStatusCode": 400}}, "HeadObject")
        return head(**request)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(client, "head_object", refused)
        assert drop(Upload(BUCKET, key, sequencer="0A")) == "refused"
        assert drop(Upload(BUCKET, key, sequencer="0A")) == "repeated"
    job, source, _ = uploader.only()
    assert (job.state, source.error_class) == ("failed", "DownloadAccessDeniedError")
    assert [target["url"] for target in job.notifications] == ["https://example.com/done"]


def test_without_a_sequencer_the_version_tells_files_apart(uploader: Uploader) -> None:
    first = replace(uploader.put("film.mp4", b"one"), sequencer="")
    assert [drop(first), drop(first)] == ["created", "repeated"]
    second = replace(uploader.put("film.mp4", b"two"), sequencer="")
    assert [drop(second), drop(second)] == ["created", "repeated"]


STEPS = st.lists(st.tuples(st.booleans(), st.integers(0, 5)), max_size=10)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=STEPS, order=st.randoms(use_true_random=False), contents=st.lists(st.sampled_from([b"a", b"b"]), min_size=6)
)
def test_whatever_the_order_the_last_file_put_becomes_one_job(
    uploader: Uploader, steps: list[tuple[bool, int]], order: Any, contents: list[bytes]
) -> None:
    """Puts and news of them in any order, repeated at will, and at the end all news once more."""
    name, told = f"film {len(uploader.jobs())} {order.random()}.mp4", [uploader.put(f"x{order.random()}", contents[0])]
    told = [uploader.put(name, contents[0])]
    made = 0
    for puts, number in steps:
        if puts:
            told.append(uploader.put(name, contents[number]))
        else:
            made += drop(told[number % len(told)]) == "created"
    rest = [*told, *told]
    order.shuffle(rest)
    made += sum(drop(upload) == "created" for upload in rest)
    assert 1 <= made <= len(told)
    assert {drop(upload) for upload in told} <= {"repeated", "overtaken"}
    assert drop(told[-1]) == "repeated"


# --- when something breaks ---


def test_one_broken_file_does_not_hold_up_the_others(uploader: Uploader, monkeypatch: pytest.MonkeyPatch) -> None:
    uploads = [uploader.put("a.mp4"), uploader.put("b.mp4"), uploader.put_key("accounts/99/c.mp4")]
    create = JobStore.create

    def busy(self: JobStore, job: Any, source: Any, *rest: Any) -> None:
        if source.url.endswith("a.mp4"):
            raise TryAgain("The table is too busy.")
        create(self, job, source, *rest)

    with monkeypatch.context() as patched:
        patched.setattr(JobStore, "create", busy)
        with pytest.raises(TryAgain):
            take_in(uploads)
    assert len(uploader.jobs()) == 1
    assert take_in(uploads) == {"created": 1, "repeated": 1, "unknown_account": 1}
    assert len(uploader.jobs()) == 2


def test_who_died_before_telling_of_a_refused_job_is_made_good(
    uploader: Uploader, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(job_id: int) -> None:
        raise TryAgain("just now")

    uploader.settings("default.json", {"notifications": ["https://example.com/done"], "outputs": [{"width": "x"}]})
    with monkeypatch.context() as patched:
        patched.setattr("stepcoder.jobs.refusing.finish_job", die)
        assert uploader.drop() == "refused"
    assert uploader.cloud.events() == []
    uploader.cloud.clock.advance(minutes=5)
    assert sweep() == {"told": 1}
    assert len(uploader.cloud.events()) == 1
    assert sweep() == {}


def test_a_refused_job_is_not_attempted_again(uploader: Uploader) -> None:
    uploader.settings("film.mp4.json", "{")
    uploader.drop()
    account = uploader.cloud.records.account(uploader.account_id)
    with pytest.raises(WrongState, match="nothing to attempt"):
        resubmit_job(account, uploader.jobs()[0].id)
