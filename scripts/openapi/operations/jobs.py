"""Entries of /jobs."""

from __future__ import annotations

from typing import Any

from scripts.openapi.operation import Body, Operation, Query
from scripts.openapi.parameters import PAGES
from stepcoder.dialects.zencoder.schemas.shapes import one_of
from stepcoder.states import JOB_STATES

_SMALL = {"input": "https://media.example.org/in.mov"}
_LADDER: dict[str, Any] = {
    "input": "s3://acme-in/tape7.mov",
    "pass_through": "asset-7",
    "notifications": ["https://hook.acme.example/z"],
    "outputs": [
        {"label": "web", "url": "s3://acme-out/7/web.mp4", "width": 1280, "quality": 4},
        {"label": "hls", "type": "segmented", "url": "s3://acme-out/7/hls/film.m3u8", "height": 480},
    ],
}
_CREATED = {
    "id": 910000001,
    "outputs": [
        {"id": 920000001, "label": "web", "url": "http://acme-out.s3.amazonaws.com/7/web.mp4"},
        {"id": 920000002, "label": "hls", "url": "http://acme-out.s3.amazonaws.com/7/hls/film.m3u8"},
    ],
}
_OF_THE_JOB = {"job_id": "$response.body#/id"}
_OF_ITS_OUTPUT = {"output_id": "$response.body#/outputs/0/id"}

JOBS: tuple[Operation, ...] = (
    Operation(
        id="createJob",
        method="POST",
        path="/jobs",
        tag="Jobs",
        summary="Create a job",
        description="The request is checked at once; what is wrong with the source shows later, in the job's details.",
        status=201,
        answer="CreatedJob",
        example=_CREATED,
        body=Body("JobRequest", {"smallest": _SMALL, "file and HLS": _LADDER}),
        headers=(
            Query(
                "Idempotency-Key",
                "The same key with the same request makes one job, however often it is sent. An extension.",
                {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
            ),
        ),
        refusals={
            403: "The account may not start jobs.",
            422: "A setting is missing or wrong, or the Idempotency-Key came with another request before.",
        },
        links={
            "getJob": _OF_THE_JOB,
            "getJobProgress": _OF_THE_JOB,
            "cancelJob": _OF_THE_JOB,
            "getOutput": _OF_ITS_OUTPUT,
            "getOutputProgress": _OF_ITS_OUTPUT,
        },
    ),
    Operation(
        id="listJobs",
        method="GET",
        path="/jobs",
        tag="Jobs",
        summary="List jobs, newest first",
        answer="JobList",
        queries=(*PAGES, Query("state", "Only jobs in this state; empty for all.", one_of(["", *sorted(JOB_STATES)]))),
        refusals={422: "page, per_page, state or callback is wrong."},
    ),
    Operation(
        id="getJob",
        method="GET",
        path="/jobs/{job_id}",
        tag="Jobs",
        summary="Everything about a job",
        answer="JobDetails",
    ),
    Operation(
        id="deleteJob",
        method="DELETE",
        path="/jobs/{job_id}",
        tag="Jobs",
        summary="Cancel a job, as version 1 had it",
        description="The job stays in the list, as cancelled.",
        status=204,
        refusals={409: "The job is over."},
    ),
    Operation(
        id="getJobProgress",
        method="GET",
        path="/jobs/{job_id}/progress",
        tag="Jobs",
        summary="How far a job is",
        description="Numbers and events are there only while something runs.",
        answer="JobProgress",
        example={
            "state": "processing",
            "progress": 37.42,
            "input": {"id": 930000001, "state": "finished"},
            "outputs": [
                {
                    "id": 920000001,
                    "state": "processing",
                    "current_event": "Transcoding",
                    "current_event_progress": 55.1,
                    "progress": 48.9,
                },
                {"id": 920000002, "state": "waiting"},
            ],
        },
    ),
    Operation(
        id="cancelJob",
        method="PUT",
        also=("POST", "GET", "DELETE", "PATCH"),
        path="/jobs/{job_id}/cancel",
        tag="Jobs",
        summary="Cancel a job",
        description="The job, its input and its unfinished outputs become cancelled; the job's targets are told.",
        status=204,
        refusals={409: "The job is over."},
    ),
    Operation(
        id="resubmitJob",
        method="PUT",
        also=("POST", "GET"),
        path="/jobs/{job_id}/resubmit",
        tag="Jobs",
        summary="Attempt a job again",
        description="Ids stay the same, and so do outputs that are finished. Notifications are sent again.",
        status=204,
        refusals={
            403: "The job has been resubmitted five times, or the account may not start jobs.",
            409: "The job is finished, or older than 7 days.",
        },
    ),
    Operation(
        id="finishJob",
        method="PUT",
        also=("POST", "GET"),
        path="/jobs/{job_id}/finish",
        tag="Jobs",
        summary="End a live job",
        description="There are no live jobs here, so this is always refused, in the words that clients know.",
        status=204,
        refusals={409: "Only Live streaming jobs can be finished."},
    ),
)
