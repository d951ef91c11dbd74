"""What went wrong while delivering, as the reference's error classes (zencoder-api 4.8). Pure mapping."""

from __future__ import annotations

from stepcoder.errors import OutputError

_DENIED = (
    "UploadAccessDeniedError",
    "Access to {url} was denied. Allow this service's role to write there (s3:PutObject) in the bucket policy.",
)
_S3 = {
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


def from_s3(code: str, url: str, *, by_customer: bool = False) -> OutputError:
    """The failure behind an S3 error code. `by_customer`: the request was signed with the customer's credentials."""
    known = _S3 | _S3_BY_CUSTOMER if by_customer else _S3
    error_class, sentence = known.get(code, ("UploadFailureError", f"S3 did not accept {{url}}: it answered {code}."))
    return OutputError(error_class, sentence.format(url=url))


def used_up(error: BaseException, url: str) -> OutputError:
    """The failure that remains when every try ended in a passing fault. The fault's own cause tells which."""
    cause = type(error.__cause__ or error).__name__
    if "Timeout" in cause:
        return OutputError("UploadTimeoutError", f"The upload to {url} was too slow: it timed out 3 times.")
    if cause == "EndpointConnectionError":
        return OutputError("UploadServerNotFoundError", f"No server answered for {url}.")
    return OutputError("UploadFailureError", f"The upload to {url} failed 3 times.")
