"""Where the settings of an uploaded file's job come from, and which of them win."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import pytest

from stepcoder import runtime
from stepcoder.jobs import drop_settings
from stepcoder.records.model import Account
from tests.cloud import provide_credentials_key
from tests.core.jobs.uploads import BUCKET, Uploader

NOT_SETTINGS = "The settings of this upload can't be used. "


def labels(uploader: Uploader) -> list[str | None]:
    return [output.label for output in uploader.only()[2]]


def refused(uploader: Uploader, name: str = "film.mp4", **metadata: str) -> tuple[str | None, str]:
    """Error class and message of the failed job that a file becomes."""
    assert uploader.drop(name, **metadata) == "refused"
    job, source, outputs = uploader.only()
    assert (job.state, source.state, {output.state for output in outputs}) == ("failed", "failed", {"no_input"})
    return source.error_class, source.error_message or ""


def test_without_settings_there_is_one_default_output_in_temporary_storage(uploader: Uploader) -> None:
    assert uploader.drop() == "created"
    job, source, (output,) = uploader.only()
    assert (job.state, job.test, job.warnings) == ("waiting", False, [])
    assert source.url == f"s3://{BUCKET}/{uploader.key('film.mp4')}"
    assert output.temporary and output.target.startswith("s3://output-bucket/o/")


def test_the_most_specific_settings_win_member_by_member(uploader: Uploader) -> None:
    account = {"outputs": [{"label": "account"}], "grouping": "account", "pass_through": "account", "private": True}
    uploader.cloud.records.save_upload_settings(uploader.account_id, account)
    folder = {"outputs": [{"label": "folder"}], "grouping": "folder", "pass_through": "folder"}
    uploader.settings("a/default.json", folder)
    uploader.settings("a/film.mp4.json", {"outputs": [{"label": "beside"}, {"label": "small"}]})
    assert uploader.drop("a/film.mp4", stepcoder_pass_through="metadata") == "created"
    job, _, _ = uploader.only()
    assert (job.private, job.grouping, job.pass_through) == (True, "folder", "metadata")
    assert labels(uploader) == ["beside", "small"]  # the lists were not joined


def test_a_json_beside_beats_metadata(uploader: Uploader) -> None:
    uploader.settings("film.mp4.json", {"pass_through": "beside"})
    uploader.drop(stepcoder_pass_through="metadata", stepcoder_settings='{"pass_through": "all"}')
    assert uploader.only()[0].pass_through == "beside"


def test_the_nearest_folders_defaults_count_alone(uploader: Uploader) -> None:
    uploader.settings("default.json", {"grouping": "top", "pass_through": "top"})
    uploader.settings("a/default.json", {"pass_through": "near"})
    uploader.drop("a/b/film.mp4")
    job = uploader.only()[0]
    assert (job.pass_through, job.grouping) == ("near", None)


def test_another_accounts_defaults_never_count(uploader: Uploader) -> None:
    uploader.put_key("accounts/default.json", b'{"grouping": "everybody"}')
    uploader.put_key("default.json", b'{"grouping": "everybody"}')
    uploader.drop()
    assert uploader.only()[0].grouping is None


def test_null_takes_a_member_away(uploader: Uploader) -> None:
    uploader.settings("default.json", {"notifications": ["https://example.com/done"], "outputs": [{"label": "web"}]})
    uploader.settings("film.mp4.json", {"notifications": None})
    uploader.drop()
    assert uploader.only()[0].notifications == []
    assert labels(uploader) == ["web"]


def test_two_spellings_of_a_member_are_one(uploader: Uploader) -> None:
    uploader.settings("default.json", {"outputs": [{"label": "folder"}]})
    uploader.settings("film.mp4.json", {"output": {"label": "beside"}})
    uploader.drop()
    assert labels(uploader) == ["beside"]


def test_what_means_nothing_for_a_file_is_told_and_not_done(uploader: Uploader) -> None:
    given = {"input": "s3://others/film.mp4", "mock": True, "credentials": "archive", "api_key": "k", "ouputs": [{}]}
    uploader.settings("film.mp4.json", given)
    assert uploader.drop() == "created"
    job, source, _ = uploader.only()
    assert source.url.endswith("/film.mp4") and BUCKET in source.url and source.credentials is None
    assert job.warnings == [
        "input has no effect: the file that was uploaded is the input.",
        "mock has no effect: a file that was uploaded always becomes a job.",
        "credentials has no effect: files that were uploaded are read with the service's own role.",
        "ouputs is not a setting of a job and was ignored.",
    ]


def test_json_that_comes_later_makes_no_second_job(uploader: Uploader) -> None:
    uploader.drop()
    assert uploader.drop("film.mp4.json") == "settings"
    assert len(uploader.jobs()) == 1


def test_json_may_have_a_byte_order_mark_or_be_utf_16(uploader: Uploader) -> None:
    uploader.settings("film.mp4.json", b"\xef\xbb\xbf" + '{"pass_through": "é"}'.encode())
    uploader.settings("b.mp4.json", '{"pass_through": "é"}'.encode("utf-16"))
    uploader.drop()
    uploader.drop("b.mp4")
    assert [job.pass_through for job in uploader.jobs()] == ["é", "é"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ('{"outputs": [,]}', "is not JSON: Expecting value at line 1, column 14."),
        ("", "is empty: it must be a hash of settings."),
        ("[]", "is JSON, but not a hash of settings."),
        ("7", "is JSON, but not a hash of settings."),
        ('{"a": NaN}', "is not JSON: NaN is not JSON."),
        (b"\xff\xd8\xff\xe0 a picture", "is not text: it must be JSON in UTF-8."),
        ("[" * 100_000, "is not JSON: it is nested too deeply."),
        ("{" + " " * drop_settings.LARGEST_FILE + "}", "is larger than 262144 bytes."),
    ],
)
@pytest.mark.parametrize("name", ["film.mp4.json", "default.json"])
def test_a_bad_file_of_settings_fails_the_job_and_says_why(
    uploader: Uploader, name: str, content: Any, sentence: str
) -> None:
    uploader.settings(name, content)
    reason = f"{NOT_SETTINGS}s3://{BUCKET}/{uploader.key(name)} {sentence}"
    assert refused(uploader) == ("InvalidVideoSettingsError", reason)


def test_bad_metadata_fail_the_job(uploader: Uploader) -> None:
    error_class, message = refused(uploader, stepcoder_settings="{nonsense}", stepcoder_outputs="[{]")
    assert error_class == "InvalidVideoSettingsError"
    assert "x-amz-meta-stepcoder-settings can't be used: " in message
    assert "x-amz-meta-stepcoder-outputs can't be used: " in message


def test_wrong_values_fail_the_job_with_a_sentence_each_and_where_they_stood(uploader: Uploader) -> None:
    uploader.settings("default.json", {"outputs": [{"width": "wide", "format": "gif97"}]})
    error_class, message = refused(uploader, stepcoder_test="perhaps")
    assert error_class == "InvalidVideoSettingsError"
    assert message.startswith(f"The settings of this upload (its metadata, s3://{BUCKET}/accounts/")
    assert all(part in message for part in ('outputs[0].width is "wide"', 'outputs[0].format is "gif97"', 'test is "'))


def test_many_problems_stay_readable(uploader: Uploader) -> None:
    wrong = {"width": "w", "height": "h", "quality": "q"}
    uploader.settings("default.json", {"outputs": [wrong] * 15})
    _, message = refused(uploader)
    assert message.count("it must be ") == 20
    assert message.endswith("And 25 more.")


def test_credentials_nobody_saved_fail_the_job(uploader: Uploader) -> None:
    uploader.settings("default.json", {"outputs": [{"url": "s3://acme/a.mp4", "credentials": "nobody"}]})
    assert "nobody" in refused(uploader)[1]


@pytest.mark.parametrize("url", ["s3://work-bucket/a.mp4", "s3+eu-west-1://upload-bucket/accounts/1/a.mp4"])
def test_places_of_the_services_own_fail_the_job(uploader: Uploader, url: str) -> None:
    """A file delivered where files become jobs would never stop becoming one."""
    uploader.settings("default.json", {"outputs": [{"url": url}]})
    assert "outputs[0] names a " in refused(uploader)[1]


def test_a_file_of_settings_that_may_not_be_read_fails_the_job(
    uploader: Uploader, monkeypatch: pytest.MonkeyPatch
) -> None:
    from botocore.exceptions import ClientError

    client = runtime.client("s3")
    get = client.get_object

    def denied(**request: Any) -> Any:
        if request["Key"].endswith(".mp4.json"):
            raise ClientError({"Error": {"Code": "AccessDenied"}}, "GetObject")
        return get(**request)

    monkeypatch.setattr(client, "get_object", denied)
    error_class, message = refused(uploader)
    assert error_class == "DownloadAccessDeniedError"
    assert (
        message
        == f"{NOT_SETTINGS}s3://{BUCKET}/{uploader.key('film.mp4.json')} can't be read: S3 answered AccessDenied."
    )


def test_who_can_be_told_of_the_failure_is_told(uploader: Uploader) -> None:
    """What could be read of the settings holds, although the whole could not."""
    uploader.settings("film.mp4.json", '{"outputs": ')
    uploader.settings(
        "default.json", {"notifications": ["https://example.com/done"], "width": 1, "outputs": [{"label": "w"}]}
    )
    refused(uploader, stepcoder_pass_through="asset-7", stepcoder_test="perhaps")
    job, source, outputs = uploader.only()
    assert (job.pass_through, [output.label for output in outputs]) == ("asset-7", ["w"])
    (message,) = uploader.cloud.received()
    body = json.loads(message["body"])
    assert (message["target"], body["job"]["state"]) == ("https://example.com/done", "failed")
    assert body["input"]["error_message"] == source.error_message


def test_secrets_of_a_refused_job_are_sealed_like_any_others(
    uploader: Uploader, monkeypatch: pytest.MonkeyPatch
) -> None:
    provide_credentials_key(monkeypatch)
    secret = "00112233445566778899aabbccddeeff"
    uploader.settings(
        "film.mp4.json", {"decryption_method": "aes-128-cbc", "decryption_key": secret, "test": "perhaps"}
    )
    _, message = refused(uploader)
    assert secret not in message and secret not in str(uploader.request())


def test_a_test_account_makes_tests_of_uploads_too(uploader: Uploader) -> None:
    uploader.cloud.records.set_integration_mode(uploader.account_id, True)
    uploader.drop()
    uploader.settings("bad.mp4.json", "{")
    uploader.drop("bad.mp4")
    assert [job.test for job in uploader.jobs()] == [True, True]


def test_settings_too_large_to_be_kept_fail_the_job(uploader: Uploader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stepcoder.records.jobs._LARGEST_REQUEST", 200)
    noise = [{"label": sha256(bytes([number])).hexdigest()} for number in range(20)]
    uploader.settings("default.json", {"outputs": noise})
    assert refused(uploader)[1].endswith("The job request is too large.")


def test_an_accounts_own_settings_are_checked_when_they_are_given(uploader: Uploader) -> None:
    from stepcoder.accounts import upload_settings
    from stepcoder.errors import InvalidRequest

    account = Account(id=uploader.account_id, email="ada@example.com")
    with pytest.raises(InvalidRequest, match=r"outputs\[0\]\.width"):
        upload_settings.replace_upload_settings(account, {"outputs": [{"width": "wide"}]})
    assert upload_settings.upload_settings(account) == {}
    given = {"outputs": [{"label": "web"}], "input": "s3://any/thing", "api_key": "k"}
    kept = upload_settings.replace_upload_settings(account, given)
    assert kept == upload_settings.upload_settings(account) == {"outputs": [{"label": "web"}]}
    uploader.drop()
    assert labels(uploader) == ["web"]
    assert upload_settings.replace_upload_settings(account, {}) == upload_settings.upload_settings(account) == {}
