"""Sealing the secret settings of a job before its request is stored. Opening them is opening_settings.py."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from stepcoder.credentials.context import SEALED, setting_context


def sealed_request(request: Mapping[str, Any], account_id: int, job_id: int) -> dict[str, Any]:
    """The request as it is kept: secrets sealed, each for this job alone. Without secrets nothing is asked of KMS.

    Raises TryAgain.
    """
    # Settings as models, and KMS: only a job that is made should pay for them.
    from stepcoder.aws import keys
    from stepcoder.request.decryption import SECRETS

    secrets = {name: request[name] for name in SECRETS if request.get(name) is not None}
    if not secrets:
        return dict(request)
    sealed = {
        name: b64encode(keys.seal(secret, setting_context(account_id, job_id, name))).decode()
        for name, secret in secrets.items()
    }
    return {**{name: value for name, value in request.items() if name not in SECRETS}, SEALED: sealed}
