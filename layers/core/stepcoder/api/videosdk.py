"""The resolver as VideoSDK's clients know it: tokens for callers, refusals in their shape, addresses. No endpoint."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from stepcoder import runtime
from stepcoder.accounts.tokens import account_for_token
from stepcoder.api.paging import VIDEOSDK, Page, page_of
from stepcoder.api.resolver import Answer, Api
from stepcoder.dialects.videosdk.dialect import VideoSdk
from stepcoder.dialects.videosdk.files import Address
from stepcoder.dialects.videosdk.refusals import document, status_of
from stepcoder.errors import RateLimited, RequestError
from stepcoder.files.places import addresses
from stepcoder.records.model import Account

_TOO_MANY = 429


class VideoSdkApi(Api):
    """One API function's routes for VideoSDK's clients."""

    def __init__(self) -> None:
        super().__init__(VideoSdk())

    def reader(self) -> Account:
        """The account that signed this request's token (videosdk-encoder-api 3). Raises Unauthorized, RateLimited."""
        account = account_for_token(self.header("authorization"))
        self._count(account)
        return account

    def caller(self) -> Account:
        """Like `reader`: a token may do all there is."""
        return self.reader()

    def page(self) -> Page:
        """The page asked for with `page` and `perPage`. Raises InvalidRequest."""
        return page_of(self.parameter, VIDEOSDK)

    def pages(self, page: Page, total: int, data: Sequence[Any]) -> Answer:
        """A page of a list, in its envelope: integers, and no total (5)."""
        last = max(1, -(-total // page.size))
        info = {"currentPage": page.number, "perPage": page.size, "lastPage": last}
        return self.answer({"pageInfo": info, "data": list(data)})

    def base(self) -> str:
        """The address of this API as its caller knows it, without a path."""
        event = self.current_event.raw_event
        scheme = self.header("x-forwarded-proto") or "https"
        return runtime.settings().api_base_url.rstrip("/") or f"{scheme}://{event['requestContext']['domainName']}"

    def files_base(self) -> str:
        """Where files are fetched from: the deployment's own place for that, or this API (files/serving.py)."""
        return runtime.settings().files_url.rstrip("/") or self.base()

    def address(self) -> Address:
        """Where each key of our buckets can be fetched."""
        return addresses(self.files_base())

    def _refused(self, refusal: RequestError) -> Answer:
        status = status_of(refusal)
        return self.answer(document(status, refusal.messages, refusal), status)

    def _too_many(self, refusal: RateLimited) -> Answer:
        response = self.answer(document(_TOO_MANY, [self.dialect.rate_exceeded]), _TOO_MANY)
        response.headers["Retry-After"] = str(refusal.retry_after)
        return response

    def _overloaded(self, fault: Any) -> Answer:
        return self._restated(super()._overloaded(fault), "The service is busy. Please try again in a few seconds.")

    def _failed(self, error: Exception) -> Answer:
        return self._restated(super()._failed(error), "Something went wrong on our side. Please try again later.")

    def _restated(self, response: Answer, sentence: str) -> Answer:
        """The same answer with its own status in the body."""
        again: Answer = self.answer(document(response.status_code, [sentence]), response.status_code)
        again.headers.update({name: value for name, value in response.headers.items() if name == "Retry-After"})
        return again
