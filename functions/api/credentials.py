"""Lambda entry point for /credentials, an extension of ours. No decisions here."""

from __future__ import annotations

from typing import Any

from stepcoder.api.resolver import Answer, Api
from stepcoder.credentials import saving
from stepcoder.dialects.zencoder import credentials as documents
from stepcoder.dialects.zencoder.dialect import Zencoder

app = Api(Zencoder())


@app.post("/credentials")
def create() -> Answer:
    return app.answer(documents.credentials(saving.create(app.owner(), app.body())), 201)


@app.read("/credentials")
def listing() -> Answer:
    return app.answer(documents.credentials_list(saving.list_all(app.owner())))


@app.read("/credentials/<nickname>")
def details(nickname: str) -> Answer:
    return app.answer(documents.credentials(saving.find(app.owner(), nickname)))


@app.route("/credentials/<nickname>", method=["PUT", "PATCH"])
def update(nickname: str) -> Answer:
    return app.answer(documents.credentials(saving.update(app.owner(), nickname, app.body())))


@app.delete("/credentials/<nickname>")
def delete(nickname: str) -> Answer:
    saving.delete(app.owner(), nickname)
    return app.no_content()


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return app.resolve(event, context)
