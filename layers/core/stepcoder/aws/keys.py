"""The only place that speaks to KMS: short secrets, sealed so that only this deployment's functions can open them.

A sealed secret is bound to its `context`: it opens only for the same account and name it was sealed for, so that one
copied elsewhere in the table is worthless there.
"""

from __future__ import annotations

from collections.abc import Mapping

from stepcoder import runtime
from stepcoder.aws.faults import passing_faults

LONGEST = 4096  # bytes, KMS's limit


def seal(secret: str, context: Mapping[str, str]) -> bytes:
    """At most LONGEST bytes as UTF-8. Raises TryAgain."""
    with passing_faults("an encryption"):
        answer = runtime.client("kms").encrypt(
            KeyId=runtime.settings().credentials_key, Plaintext=secret.encode(), EncryptionContext=dict(context)
        )
    return bytes(answer["CiphertextBlob"])


def unseal(sealed: bytes, context: Mapping[str, str]) -> str:
    """What `seal` was given. Raises TryAgain; botocore's ClientError for another context or a damaged secret."""
    with passing_faults("a decryption"):
        answer = runtime.client("kms").decrypt(
            KeyId=runtime.settings().credentials_key, CiphertextBlob=sealed, EncryptionContext=dict(context)
        )
    return str(bytes(answer["Plaintext"]).decode())
