"""The one door to what is recorded: Records, and the instance this process uses. The rooms behind it do the work."""

from __future__ import annotations

from stepcoder import runtime
from stepcoder.aws.table import Table
from stepcoder.records.accounts import AccountStore
from stepcoder.records.announcements import AnnouncementStore
from stepcoder.records.attempts import AttemptStore
from stepcoder.records.deliveries import DeliveryStore
from stepcoder.records.files import FileStore
from stepcoder.records.jobs import JobStore
from stepcoder.records.rates import RateStore
from stepcoder.records.receipts import ReceiptStore
from stepcoder.records.saved_credentials import CredentialStore
from stepcoder.records.upload_settings import UploadSettingsStore
from stepcoder.records.usage import UsageStore
from stepcoder.records.work import WorkStore


class Records(
    JobStore,
    AttemptStore,
    ReceiptStore,
    WorkStore,
    AnnouncementStore,
    DeliveryStore,
    AccountStore,
    CredentialStore,
    FileStore,
    RateStore,
    UsageStore,
    UploadSettingsStore,
):
    """Everything recorded in one table. Stateless: make as many as you like."""


def records() -> Records:
    """Records on the table named in the settings."""
    return Records(Table(runtime.settings().table))
