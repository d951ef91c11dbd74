"""Entries of /credentials."""

from __future__ import annotations

from scripts.openapi.operation import Body, Operation

_REQUEST = {"nickname": "archive", "type": "s3", "user": "AKIAIOSFODNN7EXAMPLE", "secret": "…", "default": True}

CREDENTIALS: tuple[Operation, ...] = (
    Operation(
        id="createCredentials",
        method="POST",
        path="/credentials",
        tag="Credentials",
        summary="Save credentials for jobs to name",
        status=201,
        answer="Credentials",
        body=Body("CredentialsRequest", {"s3": _REQUEST}),
        refusals={422: "A member is missing or wrong, or the nickname is taken."},
        extension=True,
    ),
    Operation(
        id="listCredentials",
        method="GET",
        path="/credentials",
        tag="Credentials",
        summary="List saved credentials",
        answer="CredentialsList",
        extension=True,
    ),
    Operation(
        id="getCredentials",
        method="GET",
        path="/credentials/{nickname}",
        tag="Credentials",
        summary="Saved credentials, without their secret",
        answer="Credentials",
        extension=True,
    ),
    Operation(
        id="changeCredentials",
        method="PUT",
        also=("PATCH",),
        path="/credentials/{nickname}",
        tag="Credentials",
        summary="Change saved credentials",
        answer="Credentials",
        body=Body("CredentialsChange", {"new secret": {"secret": "…"}}),
        refusals={422: "A member is wrong; nickname and type can't be changed."},
        extension=True,
    ),
    Operation(
        id="deleteCredentials",
        method="DELETE",
        path="/credentials/{nickname}",
        tag="Credentials",
        summary="Delete saved credentials",
        description="Jobs that name them and are not over yet will fail.",
        status=204,
        extension=True,
    ),
)
