"""What went wrong while delivering, as the reference's error classes (zencoder-api 4.8). Pure mapping."""

from __future__ import annotations

from stepcoder import net
from stepcoder.errors import OutputError
from stepcoder.transfers.refusals import Refusal, Why

_DENIED = (
    "UploadAccessDeniedError",
    "Access to {url} was denied. Allow this service's role to write there (s3:PutObject) in the bucket policy.",
)
_INVALID_GRANTEE = (
    "TransferInvalidGranteeIdError",
    "S3 does not know a grantee of access_control for {url}. It takes canonical user ids and, in older regions, e-mail"
    " addresses of accounts.",
)
_S3 = {
    "UnresolvableGrantByEmailAddress": _INVALID_GRANTEE,
    "AmbiguousGrantByEmailAddress": _INVALID_GRANTEE,
    "InvalidArgument": ("UploadFailureError", "S3 did not accept a header, grantee or storage class for {url}."),
    "InvalidStorageClass": ("UploadFailureError", "S3 has no storage class of the name that headers give for {url}."),
    "AccessDenied": _DENIED,
    "AllAccessDisabled": _DENIED,
    "Forbidden": _DENIED,
    "403": _DENIED,
    "SignatureDoesNotMatch": _DENIED,
    "ExpiredToken": _DENIED,
    "NoSuchBucket": ("S3BucketNotFoundError", "The bucket of {url} does not exist."),
    "InvalidAccessKeyId": ("InvalidAccessKeyIdError", "S3 does not know the access key that was used for {url}."),
    "KeyTooLongError": ("InvalidFilePathError", "The key of {url} is too long for S3."),
    "EntityTooLarge": ("UploadFailureError", "{url} is larger than the bucket accepts."),
    "RequestTimeout": ("UploadTimeoutError", "The upload to {url} was too slow: it timed out."),
}

_NOT_THEIRS = (
    "UploadAccessDeniedError",
    "Access to {url} was denied. Allow the owner of the credentials that the job uses to write there (s3:PutObject).",
)
_S3_BY_CUSTOMER = {
    "AccessDenied": _NOT_THEIRS,
    "AllAccessDisabled": _NOT_THEIRS,
    "Forbidden": _NOT_THEIRS,
    "403": _NOT_THEIRS,
    "SignatureDoesNotMatch": (
        "InvalidUsernameOrPasswordError",
        "S3 refused the credentials that the job uses for {url}: the secret key does not belong to the access key.",
    ),
    "InvalidAccessKeyId": (
        "InvalidAccessKeyIdError",
        "S3 does not know the access key of the credentials that the job uses for {url}.",
    ),
}

_GCS_DENIED = (
    "UploadAccessDeniedError",
    "Access to {url} was denied. Allow the owner of the HMAC key that the job uses to write there"
    " (storage.objects.create and storage.objects.delete).",
)
_GCS_LOGIN = (
    "InvalidUsernameOrPasswordError",
    "Google Cloud Storage refused the HMAC key that the job uses for {url}. Check its access id and its secret.",
)
_GCS = {
    "AccessDenied": _GCS_DENIED,
    "Forbidden": _GCS_DENIED,
    "403": _GCS_DENIED,
    "SignatureDoesNotMatch": _GCS_LOGIN,
    "InvalidAccessKeyId": _GCS_LOGIN,
    "InvalidSecurity": _GCS_LOGIN,
    "NoSuchBucket": ("UploadFailureError", "The bucket of {url} does not exist in Google Cloud Storage."),
}


def from_s3(code: str, url: str, *, by_customer: bool = False) -> OutputError:
    """The failure behind an S3 error code. `by_customer`: the request was signed with the customer's credentials."""
    known = _S3 | _S3_BY_CUSTOMER if by_customer else _S3
    error_class, sentence = known.get(code, ("UploadFailureError", f"S3 did not accept {{url}}: it answered {code}."))
    return OutputError(error_class, sentence.format(url=url))


def from_gcs(code: str, url: str) -> OutputError:
    """The failure behind an error code of Google Cloud Storage, which is always asked with the customer's own key."""
    error_class, sentence = _GCS.get(
        code, ("UploadFailureError", f"Google Cloud Storage did not accept {{url}}: it answered {code}.")
    )
    return OutputError(error_class, sentence.format(url=url))


def from_net(error: net.NetError, url: str) -> OutputError:
    """The failure that remains when all tries are used up, or at once when trying again is pointless."""
    if isinstance(error, net.TimedOut):
        return OutputError("UploadTimeoutError", f"The upload to {url} was too slow: it timed out 3 times.")
    if isinstance(error, net.BlockedAddress):
        return OutputError(
            "UploadFailureError",
            f"{url} leads to an address that is not public. This service uploads to the public internet only.",
        )
    if isinstance(error, net.NameNotResolved):
        return OutputError("UploadServerNotFoundError", f"The host name of {url} does not exist. Check its spelling.")
    if isinstance(error, net.ConnectFailed):
        return OutputError("UploadServerNotFoundError", f"No server answered for {url}, 3 times.")
    return OutputError("UploadFailureError", f"The upload to {url} failed: {error}")


def from_refusal(refusal: Refusal, url: str) -> OutputError:
    """The failure behind the no of an FTP or SFTP server."""
    error_class, sentence = _REFUSALS[refusal.why]
    return OutputError(error_class, sentence.format(url=url, answer=refusal.answer))


def from_store(refusal: Refusal, url: str) -> OutputError:
    """The failure behind the no of an object store: Swift or Azure."""
    error_class, sentence = _STORES.get(refusal.why, _STORE_FAILED)
    return OutputError(error_class, sentence.format(url=url, answer=refusal.answer))


def size_differs(url: str, sent: int, stored: int) -> OutputError:
    """The server holds something else than what it was sent."""
    return OutputError("UploadFailureError", f"Of the {sent} bytes sent to {url} the server stored {stored}, 3 times.")


def used_up(error: BaseException, url: str) -> OutputError:
    """The failure that remains when every try ended in a passing fault. The fault's own cause tells which."""
    cause = type(error.__cause__ or error).__name__
    if "Timeout" in cause:
        return OutputError("UploadTimeoutError", f"The upload to {url} was too slow: it timed out 3 times.")
    if cause == "EndpointConnectionError":
        return OutputError("UploadServerNotFoundError", f"No server answered for {url}.")
    return OutputError("UploadFailureError", f"The upload to {url} failed 3 times.")


_NOT_ACCEPTED = ("UploadFailureError", "The server did not accept {url}. It answered: {answer}")
_NOT_ALLOWED = (
    "UploadAccessDeniedError",
    "The server does not allow the upload of {url}. Check the rights of its directory. The server answered: {answer}",
)
_REFUSALS = {
    Why.LOGIN: (
        "InvalidUsernameOrPasswordError",
        "The server of {url} refused the user name, password or key. It answered: {answer}",
    ),
    Why.MISSING: _NOT_ACCEPTED,
    Why.UNSAID: _NOT_ALLOWED,
    Why.DENIED: _NOT_ALLOWED,
    Why.FULL: ("UploadFailureError", "The server has no room left for {url}. It answered: {answer}"),
    Why.BUSY: ("UploadFailureError", "The server of {url} was too busy, 3 times. It answered: {answer}"),
    Why.PATH: ("InvalidFilePathError", "{url} can't be the address of a file: {answer}."),
    Why.UNABLE: _NOT_ACCEPTED,
}

_STORE_FAILED = ("UploadFailureError", "The storage did not accept {url}. It answered: {answer}")
_STORES = {
    Why.LOGIN: (
        "InvalidUsernameOrPasswordError",
        "The storage refused the login that the job uses for {url}: {answer}. Check the name and the key.",
    ),
    Why.CONTAINER: ("UploadFailureError", "The container of {url} does not exist. Create it first."),
    Why.REGION: ("UploadFailureError", "The account that the job uses for {url} has no containers in {answer}."),
    Why.DENIED: (
        "UploadAccessDeniedError",
        "Access to {url} was denied ({answer}). Allow the owner of the login that the job uses to write there.",
    ),
    Why.FULL: ("UploadFailureError", "{url} is larger than its container has room for ({answer})."),
    Why.PATH: ("InvalidFilePathError", "{url} can't be the name of a file there: {answer}."),
    Why.BUSY: ("UploadFailureError", "The storage did not accept {url}, 3 times. It answered: {answer}"),
}
