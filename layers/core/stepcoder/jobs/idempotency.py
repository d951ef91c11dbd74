"""Creating a job once, however often the same request arrives: the Idempotency-Key header, an extension of ours, and
uploads, whose events may come twice and in any order.

The receipt is written in the transaction that writes the job, so neither can be there without the other.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from stepcoder.errors import InvalidRequest
from stepcoder.records.model import Account
from stepcoder.records.receipts import Receipt
from stepcoder.records.store import Records
from stepcoder.uploads.events import Upload

if TYPE_CHECKING:
    from stepcoder.request.model import JobRequest

LONGEST_KEY = 255


def receipt_for(account: Account, key: str | None, request: JobRequest) -> Receipt | None:
    """What is to be remembered of a request with that key; None without one. Raises InvalidRequest."""
    if key is None:
        return None
    if not key.strip() or len(key) > LONGEST_KEY or not key.isprintable():
        raise InvalidRequest(f"The Idempotency-Key header must be a text of 1 to {LONGEST_KEY} printable characters.")
    canonical = json.dumps(request.to_json(), sort_keys=True)
    return Receipt(account.id, _digest(key.strip()), _digest(canonical))


def receipt_of(account: Account, upload: Upload) -> Receipt:
    """What is to be remembered of an upload: the file's place, and which of the files put there it was.

    Apart from every key that a client can send: those have no null characters.
    """
    which = () if upload.order else (upload.version, upload.etag)
    return Receipt(account.id, _digest("\0".join(("upload", upload.bucket, upload.key, *which))), "", upload.order)


def earlier_job(store: Records, receipt: Receipt | None) -> int | None:
    """The job that was made for this key and request before. Raises InvalidRequest if the request was another one."""
    known = store.receipt(receipt) if receipt is not None else None
    if known is None or receipt is None:
        return None
    job_id, fingerprint = known
    if fingerprint != receipt.fingerprint:
        raise InvalidRequest("This Idempotency-Key was used for another request: send a new key for a new job.")
    return job_id


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
