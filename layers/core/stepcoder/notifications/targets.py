"""What a target is: a URL to post to, an address to mail to, or the developers' fetcher. Nothing is sent here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from stepcoder import runtime

if TYPE_CHECKING:
    from stepcoder.request.model import JobRequest, NotificationRequest

Channel = Literal["post", "mail", "fetcher"]

# Nobody's server: what is sent here is kept for GET /notifications (zencoder-api 2.10).
FETCHER_HOST = "zencoderfetcher"
NO_SENDER = "this service sends no e-mail, because its operator gave it no sender address"


def channel_of(url: str) -> Channel:
    """How a target is told. What is no URL is an e-mail address: request/ lets nothing else in."""
    if "://" not in url:
        return "mail"
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return "post"
    return "fetcher" if host == FETCHER_HOST else "post"


def shown(url: str) -> str:
    """A target as its owner may see it: URLs without passwords and query values, e-mail addresses as they are."""
    # Not above: API functions start without the network's machinery.
    from stepcoder.net import redact

    return url if channel_of(url) == "mail" else redact(url)


def create_warnings(request: JobRequest, api_version: str) -> list[str]:
    """One sentence for each target of a job being created that will not be told. `api_version`: "v1" or "v2"."""
    found = [*_never_told(request.notifications, "notifications", api_version == "v1")]
    for index, output in enumerate(request.outputs):
        found += _never_told(output.notifications, f"outputs[{index}].notifications", False)
    return found


def _never_told(targets: Sequence[NotificationRequest], path: str, silent: bool) -> Iterator[str]:
    if targets and silent:
        yield f"{path} has no effect: version 1 of the API notifies of outputs only."
        return
    for index, target in enumerate(targets):
        if channel_of(target.url) == "mail" and not runtime.settings().mail_from:
            yield f"{path}[{index}] has no effect: {NO_SENDER}."
