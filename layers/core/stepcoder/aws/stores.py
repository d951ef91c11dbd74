"""Buckets as a certain login sees them: Amazon S3, and Google Cloud Storage by its S3 interface. No bytes move here."""

from __future__ import annotations

from stepcoder import runtime
from stepcoder.aws.objects import Objects
from stepcoder.storage import Place, Secret


def objects_for(place: Place, login: Secret | None) -> Objects:
    """The objects of a place's bucket. Without a login, S3 as the service's own role sees it.

    Google's HMAC keys sign as Amazon's do ("Interoperability with other storage providers" in its documentation), so
    what reads and writes S3 reads and writes it, too.
    """
    if login is None:
        return Objects()
    if place.family == "gcs":
        endpoint = runtime.settings().gcs_endpoint
        return Objects(runtime.s3_signing_with(login.user, login.secret, endpoint=endpoint))
    return Objects(runtime.s3_signing_with(login.user, login.secret))
