"""What a sealed secret is bound to, be it one of saved credentials or a setting of a job."""

from __future__ import annotations

SEALED = "sealed"  # the member of a stored request that holds its secrets


def sealing_context(account_id: int, nickname: str) -> dict[str, str]:
    """The encryption context: the secret opens only for the same account and nickname. Neither is secret."""
    return {"account": str(account_id), "nickname": nickname.lower()}


def setting_context(account_id: int, job_id: int, name: str) -> dict[str, str]:
    """The same for a setting of one job; no nickname has a slash."""
    return {"account": str(account_id), "nickname": f"jobs/{job_id}/{name}"}
