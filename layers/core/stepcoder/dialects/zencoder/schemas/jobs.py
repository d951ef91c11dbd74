"""Schemas of jobs (zencoder-api 2.1–2.3). Their documents are made by ../jobs.py."""

from __future__ import annotations

from collections.abc import Mapping

from stepcoder.dialects.zencoder.schemas.shapes import (
    ID,
    TEXT,
    TIME,
    YES_NO,
    Schema,
    hash_of,
    list_of,
    named,
    one_of,
    or_null,
    told,
)
from stepcoder.states import JOB_STATES

JOBS: Mapping[str, Schema] = {
    "CreatedJob": hash_of(
        {
            "test": told(YES_NO, "only of test jobs"),
            "id": told(or_null(ID), "null for `mock`"),
            "outputs": list_of(
                hash_of({"id": or_null(ID), "label": or_null(TEXT), "url": TEXT}), "in the order of the request"
            ),
        },
        "In XML it is inside an element `job`.",
        optional=("test",),
    ),
    "Job": hash_of(
        {
            "id": ID,
            "state": one_of(JOB_STATES),
            "test": YES_NO,
            "privacy": YES_NO,
            "pass_through": told(or_null(TEXT), "null for a read-only key"),
            "created_at": TIME,
            "submitted_at": told(TIME, "changes when the job is resubmitted"),
            "updated_at": TIME,
            "finished_at": or_null(TIME),
            "input_media_file": named("InputMediaFile"),
            "output_media_files": list_of(named("OutputMediaFile")),
            "thumbnails": list_of(named("Thumbnail"), "empty until the job is over"),
            "warnings": list_of(TEXT, "a sentence for what of the request had no effect; an extension"),
        }
    ),
    "JobDetails": hash_of({"job": named("Job")}),
    "JobList": list_of(named("JobDetails"), "newest first; empty past the last page"),
}
