"""The records of jobs, inputs, outputs and accounts as the rest of the program sees them. Pure data, no storage.

Times are ISO 8601 UTC with seconds (`2031-04-05T06:07:08Z`), sizes are bytes, percentages 0–100.
`facts` holds what was measured, keyed by the reference's detail names (zencoder-api 2.3): format, duration_in_ms,
file_size_bytes, video_codec, width, height, frame_rate, … Nothing measured: an empty dict.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Job:
    id: int
    account_id: int
    input_id: int
    output_ids: tuple[int, ...]
    state: str = "pending"
    test: bool = False
    private: bool = False
    pass_through: str | None = None
    grouping: str | None = None
    notifications: list[dict[str, Any]] = field(default_factory=list)
    attempt: int = 0  # how often it was resubmitted
    api_version: str = "v2"  # of the request that made it: "v1" jobs are told about in fewer words
    warnings: list[str] = field(default_factory=list)  # what of the request was ignored
    # What another dialect than Zencoder's must echo, and what it calls the parts (dialects/videosdk/outputs.py).
    wire: dict[str, Any] = field(default_factory=dict)
    refused: bool = False  # it failed before it could begin, because of its settings: there is nothing to attempt
    created_at: str = ""
    submitted_at: str = ""
    started_at: str | None = None
    updated_at: str = ""
    finished_at: str | None = None
    deleted_at: str | None = None  # cancelled before it started, and no longer listed where jobs can be deleted


@dataclass(frozen=True, kw_only=True)
class Input:
    id: int
    job_id: int
    account_id: int
    url: str
    credentials: str | None = None  # nickname of saved ones
    state: str = "pending"
    attempt: int = 0  # the job's attempt that last worked on it
    facts: dict[str, Any] = field(default_factory=dict)
    error_class: str | None = None
    error_message: str | None = None
    event: str | None = None  # "Downloading" or "Inspecting"
    event_progress: float = 0.0  # percent of that event
    test: bool = False
    private: bool = False
    created_at: str = ""
    updated_at: str = ""
    finished_at: str | None = None


@dataclass(frozen=True, kw_only=True)
class Output:
    """`thumbnails`: dicts of url, format ("jpg", "png"), width, height, file_size_bytes, label (the set's, or None)."""

    id: int
    job_id: int
    account_id: int
    index: int  # position in the request, from 0
    url: str  # as shown to the customer
    target: str = ""  # where it is really written: s3://bucket/key
    temporary: bool = False
    kind: str = "standard"  # standard, segmented or playlist
    label: str | None = None
    credentials: str | None = None  # nickname of saved ones
    state: str = "waiting"
    attempt: int = 0  # the job's attempt that last worked on it
    facts: dict[str, Any] = field(default_factory=dict)
    error_class: str | None = None
    error_message: str | None = None
    event: str | None = None  # overrides the event that follows from the state
    work_total: int = 0  # the sum of the weights of its tasks
    work_done: int = 0
    upload_total: int = 0  # bytes
    upload_done: int = 0
    thumbnails: list[dict[str, Any]] = field(default_factory=list)
    # Where it could not be delivered to its place: "upload" and "thumbnails", each an error class and a sentence.
    fallback: dict[str, list[str]] = field(default_factory=dict)
    variant: dict[str, Any] = field(default_factory=dict)  # what a master playlist says of it (steps/variant.py)
    notifications: list[dict[str, Any]] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)  # deleted since: 0 the file itself, then its stills from 1
    test: bool = False
    private: bool = False
    created_at: str = ""
    updated_at: str = ""
    finished_at: str | None = None


@dataclass(frozen=True, kw_only=True)
class File:
    """A file that a customer uploaded to be encoded. `key` is its place in the upload bucket."""

    id: int
    account_id: int
    key: str
    state: str = "awaited"  # until its bytes are there and have been looked at: ready; deleted
    type: str = "video"  # or image
    size: int = 0  # bytes
    meta: dict[str, Any] = field(default_factory=dict)  # format, width, height, duration in seconds
    uses: int = 0  # jobs that were made from it
    users: tuple[int, ...] = ()  # their ids
    created_at: str = ""
    updated_at: str = ""


@dataclass(frozen=True, kw_only=True)
class Account:
    """`key_kind` is the kind of the key the account was found by: one of ApiKey's."""

    id: int
    email: str
    state: str = "active"
    integration_mode: bool = False  # every job becomes a test job
    profile: dict[str, Any] = field(default_factory=dict)  # first_name, last_name, company, country …
    password_hash: str | None = None
    notification_secret: str = ""  # sent as X-Zencoder-Notification-Secret, so any receiver may know it
    signing_secret: str = ""  # "whsec_…": signs notifications, never leaves the house except to its owner
    # What they were before the last rotation, and until when both are in force (accounts/secrets.py).
    previous_notification_secret: str | None = None
    previous_signing_secret: str | None = None
    secrets_overlap_until: str | None = None
    key_kind: str = "full"
    key_digest: str = field(default="", compare=False, repr=False)  # of that key; "" if it was found otherwise
    created_at: str = ""
    updated_at: str = ""


@dataclass(frozen=True, kw_only=True)
class ApiKey:
    """What is kept of an API key besides its hash. `last_characters` is None for keys older than their list."""

    id: int
    kind: str  # full, read_only or integration (zencoder-api 1.2), or videosdk: signs tokens, see accounts/tokens.py
    label: str | None = None
    last_characters: str | None = None
    created_at: str = ""


@dataclass(frozen=True, kw_only=True)
class SavedCredentials:
    """A login to somebody's storage under a name (zencoder-api 2.9). The secret is kept apart, encrypted."""

    nickname: str
    type: str  # one of storage.TYPES
    user: str
    default: bool = False  # used for URLs of its type when a job names no other
    created_at: str = ""
    updated_at: str = ""
