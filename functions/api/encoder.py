"""Lambda entry point for /v1/encoder/jobs, the jobs of VideoSDK's clients. No decisions here."""

from __future__ import annotations

from typing import Any

from stepcoder.api.resolver import Answer
from stepcoder.api.videosdk import VideoSdkApi
from stepcoder.dialects.videosdk.jobs import job_document
from stepcoder.jobs import encoder
from stepcoder.jobs.reading import WholeJob

app = VideoSdkApi()


def _document(whole: WholeJob) -> dict[str, Any]:
    return job_document(whole.job, whole.input, whole.outputs, app.address())


@app.post("/encoder/jobs")
def create() -> Answer:
    return app.answer(_document(encoder.create(app.caller(), app.body(), app.files_base())), 201)


@app.read("/encoder/jobs")
def listing() -> Answer:
    account, page = app.reader(), app.page()
    jobs, total = encoder.listing(account, page.number, page.size)
    return app.pages(page, total, [_document(whole) for whole in jobs])


@app.read("/encoder/jobs/<job_id>")
def details(job_id: str) -> Answer:
    return app.answer(_document(encoder.find(app.reader(), job_id)))


@app.delete("/encoder/jobs/<job_id>")
def delete(job_id: str) -> Answer:
    return app.answer(_document(encoder.delete(app.caller(), job_id)))


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return app.resolve(event, context)
