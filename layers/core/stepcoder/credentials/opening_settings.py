"""Opening the secret settings of a stored request, for the worker that needs them. Sealing: sealing_settings.py."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from typing import Any

from stepcoder.aws import keys
from stepcoder.credentials.context import SEALED, setting_context


def opened_request(request: Mapping[str, Any], account_id: int, job_id: int) -> dict[str, Any]:
    """The request as it was asked. Raises TryAgain."""
    secrets = {
        name: keys.unseal(b64decode(sealed), setting_context(account_id, job_id, name))
        for name, sealed in request.get(SEALED, {}).items()
    }
    return {**{name: value for name, value in request.items() if name != SEALED}, **secrets}
