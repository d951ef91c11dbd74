"""From the customer's URL to a file that every worker can read in ranges: opened, decrypted, copied, checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from stepcoder.errors import InputError
from stepcoder.plan.model import SourceFile
from stepcoder.records.model import Input
from stepcoder.request.decryption import KEY_BYTES, Decryption, decryption_method
from stepcoder.request.places import scheme_of
from stepcoder.sources import RangedSource, refuse_non_media
from stepcoder.sources.decryption import Decrypted, decrypted
from stepcoder.sources.s3 import S3Source
from stepcoder.steps.assets import fetch_asset
from stepcoder.steps.fetching import Fetching, check_source, copy_source
from stepcoder.steps.opening import open_input, open_planned
from stepcoder.steps.workspace import Workspace

_LARGEST_KEY_FILE = 1024  # bytes: more than any key, to be able to say how long one is that is too long


@dataclass(frozen=True)
class InputWishes:
    """What the job asked about the reading of its input."""

    decryption: Decryption
    expected_md5: str | None
    connections: int


def wishes_of(request: Mapping[str, Any]) -> InputWishes:
    """From the request as it was stored."""
    return InputWishes(
        decryption=Decryption.model_validate(request),
        expected_md5=request.get("expected_md5_checksum"),
        connections=request.get("download_connections", 5),
    )


def readable_source(
    given: Input,
    wishes: InputWishes,
    workspace: Workspace,
    attempt: int,
    on_progress: Callable[[float], bool],
    deadline: float | None,
) -> tuple[SourceFile, RangedSource]:
    """Where workers read the input, and the same opened. `on_progress(percent)` says whether to go on.

    A source stays where it is if ranges of it can be had cheaply; else, and if it is encrypted, it is copied into the
    work bucket. Raises what copy_source raises, and InvalidEncryptionSettingsError.
    """
    opened = open_input(given)
    inside = _inside(opened, given, wishes.decryption)
    refuse_non_media(inside or opened)

    def downloading(done: int) -> bool:
        return on_progress(100 * done / opened.size if opened.size > 0 else 0.0)

    run = Fetching(
        workspace,
        attempt,
        downloading,
        deadline=deadline,
        connections=wishes.connections,
        expected_md5=wishes.expected_md5,
    )
    if inside is None and _stays(opened, wishes):
        check_source(opened, run)
        return _in_place(opened, given, wishes), opened
    copy = copy_source(opened, run) if inside is None else copy_source(inside, replace(run, as_sent=inside.as_sent))
    return copy, open_planned(copy)


def _stays(opened: RangedSource, wishes: InputWishes) -> bool:
    # To be checked it has to be read as a whole, once; over the internet that is worth keeping.
    read_twice = wishes.expected_md5 is not None and not isinstance(opened, S3Source)
    return opened.supports_ranges and not opened.costly_ranges and not read_twice


def _in_place(opened: RangedSource, given: Input, wishes: InputWishes) -> SourceFile:
    return SourceFile(
        url=given.url,
        size_bytes=opened.size,
        etag=opened.etag,
        account_id=given.account_id,
        credentials=given.credentials,
        connections=wishes.connections,
    )


def _inside(opened: RangedSource, given: Input, asked: Decryption) -> Decrypted | None:
    method = decryption_method(asked)
    return decrypted(opened, method, _key(given, asked, method), asked.decryption_password) if method else None


def _key(given: Input, asked: Decryption, method: str) -> bytes | None:
    if asked.decryption_key is not None:
        return bytes.fromhex(asked.decryption_key)
    url = asked.decryption_key_url
    if url is None:
        return None
    # Credentials are named for the input; they open the key where it lies in storage of the same kind.
    alike = scheme_of(url).partition("+")[0] == scheme_of(given.url).partition("+")[0]
    key = fetch_asset(url, given.account_id, given.credentials if alike else None, _LARGEST_KEY_FILE)
    if len(key) != KEY_BYTES[method]:
        raise InputError(
            "InvalidEncryptionSettingsError",
            f"The file at decryption_key_url has {len(key)} bytes: a key for {method} has {KEY_BYTES[method]}.",
        )
    return key
