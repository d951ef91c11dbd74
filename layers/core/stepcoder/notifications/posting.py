"""One POST of a notification to a customer's server: its headers, its signature, and what the answer means."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any

from stepcoder import runtime
from stepcoder.accounts.secrets import in_force
from stepcoder.net import AddressPolicy, BadUrl, BlockedAddress, Client, NetError, redact
from stepcoder.notifications.outcomes import Outcome
from stepcoder.records.model import Account
from stepcoder.signing import signature_headers

USER_AGENT = "Stepcoder/1"
SECONDS_TO_ANSWER = 15
_GONE = 410
_BODY_LIMIT = 4096  # bytes of an answer's body that are read, so that the connection can serve again

# How a body gets to a URL: status and headers of the answer. Raises NetError.
Post = Callable[[str, bytes, Mapping[str, str], float], tuple[int, Mapping[str, str]]]


def post_to(
    url: str, body: bytes, headers: Mapping[str, str], seconds: float = SECONDS_TO_ANSWER, post: Post | None = None
) -> Outcome:
    """Post once. Never raises for what a customer's server does."""
    try:
        status, answered = (post or _guarded_post)(url, body, headers, seconds)
    except (BadUrl, BlockedAddress) as error:
        return Outcome("refused", reason=str(error))
    except NetError as error:
        return Outcome("failed", reason=str(error))
    if 200 <= status < 300:
        return Outcome("delivered", status)
    if status == _GONE:
        return Outcome("gone", status, f"{redact(url)} answered 410: it wants no more of these.")
    why = ", and redirects are not followed" if 300 <= status < 400 else ""
    return Outcome("failed", status, f"{redact(url)} answered {status}{why}.", _wished_wait(answered, runtime.now()))


def headers_for(message: Mapping[str, Any], account: Account, body: bytes) -> dict[str, str]:
    """Everything that is sent along: the customer's headers, the account's secret, the signatures of this try."""
    now = runtime.now()
    secret, signing_secrets = in_force(account, now)
    ours = {
        **({"Content-Type": message["content_type"]} if message["content_type"] else {}),
        "X-Zencoder-Notification-Secret": secret,
        **signature_headers(signing_secrets, message["event_id"], now, body),
    }
    # A customer's header may replace our User-Agent, never what identifies or proves the message.
    protected = {name.lower() for name in ours}
    custom = {name: value for name, value in message["headers"].items() if name.lower() not in protected}
    agent = {} if "user-agent" in {name.lower() for name in custom} else {"User-Agent": USER_AGENT}
    return {**agent, **custom, **ours}


@cache
def _client(allow_private_hosts: str) -> Client:
    return Client(AddressPolicy.parse(allow_private_hosts))


def _guarded_post(url: str, body: bytes, headers: Mapping[str, str], seconds: float) -> tuple[int, Mapping[str, str]]:
    client = _client(runtime.settings().allow_private_hosts)
    with client.open(url, method="POST", headers=headers, body=body, follow=False, timeout=seconds) as response:
        # The status is the answer, whatever becomes of its body.
        with suppress(NetError):
            response.head(_BODY_LIMIT)
        return response.status, dict(response.headers)


def _wished_wait(headers: Mapping[str, str], now: datetime) -> int:
    """Retry-After in seconds, from its number or its date; 0 if there is none to be understood."""
    text = next((value for name, value in headers.items() if name.lower() == "retry-after"), "").strip()
    if text.isascii() and text.isdigit():
        return int(text) if len(text) < 10 else 10**9
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return 0
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0, int((aware - now).total_seconds()))
