"""What of a Sending goes into the calls that store an object: headers, access list, storage class. Pure mapping.

Names are those of S3's PutObject and CreateMultipartUpload; Google's S3 interface knows the same ones.
"""

from __future__ import annotations

from typing import Any

from stepcoder.destinations.protocol import Grant, Sending

# zencoder-api 3.16: so that the owner of a bucket may read what another account put there.
_USUAL_ACL = "bucket-owner-full-control"
_HEADERS = {
    "cache-control": "CacheControl",
    "content-disposition": "ContentDisposition",
    "content-encoding": "ContentEncoding",
    "content-type": "ContentType",
    "expires": "Expires",
    "x-amz-storage-class": "StorageClass",
    "x-amz-server-side-encryption": "ServerSideEncryption",
}
_META = {"s3": "x-amz-meta-", "gcs": "x-goog-meta-"}
_ACL = {"s3": "x-amz-acl", "gcs": "x-goog-acl"}
_GRANTS = {
    "READ": "GrantRead",
    "READ_ACP": "GrantReadACP",
    "WRITE_ACP": "GrantWriteACP",
    "FULL_CONTROL": "GrantFullControl",
}


def file_options(sending: Sending, family: str) -> dict[str, Any]:
    """Everything but access. The customer's headers win over what the file's kind would give."""
    if sending.plain:
        return {}
    options: dict[str, Any] = {}
    if sending.reduced_redundancy and family == "s3":
        options["StorageClass"] = "REDUCED_REDUNDANCY"
    metadata = {}
    for name, value in sending.headers.items():
        known = _HEADERS.get(name.lower())
        if known and not (family == "gcs" and name.lower().startswith("x-amz-")):
            options[known] = value
        elif name.lower().startswith(_META[family]):
            metadata[name.lower().removeprefix(_META[family])] = value
    return {**options, **({"Metadata": metadata} if metadata else {})}


def access_options(sending: Sending, family: str) -> dict[str, Any]:
    """The access list: whom it names, or everybody for `public`, or a canned one from the headers, or the usual one."""
    if sending.plain:
        return {}
    if sending.grants:
        return _granted(sending.grants)
    if sending.public:
        return {"ACL": "public-read"}
    canned = [value for name, value in sending.headers.items() if name.lower() == _ACL[family]]
    if canned:
        return {"ACL": canned[0]}
    return {"ACL": _USUAL_ACL} if family == "s3" else {}


def _granted(grants: tuple[Grant, ...]) -> dict[str, str]:
    lists: dict[str, list[str]] = {}
    for grant in grants:
        lists.setdefault(_GRANTS[grant.permission], []).append(_grantee(grant.grantee))
    return {name: ", ".join(entries) for name, entries in lists.items()}


def _grantee(named: str) -> str:
    """S3's x-amz-grant headers say what kind of name it is (PutObject, "x-amz-grant-read")."""
    if "://" in named:
        return f'uri="{named}"'
    return f'emailAddress="{named}"' if "@" in named else f'id="{named}"'
