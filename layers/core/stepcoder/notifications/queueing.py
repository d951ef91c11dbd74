"""From something that ended to messages in the queue: each event announced once, whoever asks and however often.

The ledger (records/announcements.py) decides who sends; the body is rendered once and kept there, so that a repetition
says the same, byte for byte. XML and mails are made from it when they are sent, and from nothing else.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stepcoder import runtime
from stepcoder.aws import queue
from stepcoder.aws.objects import Objects
from stepcoder.notifications.events import event_id, job_event, output_event, outputs_told
from stepcoder.notifications.payloads import (
    Document,
    encoder_payload,
    job_payload,
    minimal_output_payload,
    output_payload,
)
from stepcoder.notifications.targets import channel_of
from stepcoder.records.announcements import Announcement
from stepcoder.records.model import Job, Output
from stepcoder.records.store import Records, records
from stepcoder.states import TERMINAL_JOB, TERMINAL_OUTPUT

# A message holds 256 KB with its headers and escapes; larger bodies go to the work bucket.
_LARGEST_INLINE = 200_000


@dataclass(frozen=True)
class _News:
    """Something that ended, and whom to tell. `after`: the messages that should go first."""

    job: Job
    event: str
    targets: Sequence[Mapping[str, Any]]
    render: Callable[[], Document]
    after: Sequence[str] = ()


def queue_output_notifications(output_id: int) -> bool:
    """Queue what an output's targets are to be told, once it is terminal. Repeating is harmless.

    True: everything is queued (or nobody is to be told). False: not terminal yet, or another worker is queueing it
    right now. Raises NotFound, TryAgain.
    """
    store = records()
    output = store.output(output_id)
    if output.state not in TERMINAL_OUTPUT:
        return False
    if not output.notifications:
        return True
    job = store.job(output.job_id)
    if _superseded(job, output):
        return True

    def render() -> Document:
        if job.api_version == "v1":
            return minimal_output_payload(job, output)
        return output_payload(job, store.input(job.input_id), output)

    return _announce(store, _News(job, output_event(output), output.notifications, render))


def queue_job_notifications(job_id: int) -> bool:
    """Queue what a job's targets are to be told, once it is terminal; see queue_output_notifications.

    A job made through version 1 of the API has no notifications of its own (zencoder-api 1.9).
    """
    store = records()
    job = store.job(job_id)
    if job.state not in TERMINAL_JOB:
        return False
    if not job.notifications or job.api_version == "v1" or job.deleted_at:
        return True
    outputs = store.outputs(job)

    def render() -> Document:
        source = store.input(job.input_id)
        return encoder_payload(job, source, outputs) if job.wire else job_payload(job, source, outputs)

    return _announce(store, _News(job, job_event(job), job.notifications, render, outputs_told(outputs)))


def _superseded(job: Job, output: Output) -> bool:
    """True while a resubmitted job is about to try this output again: how that ends is what its targets want."""
    return output.attempt < job.attempt and output.state != "finished" and job.state not in TERMINAL_JOB


def _announce(store: Records, news: _News) -> bool:
    job_id, event = news.job.id, news.event
    known = store.announcement(job_id, event)
    if known is not None and known.sent:
        return True
    content = known.content if known is not None else _content(job_id, event, news.render())
    claim = store.claim_announcement(job_id, event, content, _fetched(news), job_created_at=news.job.created_at)
    if claim.mine:
        _send(store, claim, news)
        store.mark_announced(job_id, event)
    return claim.mine or claim.sent


def _fetched(news: _News) -> tuple[int, str] | None:
    """Whose fetcher gets this, and in which format: that of the first such target, since one copy is enough."""
    formats = [target.get("format") or "json" for target in news.targets if channel_of(target["url"]) == "fetcher"]
    return (news.job.account_id, formats[0]) if formats else None


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


def _send(store: Records, claim: Announcement, news: _News) -> None:
    for message in _messages(claim, news):
        if message["channel"] == "fetcher":
            store.add_delivery(message, "kept", job_created_at=news.job.created_at)
            continue
        store.add_delivery(message, job_created_at=news.job.created_at)
        after = {"after": list(news.after)} if news.after else {}
        queue.send({**message, **after, **claim.content})


def _messages(claim: Announcement, news: _News) -> Iterator[dict[str, Any]]:
    """One for each target, without its body."""
    for position, target in enumerate(news.targets):
        given = target.get("format")
        # Version 1 names no type unless it was asked for a format (zencoder-api 1.9).
        typed = given or news.job.api_version != "v1"
        yield {
            "event_id": event_id(news.job.id, news.event, position),
            "event": news.event,
            "job_id": news.job.id,
            "account_id": news.job.account_id,
            "channel": channel_of(target["url"]),
            "target": target["url"],
            "headers": target.get("headers") or {},
            "format": given or "json",
            "content_type": f"application/{given or 'json'}" if typed else None,
            "told_at": runtime.timestamp(claim.told_at),
        }
