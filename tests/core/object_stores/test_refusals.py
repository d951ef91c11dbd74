"""What answers of Swift and Azure mean, beyond those that the servers of the tests give."""

from __future__ import annotations

import pytest

from stepcoder.destinations import failures as upload_failures
from stepcoder.object_stores.azure import refused_with_code
from stepcoder.object_stores.refusals import refused_with
from stepcoder.sources import failures as download_failures


@pytest.mark.parametrize(
    ("status", "code", "reading", "writing"),
    [
        (403, "AuthenticationFailed", "InvalidUsernameOrPasswordError", "InvalidUsernameOrPasswordError"),
        (403, "AuthorizationPermissionMismatch", "DownloadAccessDeniedError", "UploadAccessDeniedError"),
        (403, "SomethingNew", "DownloadAccessDeniedError", "UploadAccessDeniedError"),
        (404, "ContainerNotFound", "FileNotFoundError", "UploadFailureError"),
        (404, "BlobNotFound", "FileNotFoundError", "UploadFailureError"),
        (409, "BlobArchived", "DownloadFailureError", "UploadFailureError"),
        (400, "InvalidResourceName", "InvalidFilePathError", "InvalidFilePathError"),
        (412, "ConditionNotMet", "DownloadFailureError", "UploadFailureError"),
    ],
)
def test_azures_codes(status: int, code: str, reading: str, writing: str) -> None:
    refusal = refused_with_code(status, code)
    assert download_failures.from_store(refusal, "azure://box/a").error_class == reading
    assert upload_failures.from_store(refusal, "azure://box/a").error_class == writing
    assert not refusal.passing


@pytest.mark.parametrize("code", ["ServerBusy", "InternalError", "OperationTimedOut", "SomethingNew"])
def test_azure_may_be_busy(code: str) -> None:
    assert refused_with_code(503, code).passing


@pytest.mark.parametrize(
    ("status", "reading", "writing"),
    [
        (401, "InvalidUsernameOrPasswordError", "InvalidUsernameOrPasswordError"),
        (403, "DownloadAccessDeniedError", "UploadAccessDeniedError"),
        (404, "FileNotFoundError", "UploadFailureError"),
        (413, "DownloadFailureError", "UploadFailureError"),
        (507, "DownloadFailureError", "UploadFailureError"),
    ],
)
def test_swifts_statuses(status: int, reading: str, writing: str) -> None:
    refusal = refused_with(status)
    assert download_failures.from_store(refusal, "cf://box/a").error_class == reading
    assert upload_failures.from_store(refusal, "cf://box/a").error_class == writing
    assert not refusal.passing


@pytest.mark.parametrize("status", [408, 429, 498, 500, 503])
def test_swift_may_be_busy(status: int) -> None:
    assert refused_with(status).passing
