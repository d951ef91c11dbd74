"""What an account wants done with the files that are uploaded for it, where nothing nearer to a file says so.

Settings are the body of a job without its input. How they come together with others is jobs/drop_settings.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stepcoder.credentials.checking import check_credentials
from stepcoder.errors import InvalidRequest
from stepcoder.records.model import Account
from stepcoder.records.store import records

# Stands for the file that is not there yet.
_ANY_FILE = "s3://uploads/file"


def upload_settings(account: Account) -> dict[str, Any]:
    """The account's settings, as they were given; empty if none were."""
    return records().upload_settings(account.id)


def replace_upload_settings(account: Account, body: Mapping[str, Any]) -> dict[str, Any]:
    """Put these settings in place of all the account has; an empty hash leaves none.

    Raises InvalidRequest with a sentence for every value that no job could have, or that is a secret of single files,
    and BodyTooLarge.
    """
    from stepcoder.request.decryption import SECRETS
    from stepcoder.request.model import JobRequest

    settings = {name: value for name, value in body.items() if name not in ("api_key", "input")}
    check_credentials(account, JobRequest.from_body({**settings, "input": _ANY_FILE}))
    if secrets := [name for name in SECRETS if settings.get(name) is not None]:
        raise InvalidRequest(
            *(f"{name} is not kept for an account: put it beside the file it opens." for name in secrets)
        )
    records().save_upload_settings(account.id, settings)
    return settings
