"""What went wrong while reading a source, as the reference's error classes (zencoder-api 4.8). Pure mapping."""

from __future__ import annotations

from stepcoder import net
from stepcoder.errors import InputError
from stepcoder.transfers.refusals import Refusal, Why


def from_status(status: int, url: net.Url) -> InputError:
    """The failure that an HTTP status of 300 or more means."""
    if status == 401 and url.authorization:
        return InputError(
            "InvalidUsernameOrPasswordError",
            f"The server refused the user name or password for {url} (HTTP 401).",
        )
    if status in (401, 403):
        return InputError(
            "DownloadAccessDeniedError",
            f"The server does not allow the download of {url} (HTTP {status}). Check its permissions.",
        )
    if status == 301:
        return InputError(
            "FilePermanentlyMovedError", f"{url} has moved permanently (HTTP 301) and the server does not say where."
        )
    if status in (404, 410):
        return InputError("FileNotFoundError", f"There is no file at {url} (HTTP {status}).")
    # The reference counts every other status from 300 on as "not found", server errors included.
    return InputError("FileNotFoundError", f"The server did not deliver {url}: it answered HTTP {status}.")


def from_net(error: net.NetError, url: net.Url | str) -> InputError:
    """The failure that remains when all tries are used up, or at once when trying again is pointless."""
    if isinstance(error, net.TimedOut):
        return InputError("DownloadTimeoutError", f"The server of {url} was too slow: it timed out 3 times.")
    if isinstance(error, net.BlockedAddress):
        return InputError(
            "DownloadFailureError",
            f"{url} leads to an address that is not public. This service downloads from the public internet only.",
        )
    if isinstance(error, net.NameNotResolved):
        return InputError("DownloadFailureError", f"The host name of {url} does not exist. Check its spelling.")
    if isinstance(error, net.CutShort):
        return InputError(
            "TruncatedFileError", f"The server of {url} sends less than the length it announces. Upload the file again."
        )
    if isinstance(error, net.ConnectFailed):
        return InputError("DownloadFailureError", f"The server of {url} could not be reached, or hung up, 3 times.")
    return InputError("DownloadFailureError", str(error))


def from_s3(code: str, url: str, *, by_customer: bool = False) -> InputError:
    """The failure behind an S3 error code. `by_customer`: the request was signed with the customer's credentials."""
    known = _S3 | _S3_BY_CUSTOMER if by_customer else _S3
    error_class, sentence = known.get(
        code, ("DownloadFailureError", f"S3 did not deliver {{url}}: it answered {code}.")
    )
    return InputError(error_class, sentence.format(url=url))


def from_gcs(code: str, url: str) -> InputError:
    """The failure behind an error code of Google Cloud Storage, which is always asked with the customer's own key."""
    error_class, sentence = _GCS.get(
        code, ("DownloadFailureError", f"Google Cloud Storage did not deliver {{url}}: it answered {code}.")
    )
    return InputError(error_class, sentence.format(url=url))


def from_refusal(refusal: Refusal, url: str) -> InputError:
    """The failure behind the no of an FTP or SFTP server."""
    error_class, sentence = _REFUSALS[refusal.why]
    return InputError(error_class, sentence.format(url=url, answer=refusal.answer))


def from_store(refusal: Refusal, url: str) -> InputError:
    """The failure behind the no of an object store: Swift or Azure."""
    error_class, sentence = _STORES.get(refusal.why, _STORE_FAILED)
    return InputError(error_class, sentence.format(url=url, answer=refusal.answer))


def changed(url: object) -> InputError:
    """The file is not the one the job began with."""
    return InputError(
        "DownloadFailureError",
        f"{url} was changed while it was being read. Submit the job again, and leave the file alone until it finished.",
    )


def compressed(url: object, coding: str) -> InputError:
    """The server compresses what it sends, unasked."""
    return InputError(
        "DownloadFailureError",
        f"The server of {url} sends the file compressed (Content-Encoding: {coding}), although it was asked for it as "
        "it is. Switch the compression off for media files.",
    )


def truncated(url: object, expected: int, received: int) -> InputError:
    return InputError(
        "TruncatedFileError", f"{url} should have {expected} bytes, but only {received} came. Upload the file again."
    )


_NOT_FOUND = ("FileNotFoundError", "There is no file at {url}.")
_DENIED = (
    "DownloadAccessDeniedError",
    "Access to {url} was denied. Allow this service's role to read it (s3:GetObject) in the bucket policy.",
)
_NO_BUCKET = ("S3BucketNotFoundError", "The bucket of {url} does not exist.")
_BAD_KEY_ID = ("InvalidAccessKeyIdError", "S3 does not know the access key that was used for {url}.")
_ARCHIVED = ("DownloadAccessDeniedError", "{url} is archived. Restore it in S3 first, then submit the job again.")
_ELSEWHERE = ("FilePermanentlyMovedError", "The bucket of {url} is in another region, and S3 does not say in which.")

_S3 = {
    "NoSuchKey": _NOT_FOUND,
    "NoSuchVersion": _NOT_FOUND,
    "NotFound": _NOT_FOUND,
    "404": _NOT_FOUND,
    "NoSuchBucket": _NO_BUCKET,
    "AccessDenied": _DENIED,
    "AllAccessDisabled": _DENIED,
    "Forbidden": _DENIED,
    "403": _DENIED,
    "SignatureDoesNotMatch": _DENIED,
    "ExpiredToken": _DENIED,
    "InvalidAccessKeyId": _BAD_KEY_ID,
    "InvalidObjectState": _ARCHIVED,
    "PermanentRedirect": _ELSEWHERE,
    "301": _ELSEWHERE,
}

_NOT_THEIRS = (
    "DownloadAccessDeniedError",
    "Access to {url} was denied. Allow the owner of the credentials that the job uses to read it (s3:GetObject).",
)
_WRONG_SECRET = (
    "InvalidUsernameOrPasswordError",
    "S3 refused the credentials that the job uses for {url}: the secret key does not belong to the access key.",
)
_S3_BY_CUSTOMER = {
    "AccessDenied": _NOT_THEIRS,
    "AllAccessDisabled": _NOT_THEIRS,
    "Forbidden": _NOT_THEIRS,
    "403": _NOT_THEIRS,
    "SignatureDoesNotMatch": _WRONG_SECRET,
    "InvalidAccessKeyId": (
        "InvalidAccessKeyIdError",
        "S3 does not know the access key of the credentials that the job uses for {url}.",
    ),
}

_NO_GCS_BUCKET = ("FileNotFoundError", "The bucket of {url} does not exist in Google Cloud Storage.")
_GCS_DENIED = (
    "DownloadAccessDeniedError",
    "Access to {url} was denied. Allow the owner of the HMAC key that the job uses to read it (storage.objects.get).",
)
_GCS_LOGIN = (
    "InvalidUsernameOrPasswordError",
    "Google Cloud Storage refused the HMAC key that the job uses for {url}. Check its access id and its secret.",
)
_GCS = {
    "NoSuchKey": _NOT_FOUND,
    "NotFound": _NOT_FOUND,
    "404": _NOT_FOUND,
    "NoSuchBucket": _NO_GCS_BUCKET,
    "AccessDenied": _GCS_DENIED,
    "Forbidden": _GCS_DENIED,
    "403": _GCS_DENIED,
    "SignatureDoesNotMatch": _GCS_LOGIN,
    "InvalidAccessKeyId": _GCS_LOGIN,
    "InvalidSecurity": _GCS_LOGIN,
}

_NOT_DELIVERED = ("DownloadFailureError", "The server of {url} did not deliver it. It answered: {answer}")
_REFUSALS = {
    Why.LOGIN: (
        "InvalidUsernameOrPasswordError",
        "The server of {url} refused the user name, password or key. It answered: {answer}",
    ),
    Why.MISSING: _NOT_FOUND,
    # A bare 550 counts as "not found" in the reference.
    Why.UNSAID: (
        "FileNotFoundError",
        "There is no file at {url}, or the user may not read it. The server answered: {answer}",
    ),
    Why.DENIED: (
        "DownloadAccessDeniedError",
        "The server does not allow the download of {url}. Check the rights of its file and directories.",
    ),
    Why.FULL: _NOT_DELIVERED,
    Why.BUSY: ("DownloadFailureError", "The server of {url} was too busy, 3 times. It answered: {answer}"),
    Why.PATH: ("InvalidFilePathError", "{url} can't be the address of a file: {answer}."),
    Why.UNABLE: _NOT_DELIVERED,
}

_STORE_FAILED = ("DownloadFailureError", "The storage did not deliver {url}. It answered: {answer}")
_STORES = {
    Why.LOGIN: (
        "InvalidUsernameOrPasswordError",
        "The storage refused the login that the job uses for {url}: {answer}. Check the name and the key.",
    ),
    Why.MISSING: _NOT_FOUND,
    Why.CONTAINER: ("FileNotFoundError", "The container of {url} does not exist."),
    Why.REGION: ("FileNotFoundError", "The account that the job uses for {url} has no containers in {answer}."),
    Why.DENIED: (
        "DownloadAccessDeniedError",
        "Access to {url} was denied ({answer}). Allow the owner of the login that the job uses to read it.",
    ),
    Why.PATH: ("InvalidFilePathError", "{url} is not the name of a file there: {answer}."),
    Why.BUSY: ("DownloadFailureError", "The storage did not deliver {url}, 3 times. It answered: {answer}"),
    Why.CHANGED: (
        "DownloadFailureError",
        "{url} was changed while it was being read. Submit the job again, and leave the file alone until it finished.",
    ),
}
