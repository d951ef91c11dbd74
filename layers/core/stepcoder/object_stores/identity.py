"""Signing in to Swift: a token, and the address that an account's containers are found at.

Two ways, told apart by the address of the identity service: Swift's own (v1.0, headers `X-Auth-User`, `X-Auth-Key`)
and Rackspace's, which is OpenStack's v2.0 with an API key for a password (`RAX-KSKEY:apiKeyCredentials`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from stepcoder.net.errors import BrokenResponse
from stepcoder.net.urls import Url
from stepcoder.object_stores.refusals import Refused, refused_with
from stepcoder.storage import Secret
from stepcoder.transfers.refusals import Why

if TYPE_CHECKING:
    import requests

_RACKSPACE = "https://identity.api.rackspacecloud.com/v2.0"
_RACKSPACE_UK = "https://lon.identity.api.rackspacecloud.com/v2.0"
# What the scheme's plus sign is followed by (zencoder-api 5.1), and what the catalogue calls it.
_REGIONS = {None: "DFW", "dfw": "DFW", "ord": "ORD", "uk": "LON"}
_UNSENDABLE = re.compile(r"[\x00-\x1f\x7f]")


class SignedIn(NamedTuple):
    """`url` is the account's own, without a slash at the end. The token is a secret."""

    url: str
    token: str


def identity_url(setting: str, region: str | None) -> str:
    """Where to sign in: what the operator has set, or Rackspace's service for the region."""
    return setting or (_RACKSPACE_UK if region == "uk" else _RACKSPACE)


def sign_in(session: requests.Session, identity: str, login: Secret, region: str | None) -> SignedIn:
    """Raises Refused (REGION: the account has no containers there), NetError, and what the session raises."""
    if _UNSENDABLE.search(login.user + login.secret):
        raise Refused(Why.LOGIN, "no login has control characters")
    if urlsplit(identity).path.rstrip("/").endswith(("/v2.0", "/tokens")):
        return _from_catalogue(session, identity, login, _REGIONS[region])
    return _from_headers(session, identity, login)


def _from_headers(session: requests.Session, identity: str, login: Secret) -> SignedIn:
    headers = {"X-Auth-User": login.user.encode(), "X-Auth-Key": login.secret.encode()}
    response = session.get(identity, headers=headers)
    _check(response.status_code)
    url = response.headers.get("X-Storage-Url")
    token = response.headers.get("X-Storage-Token") or response.headers.get("X-Auth-Token")
    if not url or not token:
        raise BrokenResponse("The identity service did not say where the account is.")
    return _signed_in(url, token)


def _from_catalogue(session: requests.Session, identity: str, login: Secret, region: str) -> SignedIn:
    address = identity if identity.endswith("/tokens") else f"{identity.rstrip('/')}/tokens"
    credentials = {"username": login.user, "apiKey": login.secret}
    response = session.post(address, json={"auth": {"RAX-KSKEY:apiKeyCredentials": credentials}})
    # 400 is the answer to a key of a form that none has.
    _check(401 if response.status_code == 400 else response.status_code)
    try:
        access = response.json()["access"]
        token = str(access["token"]["id"])
        return _signed_in(_endpoint(access["serviceCatalog"], region), token)
    except (ValueError, KeyError, TypeError) as error:
        raise BrokenResponse("The identity service did not answer in the form that was expected.") from error


def _signed_in(url: str, token: str) -> SignedIn:
    Url.parse(url)  # raises BadUrl
    return SignedIn(url.rstrip("/"), token)


def _endpoint(catalogue: list[dict[str, Any]], region: str) -> str:
    for service in catalogue:
        if service["type"] == "object-store":
            for endpoint in service["endpoints"]:
                if str(endpoint.get("region", "")).upper() == region:
                    return str(endpoint["publicURL"])
    raise Refused(Why.REGION, region)


def _check(status: int) -> None:
    if status in (401, 403):
        raise Refused(Why.LOGIN, f"HTTP {status}", status)
    if not 200 <= status < 300:
        raise refused_with(status)
