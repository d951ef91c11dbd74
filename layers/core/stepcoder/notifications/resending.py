"""What became of a job's notifications, and sending them again at their owner's wish. Our extension of the API."""

from __future__ import annotations

from datetime import datetime, timedelta

from stepcoder import runtime
from stepcoder.aws import queue
from stepcoder.errors import NotFound, TryAgain, WrongState
from stepcoder.jobs.reading import job_of
from stepcoder.notifications.events import every_message
from stepcoder.records.announcements import Announcement
from stepcoder.records.deliveries import Delivery
from stepcoder.records.model import Account, Job
from stepcoder.records.store import Records, records

# A message whose next attempt is overdue by this much is lost: nothing would come of waiting for it.
_OVERDUE = timedelta(minutes=15)
# Of bodies in the work bucket, which are removed after 15 days: the attempts need some time themselves.
_LARGE_BODIES_FOR = timedelta(days=14)


def notifications_of(account: Account, job_id: int) -> list[Delivery]:
    """The log of the account's job, oldest message first. Raises NotFound."""
    store = records()
    return _logs(store, job_of(account, job_id))


def resend(account: Account, job_id: int, event_id: str) -> None:
    """Send one of the job's messages again, the same bytes, with 20 fresh attempts.

    Raises NotFound; WrongState while it is still being delivered, for one that a fetcher has, and for one whose body is
    no longer kept.
    """
    store = records()
    job = job_of(account, job_id)
    known = next((log for log in _logs(store, job) if log.event_id == event_id), None)
    if known is None:
        raise NotFound(f"Job {job_id} has no notification with the id {event_id[:80]!r}.")
    if known.state == "kept":
        raise WrongState(f"Notification {event_id} is kept for the fetcher, and was not sent.")
    if _under_way(known):
        raise WrongState(f"Notification {event_id} is still being delivered.")
    _queue_again(store, known, _content(store, known))


def resend_all(account: Account, job_id: int) -> None:
    """Send the job's messages again, except for those that are still being delivered, or that a fetcher has.

    Raises NotFound; WrongState, before anything is sent, if a body is no longer kept.
    """
    store = records()
    wanted = [log for log in _logs(store, job_of(account, job_id)) if log.state != "kept" and not _under_way(log)]
    contents = [_content(store, log) for log in wanted]
    for log, content in zip(wanted, contents, strict=True):
        _queue_again(store, log, content)


def _logs(store: Records, job: Job) -> list[Delivery]:
    found = store.deliveries(job.id, every_message(job, store.outputs(job)))
    return sorted(found, key=lambda log: log.queued_at)


def _under_way(log: Delivery) -> bool:
    if log.state != "pending":
        return False
    due = datetime.fromisoformat(log.next_attempt_at or log.queued_at)
    return runtime.now() < due + _OVERDUE


def _content(store: Records, log: Delivery) -> Announcement:
    """What was said. Raises WrongState."""
    said = store.announcement(log.message["job_id"], log.message["event"])
    if said is None or ("body_key" in said.content and runtime.now() - said.told_at > _LARGE_BODIES_FOR):
        raise WrongState(
            f"Notification {log.event_id} is too old to be sent again: what it said is kept for"
            f" {_LARGE_BODIES_FOR.days} days."
        )
    return said


def _queue_again(store: Records, log: Delivery, said: Announcement) -> None:
    fresh = {"state": "pending", "next_attempt_at": runtime.timestamp()}
    if not store.change_delivery(log, **fresh):
        return  # whoever was faster has just tried it, or is sending it again, too
    try:
        queue.send({**log.message, **said.content})
    except TryAgain:
        # Or it would pass for one that is being delivered.
        reopened = store.delivery(log.message["job_id"], log.event_id)
        if reopened is not None and reopened.version == log.version + 1:
            store.change_delivery(reopened, state=log.state, next_attempt_at=log.next_attempt_at)
        raise
