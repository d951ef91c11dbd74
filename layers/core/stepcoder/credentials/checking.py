"""Whether the credentials that a job names exist and fit the URLs they are for (zencoder-api 3.1, 3.2, 3.10, 5.1).

No secret is opened here: what is wrong is told before a worker could find out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from stepcoder.errors import InvalidRequest
from stepcoder.records.model import Account
from stepcoder.records.store import records
from stepcoder.storage import types_for

if TYPE_CHECKING:
    from stepcoder.request.model import JobRequest


class _Use(NamedTuple):
    """Credentials named by a setting. `url` is None where files go to temporary storage, which needs none."""

    path: str
    nickname: str
    url: str | None


def check_credentials(account: Account, request: JobRequest) -> None:
    """Raises InvalidRequest with a sentence for every name that is unknown or of a type that its URL does not take."""
    uses = list(_uses(request))
    if not uses:
        return
    types = {saved.nickname.lower(): saved.type for saved in records().credentials_of(account.id)}
    problems = [sentence for use in uses for sentence in _problems(use, types)]
    if problems:
        raise InvalidRequest(*problems)


def _uses(request: JobRequest) -> Iterator[_Use]:
    if request.credentials is not None:
        yield _Use("credentials", request.credentials, request.input)
    for index, output in enumerate(request.outputs):
        path = f"outputs[{index}]"
        if output.credentials is not None:
            yield _Use(f"{path}.credentials", output.credentials, output.url or output.base_url)
        for number, stills in enumerate(output.thumbnails):
            if stills.credentials is not None:
                yield _Use(f"{path}.thumbnails[{number}].credentials", stills.credentials, stills.base_url)


def _problems(use: _Use, types: Mapping[str, str]) -> Iterator[str]:
    from stepcoder.request.places import storage_scheme

    named = f'{use.path} is "{use.nickname}"'
    kind = types.get(use.nickname.lower())
    if kind is None:
        yield f"{named}: this account has no saved credentials of that name."
        return
    scheme = storage_scheme(use.url) if use.url is not None else None
    if scheme is None or kind in types_for(scheme):
        return
    if types_for(scheme):
        yield f"{named}: those are of type {kind}, but the URL they are for needs {' or '.join(types_for(scheme))}."
    else:
        yield f"{named}: those are of type {kind}, but {scheme} URLs carry their user and password themselves."
