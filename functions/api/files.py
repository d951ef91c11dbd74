"""Lambda entry point for /v1/files, the files of VideoSDK's clients. No decisions here."""

from __future__ import annotations

from typing import Any

from stepcoder.api.forms import is_form, part_of
from stepcoder.api.resolver import Answer
from stepcoder.api.videosdk import VideoSdkApi
from stepcoder.dialects.videosdk.files import invitation, uploaded_file
from stepcoder.files import deleting, reading, uploading

app = VideoSdkApi()
app.largest_body, app.too_large = uploading.LARGEST_UPLOAD, uploading.TOO_LARGE


@app.post("/files")
def upload() -> Answer:
    account = app.caller()
    if not is_form(app.header("content-type")):
        invited = uploading.invite(account)
        return app.answer(
            invitation(f"{app.base()}/v1/files", invited.file, invited.url, invited.fields, invited.expires_at)
        )
    part = part_of(app.raw_body(), app.header("content-type") or "", "file")
    return app.answer(uploaded_file(uploading.take(account, part.content, part.filename), app.address()), 201)


@app.read("/files")
def listing() -> Answer:
    account, page = app.reader(), app.page()
    files, total = uploading.listing(account, page.number, page.size)
    return app.pages(page, total, [uploaded_file(file, app.address()) for file in files])


@app.read("/files/<file_id>")
def details(file_id: str) -> Answer:
    account = app.reader()
    if reading.is_upload(file_id):
        return app.answer(uploaded_file(uploading.find(account, file_id), app.address()))
    return app.answer(reading.made_of(account, file_id, app.address())[1].document)


@app.delete("/files/<file_id>")
def delete(file_id: str) -> Answer:
    account = app.caller()
    if reading.is_upload(file_id):
        file = reading.upload_of(account, file_id)
        deleting.delete_upload(file)
        return app.answer(uploaded_file(file, app.address()))
    whole, made = reading.made_of(account, file_id, app.address())
    deleting.delete_made(whole, made)
    return app.answer(made.document)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return app.resolve(event, context)
