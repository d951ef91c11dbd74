"""The records of a job that is about to be made: what of the request each of them holds. Nothing is stored here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from stepcoder.jobs.links import temporary_link
from stepcoder.notifications.targets import create_warnings
from stepcoder.records.model import Account, Input, Job, Output

if TYPE_CHECKING:
    from stepcoder.records.receipts import Receipt
    from stepcoder.request.locations import Location
    from stepcoder.request.model import JobRequest, NotificationRequest, OutputRequest

Ids = tuple[int, int, Sequence[int]]  # of the job, its input, its outputs


@dataclass(frozen=True)
class Origin:
    """How a request came. `receipt`: what is kept so that it makes one job; without it, the idempotency key says.

    `warnings`: what of it has no effect, in sentences.
    """

    api_version: str = "v2"
    idempotency_key: str | None = None
    warnings: tuple[str, ...] = ()
    receipt: Receipt | None = None
    wire: Mapping[str, Any] = field(default_factory=dict)  # what another dialect keeps with the job
    upload: int | None = None  # the uploaded file it is made of, which is kept as long as the job is not over


@dataclass(frozen=True)
class Draft:
    """A checked request, whose it is, where its files go (in the order of its outputs), and how it came."""

    account: Account
    request: JobRequest
    locations: tuple[Location, ...]
    origin: Origin

    def records(self, ids: Ids) -> tuple[Job, Input, list[Output]]:
        """Everything the job is in the table, under these ids."""
        job = self._job(ids)
        outputs = [self._output(job, index) for index in range(len(job.output_ids))]
        return job, self._input(job), outputs

    def _job(self, ids: Ids) -> Job:
        job_id, input_id, output_ids = ids
        asked = self.request
        return Job(
            id=job_id,
            account_id=self.account.id,
            input_id=input_id,
            output_ids=tuple(output_ids),
            test=asked.test,
            private=asked.private,
            pass_through=asked.pass_through,
            grouping=asked.grouping,
            notifications=_notifications(asked.notifications),
            api_version=self.origin.api_version,
            wire=dict(self.origin.wire),
            warnings=[*self.origin.warnings, *create_warnings(asked, self.origin.api_version)],
        )

    def _input(self, job: Job) -> Input:
        return Input(
            id=job.input_id,
            job_id=job.id,
            account_id=job.account_id,
            url=_input_url(self.request),
            credentials=self.request.credentials,
            state="waiting",  # what clients are told until something happens (zencoder-api 2.7)
            test=job.test,
            private=job.private,
        )

    def _output(self, job: Job, index: int) -> Output:
        asked: OutputRequest = self.request.outputs[index]
        location = self.locations[index]
        return Output(
            id=job.output_ids[index],
            job_id=job.id,
            account_id=job.account_id,
            index=index,
            url=shown(location),
            target=location.target,
            temporary=location.temporary,
            kind=asked.type,
            label=asked.label,
            credentials=asked.credentials,
            notifications=_notifications(asked.notifications),
            test=job.test,
            private=job.private,
        )


def shown(location: Location) -> str:
    """The URL the customer is told."""
    return temporary_link(location.target) if location.temporary else location.display_url


def _input_url(asked: JobRequest) -> str:
    """The URL of the input, with the shared access signature that was given apart from it."""
    from stepcoder.request.places import place_of, with_signature

    place = place_of(asked.input)
    if place is None or place.sas is not None or with_signature(place, asked.azure_sas).sas is None:
        return asked.input
    return f"{asked.input}?{asked.azure_sas}"


def _notifications(asked: Sequence[NotificationRequest]) -> list[dict[str, object]]:
    return [notification.model_dump(mode="json", exclude_none=True) for notification in asked]
