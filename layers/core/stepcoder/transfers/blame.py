"""Failures of a connection made those of the file that it was for. Which class and sentence that is, others decide."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from stepcoder.errors import EncodingError
from stepcoder.net.errors import NetError
from stepcoder.net.tries import PassingFault
from stepcoder.transfers.refusals import Refusal


@contextmanager
def blamed(
    url: str, of_net: Callable[[NetError, str], EncodingError], of_refusal: Callable[[Refusal, str], EncodingError]
) -> Iterator[None]:
    """Raises PassingFault where another try may do, else the failure itself, for the NetError or Refusal inside."""
    try:
        yield
    except (NetError, Refusal) as error:
        failure = of_net(error, url) if isinstance(error, NetError) else of_refusal(error, url)
        raise (PassingFault(failure) if error.passing else failure) from error
