"""Blobs of one container in Azure's storage, opened with an account's key or a shared access signature.

azure-storage-blob is Microsoft's own library: signing, error codes and the XML of block lists are its business. It
sends through a guarded session, and tries nothing again by itself, since whoever calls does.
"""

from __future__ import annotations

import base64
import binascii
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qs

from stepcoder import runtime
from stepcoder.net.addresses import AddressPolicy
from stepcoder.net.client import Limits
from stepcoder.net.errors import CutShort
from stepcoder.object_stores.outgoing import Outgoing
from stepcoder.object_stores.refusals import Refused, refused_with
from stepcoder.storage import Place, Secret
from stepcoder.transfers.refusals import Why

if TYPE_CHECKING:
    from azure.storage.blob import BlobClient, ContainerClient

_MIB = 1024 * 1024
_CHUNK = 4 * _MIB
# "Understanding block blobs": a blob has at most 50,000 blocks. Those of a stream of unknown length grow on the way,
# so that it may have 580 GB.
_LEAST_BLOCK = 4 * _MIB
_MOST_BLOCKS = 50_000
_GROW_EVERY = 10_000
_LIMITS = Limits(read=60, idle_connections=16)
_ACCOUNT = re.compile(r"[a-z0-9]{3,24}")
_SIGNATURE = re.compile(r"[\x21-\x7e]+")

# "Common REST API error codes" and "Blob service error codes"; all others go by their HTTP status.
_BY_CODE = {
    "AuthenticationFailed": Why.LOGIN,
    "InvalidAuthenticationInfo": Why.LOGIN,
    "NoAuthenticationInformation": Why.LOGIN,
    "AuthorizationFailure": Why.DENIED,
    "AuthorizationPermissionMismatch": Why.DENIED,
    "AuthorizationProtocolMismatch": Why.DENIED,
    "AuthorizationResourceTypeMismatch": Why.DENIED,
    "AuthorizationServiceMismatch": Why.DENIED,
    "AuthorizationSourceIPMismatch": Why.DENIED,
    "AccountIsDisabled": Why.DENIED,
    "InsufficientAccountPermissions": Why.DENIED,
    "KeyBasedAuthenticationNotPermitted": Why.DENIED,
    "ContainerNotFound": Why.CONTAINER,
    "ContainerBeingDeleted": Why.CONTAINER,
    "ContainerDisabled": Why.CONTAINER,
    "ConditionNotMet": Why.CHANGED,
    "InvalidRange": Why.CHANGED,
    "RequestBodyTooLarge": Why.FULL,
    "BlockCountExceedsLimit": Why.FULL,
    "BlockListTooLong": Why.FULL,
    "InvalidResourceName": Why.PATH,
    "InvalidUri": Why.PATH,
    "InternalError": Why.BUSY,
    "OperationTimedOut": Why.BUSY,
    "ServerBusy": Why.BUSY,
}


class BlobFacts(NamedTuple):
    size: int
    etag: str | None
    content_type: str | None


class BlobContainer:
    """Safe to share between threads. Nothing is connected to before the first call. Methods raise Refused, NetError."""

    def __init__(self, place: Place, login: Secret, policy: AddressPolicy) -> None:
        """`login` is the account's name and its key, which a `sas` of the place's replaces.

        Raises Refused (LOGIN) for what can't be a name, key or signature.
        """
        from azure.core.pipeline.transport import RequestsTransport
        from azure.storage.blob import ContainerClient

        from stepcoder.net.sessions import guarded_session

        if not _ACCOUNT.fullmatch(login.user):
            raise Refused(Why.LOGIN, "names of accounts are 3 to 24 small letters and digits")
        credential = _signature(place.sas) if place.sas is not None else _key(login)
        self._session = guarded_session(policy, limits=_LIMITS)
        self._container: ContainerClient = ContainerClient(
            runtime.settings().azure_endpoint.replace("{account}", login.user),
            place.home,
            credential=credential,
            transport=RequestsTransport(session=self._session, session_owner=False),
            retry_total=0,
            permit_redirects=False,
            connection_timeout=_LIMITS.connect,
            read_timeout=_LIMITS.read,
            max_single_get_size=_CHUNK,
            max_chunk_get_size=_CHUNK,
        )

    def look(self, name: str) -> BlobFacts:
        with _named_faults():
            found = self._container.get_blob_client(name).get_blob_properties()
            return BlobFacts(found.size, found.etag, found.content_settings.content_type)

    def read(self, name: str, start: int, end: int, etag: str | None) -> Iterator[bytes]:
        """The bytes from `start` to before `end`, in pieces of at most 1 MiB. Refused (CHANGED) for another ETag."""
        blob = self._container.get_blob_client(name)
        for at in range(start, end, _CHUNK):
            chunk = _chunk(blob, at, min(_CHUNK, end - at), etag)
            for begin in range(0, len(chunk), _MIB):
                yield chunk[begin : begin + _MIB]

    def put(self, name: str, body: Outgoing, size: int | None, content_type: str | None) -> None:
        """Store a body, which has `size` bytes where that is known, over whatever is there. Blocks of an upload that
        failed are never seen, and Azure drops them after a week. Raises what the body does, too."""
        from azure.storage.blob import ContentSettings

        blob = self._container.get_blob_client(name)
        settings = ContentSettings(content_type=content_type or "application/octet-stream")
        beginning = body.read_all(_block_bytes(0, size))
        blocks = [] if body.ended else _staged(blob, beginning, body, size)
        with _named_faults():
            if blocks:
                blob.commit_block_list(blocks, content_settings=settings)
            else:
                blob.upload_blob(beginning, overwrite=True, content_settings=settings, max_concurrency=1)

    def delete(self, name: str) -> None:
        """A blob that is not there is no error."""
        try:
            with _named_faults():
                self._container.get_blob_client(name).delete_blob()
        except Refused as refused:
            if refused.why is not Why.MISSING:
                raise

    def close(self) -> None:
        self._session.close()


def _signature(sas: str) -> Any:
    from azure.core.credentials import AzureSasCredential

    query = sas.removeprefix("?")
    if not _SIGNATURE.fullmatch(query) or not {"sv", "sig"} <= parse_qs(query).keys():
        raise Refused(Why.LOGIN, "a shared access signature is a query with sv and sig")
    return AzureSasCredential(query)


def _key(login: Secret) -> dict[str, str]:
    try:
        usable = bool(base64.b64decode(login.secret, validate=True))
    except (binascii.Error, ValueError):
        usable = False
    if not usable:
        raise Refused(Why.LOGIN, "keys of accounts are written in base64, which this one is not")
    return {"account_name": login.user, "account_key": login.secret}


def _chunk(blob: BlobClient, at: int, length: int, etag: str | None) -> bytes:
    from azure.core import MatchConditions

    pinned: dict[str, Any] = {"etag": etag, "match_condition": MatchConditions.IfNotModified} if etag else {}
    with _named_faults():
        chunk: bytes = blob.download_blob(at, length, max_concurrency=1, **pinned).readall()
    if len(chunk) != length:
        raise CutShort("The server ended its answer early.")
    return chunk


def _staged(blob: BlobClient, beginning: bytes, rest: Outgoing, size: int | None) -> list[Any]:
    """Sends everything, as blocks that are not a blob yet. Their ids are of this upload alone, and equally long."""
    from azure.storage.blob import BlobBlock

    upload, blocks, block = uuid.uuid4().hex, list[Any](), beginning
    while block:
        blocks.append(BlobBlock(f"{upload}-{len(blocks):05d}"))
        with _named_faults():
            blob.stage_block(blocks[-1].id, block, length=len(block))
        block = rest.read_all(_block_bytes(len(blocks), size))
    return blocks


def _block_bytes(number: int, size: int | None) -> int:
    if size is None:
        return _LEAST_BLOCK * (1 + number // _GROW_EVERY)
    return max(_LEAST_BLOCK, -(-size // _MOST_BLOCKS))


@contextmanager
def _named_faults() -> Iterator[None]:
    from azure.core.exceptions import AzureError, HttpResponseError
    from urllib3.exceptions import HTTPError

    from stepcoder.net.sessions import as_net_error

    try:
        yield
    except HttpResponseError as error:
        if error.response is None:  # what came in broke off
            raise as_net_error(_innermost(error), "the storage") from error
        code = getattr(error, "error_code", None)
        raise refused_with_code(error.status_code or 0, str(getattr(code, "value", code) or "")) from None
    except (AzureError, OSError, HTTPError) as error:
        raise as_net_error(_innermost(error), "the storage") from error


def _innermost(error: BaseException) -> BaseException:
    """What an error of Azure's is about: it does not chain what it wraps."""
    while (wrapped := getattr(error, "inner_exception", None)) is not None:
        error = wrapped
    return error


def refused_with_code(status: int, code: str) -> Refused:
    """The refusal behind an HTTP status and the code that came with it, which may be empty."""
    if code not in _BY_CODE:
        plain = refused_with(status)
        return Refused(plain.why, code or plain.answer, status)
    return Refused(_BY_CODE[code], code, status)
