"""Whose login opens a place for a step: the one in its URL, saved credentials, or else the service's own role.

The most specific wins (zencoder-api 5.1). The service's own buckets are opened with its role unless a job names
credentials for them: an account's default is for the account's own storage.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence

from stepcoder import runtime
from stepcoder.aws.objects import Objects
from stepcoder.aws.stores import objects_for
from stepcoder.credentials.resolving import resolve
from stepcoder.destinations import Destination, open_destination
from stepcoder.errors import EncodingError, InputError, OutputError
from stepcoder.net import AddressPolicy
from stepcoder.plan.model import ThumbnailSet
from stepcoder.records.model import Output
from stepcoder.sources import RangedSource, open_place
from stepcoder.storage import Place, Secret

# FTP servers may let anybody in, and S3 lets the service's role in; these let nobody in without a name.
_NEED_A_LOGIN = ("gcs", "cf", "azure", "sftp")


def login_for(place: Place, account_id: int | None, nickname: str | None) -> Secret | None:
    """How to reach a place; None is the service's role, or nobody in particular.

    `account_id` None stands for the service itself. Raises EncodingError where there is no login and it takes one, or
    the named credentials are gone, and TryAgain.
    """
    found = place.login
    # A name without its password may be completed by saved credentials; a signature needs no more than the name.
    lacking = found is None or (not found.secret and place.sas is None and nickname is not None)
    if lacking and account_id is not None and (nickname is not None or not _is_ours(place)):
        found = resolve(account_id, nickname, place.scheme) or found
    if place.family in _NEED_A_LOGIN and (found is None or not (found.secret or place.sas)):
        raise EncodingError(
            "InvalidUsernameOrPasswordError",
            f"There is no login for {place.url}. Write it into the URL, or save credentials of type {place.family}.",
        )
    return found


def own_policy() -> AddressPolicy:
    """Which hosts are connected to; the environment may name private ones."""
    return AddressPolicy.parse(runtime.settings().allow_private_hosts)


class Stores:
    """The storages that an account's files go to and come from, each opened once. Safe to use from several threads.

    `own` is S3 as the service's role sees it. Close it when done.
    """

    def __init__(self, account_id: int | None, own: Objects) -> None:
        self._account_id, self._own = account_id, own
        self._open: dict[tuple[str, str, Secret | None, str | None], Destination] = {}
        self._lock = threading.Lock()
        self.warnings: list[str] = []

    def destination(self, place: Place, nickname: str | None) -> Destination:
        """Where files beside `place` are put. Raises OutputError and TryAgain."""
        try:
            login = login_for(place, self._account_id, nickname)
        except EncodingError as error:
            raise OutputError(error.error_class, error.message) from None
        name = (place.scheme, place.home, login, place.sas)
        with self._lock:
            if name not in self._open:
                self._open[name] = open_destination(
                    place, login, objects=self._objects, policy=own_policy(), warn=self._warn
                )
            return self._open[name]

    def source(self, place: Place, nickname: str | None, pinned: str | None = None) -> RangedSource:
        """A file to be read. Raises InputError and TryAgain."""
        try:
            login = login_for(place, self._account_id, nickname)
        except EncodingError as error:
            raise InputError(error.error_class, error.message) from None
        return open_place(place, login, objects=self._objects, policy=own_policy(), pinned=pinned)

    def close(self) -> None:
        with self._lock:
            for each in self._open.values():
                each.close()
            self._open.clear()

    def _objects(self, place: Place, login: Secret | None) -> Objects:
        return self._own if login is None else objects_for(place, login)

    def _warn(self, sentence: str) -> None:
        if sentence not in self.warnings:
            self.warnings.append(sentence)


def nickname_for(place: Place, output: Output, stills: Sequence[ThumbnailSet]) -> str | None:
    """The credentials named for one of an output's files: a still's are those of its set, never the output's.

    Those of the output are for the kind of storage that its url is in; a secondary_url elsewhere has its own login, or
    the account's default.
    """
    found = set_of(place, stills)
    if found is not None:
        return found.credentials
    return output.credentials if place.family == Place.read(output.target).family else None


def set_of(place: Place, stills: Sequence[ThumbnailSet]) -> ThumbnailSet | None:
    """The set that a file is a picture of."""
    for each in stills:
        base = Place.read(each.base_url)
        name = re.escape(f"{base.path}{each.prefix}_") + rf"[0-9]{{4,}}\.{each.format}"
        if (place.scheme, place.home) == (base.scheme, base.home) and re.fullmatch(name, place.path):
            return each
    return None


def _is_ours(place: Place) -> bool:
    settings = runtime.settings()
    return place.family == "s3" and place.home in (settings.work_bucket, settings.output_bucket, settings.upload_bucket)
