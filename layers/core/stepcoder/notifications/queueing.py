"""From something that ended to messages in the queue: each event announced once, whoever asks and however often.

The ledger (records/announcements.py) decides who sends; the body is rendered once and kept there, so that a repetition
says the same, byte for byte.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from typing import Any

from stepcoder import runtime
from stepcoder.aws import queue
from stepcoder.aws.objects import Objects
from stepcoder.notifications.payloads import Document, job_payload, output_payload
from stepcoder.records.announcements import Announcement
from stepcoder.records.store import Records, records
from stepcoder.states import TERMINAL_JOB, TERMINAL_OUTPUT

# A message holds 256 KB with its headers and escapes; larger bodies go to the work bucket.
_LARGEST_INLINE = 200_000


def queue_output_notifications(output_id: int) -> bool:
    """Queue what an output's targets are to be told, once it is terminal. Repeating is harmless.

    True: everything is queued (or nobody is to be told). False: not terminal yet, or another worker is queueing it
    right now. Raises NotFound, TryAgain.
    """
    store = records()
    output = store.output(output_id)
    if output.state not in TERMINAL_OUTPUT:
        return False

    def render() -> Document:
        job = store.job(output.job_id)
        return output_payload(job, store.input(job.input_id), output)

    targets = _webhooks(output.notifications, output.job_id)
    return _announce(store, output.job_id, output.account_id, f"output-{output_id}", targets, render)


def queue_job_notifications(job_id: int) -> bool:
    """Queue what a job's targets are to be told, once it is terminal; see queue_output_notifications."""
    store = records()
    job = store.job(job_id)
    if job.state not in TERMINAL_JOB:
        return False

    def render() -> Document:
        return job_payload(job, store.input(job.input_id), store.outputs(job))

    return _announce(store, job_id, job.account_id, "job", _webhooks(job.notifications, job_id), render)


def _webhooks(notifications: Sequence[dict[str, Any]], job_id: int) -> list[dict[str, Any]]:
    webhooks = [target for target in notifications if str(target.get("url", "")).lower().startswith("http")]
    if len(webhooks) < len(notifications):
        runtime.logger().warning("delivery of notifications by e-mail is not configured", job_id=job_id)
    return webhooks


def _announce(
    store: Records,
    job_id: int,
    account_id: int,
    event: str,
    targets: Sequence[dict[str, Any]],
    render: Callable[[], Document],
) -> bool:
    if not targets:
        return True
    known = store.announcement(job_id, event)
    if known is not None and known.sent:
        return True
    content = known.content if known is not None else _content(job_id, event, render())
    claim = store.claim_announcement(job_id, event, content)
    if claim.mine:
        _send(claim, job_id, account_id, event, targets)
        store.mark_announced(job_id, event)
    return claim.mine or claim.sent


def _content(job_id: int, event: str, payload: Document) -> dict[str, Any]:
    body = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    if len(queue.encode({"body": body}).encode()) <= _LARGEST_INLINE:
        return {"body": body}
    # Not below jobs/<id>/, which is cleared as soon as the job is over: this may be needed for hours more.
    # Named after its bytes: a rival that renders differently must not overwrite what the ledger points to.
    digest = hashlib.sha256(body.encode()).hexdigest()[:32]
    key = f"notifications/{job_id}/{event}-{digest}.json"
    Objects().put(runtime.settings().work_bucket, key, body, "application/json")
    return {"body_key": key}


def _send(claim: Announcement, job_id: int, account_id: int, event: str, targets: Sequence[dict[str, Any]]) -> None:
    for position, target in enumerate(targets):
        queue.send(
            {
                "event_id": f"msg_{job_id}_{event}_{position}",
                "job_id": job_id,
                "account_id": account_id,
                "target": target["url"],
                "headers": target.get("headers") or {},
                **claim.content,
            }
        )
