"""The account that the embedded service makes for whoever started it. Every other account is made over the API."""

from __future__ import annotations

import os
from typing import NamedTuple

from .declared import Template

EMAIL = "you@example.com"


class FirstAccount(NamedTuple):
    """What the ready file says of the account; `upload_prefix` begins the keys of files that become its jobs."""

    api_key: str = ""
    notification_secret: str = ""
    signing_secret: str = ""
    upload_prefix: str = ""
    videosdk_api_key: str = ""
    videosdk_secret: str = ""


def create_account(declared: Template) -> FirstAccount:
    """The ready-made account; empty where the template has no table for it.

    Made by the service's own use-case in this process: over HTTP the secrets are not told.
    """
    environment = next((function.environment for function in declared.functions.values()), {})
    if "STEPCODER_TABLE" not in environment or not declared.tables:
        return FirstAccount()
    os.environ.update({name: value for name, value in environment.items() if name.startswith("STEPCODER_")})
    from stepcoder import accounts, runtime
    from stepcoder.accounts import making_keys
    from stepcoder.uploads.places import account_folder

    runtime.reset()
    made = accounts.create_account({"email": EMAIL, "terms_of_service": "1"})
    signs = None
    if environment.get("STEPCODER_CREDENTIALS_KEY"):
        signs = making_keys.create_key(made.account, {"kind": "videosdk", "label": "the first"})
    runtime.reset()
    return FirstAccount(
        made.api_key,
        made.account.notification_secret,
        made.account.signing_secret,
        account_folder(made.account.id),
        signs.api_key if signs else "",
        (signs.secret or "") if signs else "",
    )
