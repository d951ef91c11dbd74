"""Entries of /account."""

from __future__ import annotations

from scripts.openapi.operation import Body, Operation

_REQUEST = {"terms_of_service": "1", "email": "ada@example.org"}

ACCOUNTS: tuple[Operation, ...] = (
    Operation(
        id="createAccount",
        method="POST",
        path="/account",
        tag="Account",
        summary="Create an account",
        status=201,
        answer="CreatedAccount",
        body=Body("AccountRequest", {"smallest": _REQUEST}),
        refusals={422: "A member is missing or wrong, or the e-mail address has an account already."},
    ),
    Operation(
        id="getAccount",
        method="GET",
        path="/account",
        tag="Account",
        summary="Everything about the account",
        answer="Account",
    ),
    Operation(
        id="turnIntegrationModeOn",
        method="PUT",
        path="/account/integration",
        tag="Account",
        summary="Make every job a test job",
        status=204,
    ),
    Operation(
        id="turnIntegrationModeOff",
        method="PUT",
        path="/account/live",
        tag="Account",
        summary="Make jobs real again",
        description="Live as opposed to testing; it has nothing to do with live streams.",
        status=204,
    ),
    Operation(
        id="createKey",
        method="POST",
        path="/account/keys",
        tag="Account",
        summary="Create a further API key",
        description="Who has lost the last key can send the e-mail address and the password instead, by HTTP Basic.",
        status=201,
        answer="CreatedApiKey",
        body=Body("ApiKeyRequest", {"for browsers": {"kind": "read_only", "label": "player"}}),
        refusals={403: "Ten tries with one e-mail address in an hour.", 422: "kind or label is wrong."},
        extension=True,
    ),
    Operation(
        id="listKeys",
        method="GET",
        path="/account/keys",
        tag="Account",
        summary="List the API keys",
        answer="ApiKeyList",
        extension=True,
    ),
    Operation(
        id="revokeKey",
        method="DELETE",
        path="/account/keys/{key_id}",
        tag="Account",
        summary="Revoke an API key",
        status=204,
        refusals={409: "It is the last key with full access."},
        extension=True,
    ),
    Operation(
        id="getSecrets",
        method="GET",
        path="/account/secrets",
        tag="Account",
        summary="The secrets that prove notifications",
        answer="Secrets",
        extension=True,
    ),
    Operation(
        id="rotateSecrets",
        method="POST",
        path="/account/secrets/rotate",
        tag="Account",
        summary="Replace the secrets that prove notifications",
        description="The previous ones stay in force for a while, so that receivers can learn the new ones.",
        answer="Secrets",
        body=Body("RotationRequest", {"a day": {"overlap_hours": 24}}),
        refusals={409: "Another call rotates them at this moment.", 422: "overlap_hours is wrong."},
        extension=True,
    ),
    Operation(
        id="getUploadSettings",
        method="GET",
        path="/account/upload_settings",
        tag="Account",
        summary="What becomes of files that are uploaded for the account",
        answer="UploadSettings",
        extension=True,
    ),
    Operation(
        id="replaceUploadSettings",
        method="PUT",
        path="/account/upload_settings",
        tag="Account",
        summary="Say what becomes of files that are uploaded for the account",
        description=(
            "Settings of a job without its input, in place of those that were there. They hold for files put into the"
            " account's folder of the upload bucket, where nothing nearer to a file says otherwise."
        ),
        answer="UploadSettings",
        body=Body("UploadSettingsRequest", {"HLS": {"outputs": [{"type": "segmented", "label": "hls"}]}, "none": {}}),
        refusals={422: "No job could have these settings: one sentence for each problem."},
        extension=True,
    ),
)
