"""The ways in which a file can have been encrypted with AES, given a key or a password, as OpenSSL and others do it.

The reference says nothing of initialisation vectors, so this is the rule, in the order in which it is tried:

1. A password: key and vector are derived from it and from the salt that follows `Salted__` at the beginning of the file
   (`openssl enc`), or without salt where that is missing (`-nosalt`): by PBKDF2 with SHA-256 and 10,000 rounds
   (`-pbkdf2`), else by OpenSSL's older derivation with SHA-256 (its default from 1.1 on) or MD5 (before).
2. A key and a password: as in 1, but only the vector is taken from the password (`openssl enc -K … -pass …`).
3. A key alone: a vector of zeros (`-iv 0`), else the file's first 16 bytes are the vector.

`cryptography` does the AES: it is what paramiko needs anyway, comes from the Python Cryptographic Authority, and is
OpenSSL underneath. It is loaded when a file is decrypted, by the worker that inspects it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext
    from cryptography.hazmat.primitives.ciphers.modes import CBC, CTR

BLOCK = 16
_SALTED = b"Salted__"
_ROUNDS = 10_000


@dataclass(frozen=True)
class Way:
    """One way: after `skip` bytes the file is encrypted with `key` (16 or 32 bytes) and `iv` (16 bytes)."""

    chained: bool  # CBC, with padding; else CTR
    skip: int
    key: bytes = field(repr=False)
    iv: bytes = field(repr=False)

    def decryptor(self, block: int = 0) -> CipherContext:
        """Decrypts from block number `block` on. With CBC, what it makes of its first block is wrong unless that is
        the file's first: it depends on the block before."""
        return self._cipher(block).decryptor()

    def encryptor(self) -> CipherContext:
        return self._cipher(0).encryptor()

    def _cipher(self, block: int) -> Cipher[CBC | CTR]:
        from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

        if self.chained:
            return Cipher(algorithms.AES(self.key), modes.CBC(self.iv))
        counter = (int.from_bytes(self.iv) + block) % (1 << 128)
        return Cipher(algorithms.AES(self.key), modes.CTR(counter.to_bytes(BLOCK)))


def ways(method: str, head: bytes, key: bytes | None, password: str | None) -> Iterator[Way]:
    """The ways a file that begins with `head` may be encrypted. `method` is aes-128-cbc or the like."""
    chained = method.endswith("cbc")
    if password is None:
        assert key is not None  # noqa: S101 - one of the two is asked for
        yield Way(chained, 0, key, bytes(BLOCK))
        yield Way(chained, BLOCK, key, head[:BLOCK].ljust(BLOCK, b"\0"))
        return
    skip, salt = (BLOCK, head[8:BLOCK]) if head.startswith(_SALTED) else (0, b"")
    length = 32 if "256" in method else 16
    for derived in _derived(password.encode(), salt, length + BLOCK):
        yield Way(chained, skip, key or derived[:length], derived[length:])


def _derived(password: bytes, salt: bytes, length: int) -> Iterator[bytes]:
    yield hashlib.pbkdf2_hmac("sha256", password, salt, _ROUNDS, length)
    for digest in ("sha256", "md5"):
        last = found = b""
        while len(found) < length:
            last = hashlib.new(digest, last + password + salt, usedforsecurity=False).digest()
            found += last
        yield found[:length]
