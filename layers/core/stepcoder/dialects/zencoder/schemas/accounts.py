"""Schemas of accounts (zencoder-api 2.8) and of what is managed beside them: keys, secrets, saved credentials (ours).

Their documents are made by ../accounts.py and ../credentials.py.
"""

from __future__ import annotations

from collections.abc import Mapping

from stepcoder.dialects.zencoder.schemas.shapes import (
    COUNT,
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
from stepcoder.storage import TYPES

KEY_KINDS = ("full", "read_only", "integration", "videosdk")
_KEY: Mapping[str, Schema] = {
    "id": ID,
    "kind": one_of(KEY_KINDS),
    "label": or_null(TEXT),
    "last_characters": told(TEXT, "how the key ends, to tell it from others"),
    "created_at": TIME,
}
NICKNAME: Schema = {"type": "string", "pattern": r"^[A-Za-z0-9_ .@()+-]{1,64}$"}
_SHORT: Schema = {"type": "string", "maxLength": 255}

ACCOUNTS: Mapping[str, Schema] = {
    "CreatedAccount": hash_of(
        {
            "api_key": told(TEXT, "a key with full access; shown this once, and stored as a hash only"),
            "password": told(TEXT, "only when it was generated"),
        },
        optional=("password",),
    ),
    "Account": hash_of(
        {
            "account_state": one_of(("active", "stopped", "suspended", "cancelled")),
            "plan": TEXT,
            "minutes_used": told({"type": "number", "minimum": 0}, "in the running month"),
            "minutes_included": COUNT,
            "billing_state": one_of(("active", "past_due", "cancelled", "none")),
            "privacy_mode": YES_NO,
            "integration_mode": told(YES_NO, "while true, every job is a test job"),
            "billing_first_name": or_null(TEXT),
            "billing_last_name": or_null(TEXT),
            "credit_card_type": or_null(TEXT),
            "credit_card_number": or_null(TEXT),
            "credit_card_expiration_month": or_null(TEXT),
            "credit_card_expiration_year": or_null(TEXT),
            "balance_in_cents": {"type": "integer"},
            "current_period_ends_at": TIME,
        },
        "Nobody is billed, so the members about billing say none, null and zero.",
    ),
    "ApiKey": hash_of(_KEY),
    "ApiKeyList": hash_of({"keys": list_of(named("ApiKey"), "the keys that are good, oldest first")}),
    "CreatedApiKey": hash_of(
        {
            **_KEY,
            "api_key": told(TEXT, "shown this once, and stored as a hash only"),
            "secret": told(TEXT, "of a videosdk key: signs its tokens; shown this once, and stored sealed"),
        },
        optional=("secret",),
    ),
    "Secrets": hash_of(
        {
            "notification_secret": told(TEXT, "sent with every notification, in X-Zencoder-Notification-Secret"),
            "signing_secret": told(TEXT, "signs notifications (Standard Webhooks); never sent"),
            "previous_notification_secret": told(or_null(TEXT), "until the overlap ends, the one that is sent"),
            "previous_signing_secret": told(or_null(TEXT), "until the overlap ends, signs as well"),
            "overlap_ends_at": or_null(TIME),
        }
    ),
    "UploadSettings": hash_of({"upload_settings": told({"type": "object"}, "as they were given; empty if none were")}),
    "Credentials": hash_of(
        {
            "nickname": TEXT,
            "type": one_of(TYPES),
            "user": TEXT,
            "default": told(YES_NO, "used for addresses of its type that come without credentials"),
            "created_at": TIME,
            "updated_at": TIME,
        },
        "Saved credentials. The secret is never shown.",
    ),
    "CredentialsList": hash_of({"credentials": list_of(named("Credentials"), "by nickname")}),
}

ACCOUNT_REQUESTS: Mapping[str, Schema] = {
    "AccountRequest": hash_of(
        {
            "terms_of_service": {"enum": ["1", 1, True], "description": "must be accepted"},
            "email": told({"type": "string", "format": "email", "maxLength": 254}, "unique"),
            "password": told({**_SHORT, "minLength": 1}, "generated when absent"),
            "password_confirmation": told(_SHORT, "if given, the same again"),
            "first_name": _SHORT,
            "last_name": _SHORT,
            "company": _SHORT,
            "country": _SHORT,
            "affiliate_code": _SHORT,
            "newsletter": one_of(("1", "0")),
        },
        optional=(
            "password",
            "password_confirmation",
            "first_name",
            "last_name",
            "company",
            "country",
            "affiliate_code",
            "newsletter",
        ),
    ),
    "ApiKeyRequest": hash_of(
        {"kind": {**one_of(KEY_KINDS), "default": "full"}, "label": told(_SHORT, "for its owner's memory")},
        optional=("kind", "label"),
    ),
    "RotationRequest": hash_of(
        {
            "overlap_hours": told(
                {"type": "integer", "minimum": 0, "maximum": 168, "default": 24},
                "how long the previous secrets stay in force besides",
            )
        },
        optional=("overlap_hours",),
    ),
    "UploadSettingsRequest": {
        "type": "object",
        "description": "The members of a JobRequest but `input`. An empty hash leaves no settings.",
    },
    "CredentialsRequest": hash_of(
        {
            "nickname": told(NICKNAME, "for jobs; unique, in whatever case; not ending in a format's suffix"),
            "type": one_of(TYPES),
            "user": told(_SHORT, "also `key`; for s3 the id of an access key"),
            "secret": told({"type": "string", "maxLength": 2048}, "also `password`"),
            "default": told({"type": "boolean", "default": False}, "takes the place of the type's default so far"),
        },
        optional=("default",),
    ),
    "CredentialsChange": hash_of(
        {"user": _SHORT, "secret": {"type": "string", "maxLength": 2048}, "default": YES_NO},
        "What is not given stays as it is.",
        optional=("user", "secret", "default"),
    ),
}
