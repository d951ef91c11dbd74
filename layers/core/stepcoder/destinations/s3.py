"""Delivery to S3, and to Google Cloud Storage, which speaks the same language. Multipart, its memory and its clean-up
are aws/objects.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

from stepcoder import runtime
from stepcoder.aws.faults import error_code
from stepcoder.destinations import failures
from stepcoder.destinations.protocol import OnBytes, Sending
from stepcoder.destinations.s3_options import access_options, file_options
from stepcoder.errors import OutputError, TryAgain
from stepcoder.net.tries import PassingFault
from stepcoder.storage import Place

# "Bucket owner enforced", the default of new buckets since 2023: ACLs are not kept there (S3 error reference).
_NO_ACCESS_LISTS = ("AccessControlListNotSupported", "InvalidBucketAclWithObjectOwnership")


class WritesObjects(Protocol):
    """The part of aws.objects.Objects that destinations need."""

    def upload_stream(
        self,
        bucket: str,
        key: str,
        body: Iterator[bytes],
        content_type: str | None = None,
        on_bytes: Callable[[int], None] | None = None,
        options: Mapping[str, Any] | None = None,
    ) -> int: ...

    def delete(self, bucket: str, key: str) -> None: ...


class S3Destination:
    """A bucket. `by_customer`: `objects` signs with the customer's credentials, not with the service's role.

    `warn` hears a sentence when the access that was asked for can't be given, because the bucket keeps no ACLs.
    """

    most_uploads = 30

    def __init__(
        self,
        place: Place,
        objects: WritesObjects,
        *,
        by_customer: bool = False,
        warn: Callable[[str], None] = lambda sentence: None,
    ) -> None:
        self._place, self._objects, self._by_customer, self._warn = place, objects, by_customer, warn
        self._without_access = False

    def put(self, path: str, body: Iterator[bytes], sending: Sending, on_bytes: OnBytes) -> int:
        url = self._place.moved_to(path).url
        access = {} if self._without_access else access_options(sending, self._place.family)
        options = {**file_options(sending, self._place.family), **access}
        content_type = options.pop("ContentType", sending.content_type)
        try:
            return self._objects.upload_stream(self._place.home, path, body, content_type, on_bytes, options)
        except TryAgain as error:
            raise PassingFault(failures.used_up(error, url)) from error
        except Exception as error:
            code = error_code(error)
            if code and access and self._can_do_without(code, sending):
                raise PassingFault(self._failure(code, url)) from error
            if code:
                raise self._failure(code, url) from error
            raise

    def _can_do_without(self, code: str, sending: Sending) -> bool:
        """Whether the next try should leave out the access list, since that is what was refused.

        Nobody asked for the usual list, and writing an object may be allowed where setting its ACL is not.
        """
        asked = sending.public or bool(sending.grants)
        if code not in _NO_ACCESS_LISTS and (asked or code not in ("AccessDenied", "403")):
            return False
        self._without_access = True
        if asked:
            self._warn(
                f"The access that was asked for was not given: the bucket {self._place.home} has its access lists"
                " switched off (Object Ownership is bucket owner enforced), so its policy alone decides."
            )
        runtime.logger().info("access list left out", bucket=self._place.home, code=code)
        return True

    def delete(self, path: str) -> None:
        url = self._place.moved_to(path).url
        try:
            self._objects.delete(self._place.home, path)
        except TryAgain as error:
            raise PassingFault(failures.used_up(error, url)) from error
        except Exception as error:
            if code := error_code(error):
                raise self._failure(code, url) from error
            raise

    def close(self) -> None:
        """The connections are S3's client's, which others share."""

    def _failure(self, code: str, url: str) -> OutputError:
        if self._place.family == "gcs":
            return failures.from_gcs(code, url)
        return failures.from_s3(code, url, by_customer=self._by_customer)
