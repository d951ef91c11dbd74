"""The account that the embedded service makes for whoever started it. Every other account is made over the API."""

from __future__ import annotations

import os

from .declared import Template

EMAIL = "you@example.com"


def create_account(declared: Template) -> tuple[str, str, str]:
    """Key, notification secret and signing secret of the ready-made account.

    Made by the service's own use-case in this process: over HTTP the secrets are not told.
    """
    environment = next((function.environment for function in declared.functions.values()), {})
    if "STEPCODER_TABLE" not in environment or not declared.tables:
        return "", "", ""
    os.environ.update({name: value for name, value in environment.items() if name.startswith("STEPCODER_")})
    from stepcoder import accounts, runtime

    runtime.reset()
    made = accounts.create_account({"email": EMAIL, "terms_of_service": "1"})
    runtime.reset()
    return made.api_key, made.account.notification_secret, made.account.signing_secret
