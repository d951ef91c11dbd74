"""Lambda entry point for /account, and for every path no other function serves. No decisions here."""

from __future__ import annotations

from typing import Any

from stepcoder import accounts, runtime, usage
from stepcoder.accounts import upload_settings
from stepcoder.api.resolver import Answer, Api
from stepcoder.dialects.zencoder.accounts import account_details, created_account, uploaded_files
from stepcoder.dialects.zencoder.dialect import Zencoder

app = Api(Zencoder())


@app.post("/account")
def create() -> Answer:
    return app.answer(created_account(accounts.create_account(app.body())), 201)


@app.read("/account")
def details() -> Answer:
    account = app.caller()
    return app.answer(account_details(account, usage.minutes_used(account.id), accounts.period_end(runtime.now())))


@app.put("/account/integration")
def integration() -> Answer:
    accounts.set_integration_mode(app.owner(), True)
    return app.no_content()


@app.put("/account/live")
def live() -> Answer:
    accounts.set_integration_mode(app.owner(), False)
    return app.no_content()


@app.read("/account/upload_settings")
def settings_for_uploads() -> Answer:
    return app.answer(uploaded_files(upload_settings.upload_settings(app.owner())))


@app.put("/account/upload_settings")
def change_settings_for_uploads() -> Answer:
    return app.answer(uploaded_files(upload_settings.replace_upload_settings(app.owner(), app.body())))


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return app.resolve(event, context)
