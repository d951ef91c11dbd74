"""Lambda entry point for /account/keys and /account/secrets, which are extensions of ours. No decisions here."""

from __future__ import annotations

from typing import Any

from stepcoder import runtime
from stepcoder.accounts import keys, making_keys, secrets
from stepcoder.api.paths import whole_number
from stepcoder.api.resolver import Answer, Api
from stepcoder.dialects.zencoder import accounts as documents
from stepcoder.dialects.zencoder.dialect import Zencoder

app = Api(Zencoder())


@app.post("/account/keys")
def create() -> Answer:
    return app.answer(documents.created_key(making_keys.create_key(app.owner_or_login(), app.optional_body())), 201)


@app.read("/account/keys")
def listing() -> Answer:
    return app.answer(documents.key_list(keys.list_keys(app.owner())))


@app.delete("/account/keys/<key_id>")
def revoke(key_id: str) -> Answer:
    keys.revoke_key(app.owner(), whole_number(key_id))
    return app.no_content()


@app.read("/account/secrets")
def show() -> Answer:
    account = app.owner()
    return app.answer(documents.secrets(account, secrets.in_overlap(account, runtime.now())))


@app.post("/account/secrets/rotate")
def rotate() -> Answer:
    account = secrets.rotate(app.owner(), app.optional_body())
    return app.answer(documents.secrets(account, secrets.in_overlap(account, runtime.now())))


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return app.resolve(event, context)
