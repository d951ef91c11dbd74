"""Receipts of created jobs in the table, by the key their creator chose. What a key may be is jobs/idempotency.py."""

from __future__ import annotations

from typing import NamedTuple

from stepcoder.aws.expressions import less_than
from stepcoder.aws.table import Put, Table


class Receipt(NamedTuple):
    """`key` and `fingerprint` are digests of the creator's key and of the request.

    With an `order`, a receipt counts until one of the same key comes whose order is greater, as texts compare.
    """

    account_id: int
    key: str
    fingerprint: str
    order: str = ""

    @property
    def path(self) -> str:
        return f"receipts/{self.account_id}/{self.key}"


class ReceiptStore:
    """The part of Records that holds receipts."""

    table: Table

    def receipt(self, wanted: Receipt) -> tuple[int, str] | None:
        """Job id and fingerprint of the request that first came with this key; None if none did, or only one that is
        before it in the order."""
        item = self.table.get(wanted.path)
        if item is None or str(item.get("order", "")) < wanted.order:
            return None
        return int(item["of_job"]), str(item["fingerprint"])


def receipt_item(receipt: Receipt, job_id: int, expires_at: int) -> Put:
    """To be written with the job, and to go when it goes. `expires_at` in seconds since 1970."""
    order = {"order": receipt.order} if receipt.order else {}
    return Put(
        path=receipt.path,
        item={"of_job": job_id, "fingerprint": receipt.fingerprint, "expires_at": expires_at, **order},
        over=less_than("order", receipt.order) if receipt.order else None,
    )
