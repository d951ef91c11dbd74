"""Encrypted sources, as OpenSSL and others write them, read as the file inside."""

from __future__ import annotations

import random
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given, settings
from hypothesis import strategies as st

from stepcoder.errors import InputError
from stepcoder.request.decryption import KEY_BYTES
from stepcoder.sources.decryption import Decrypted, decrypted
from stepcoder.sources.protocol import UNKNOWN_SIZE
from tests.core.sources.fakes import FakeSource

METHODS = list(KEY_BYTES)
RANDOM = random.Random(3)  # noqa: S311
FILM = b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41" + RANDOM.randbytes(300_001)
KEYS = {16: RANDOM.randbytes(16), 32: RANDOM.randbytes(32)}
IV = RANDOM.randbytes(16)
PASSWORD = "s\u00e9same ouvre-toi"
needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")


def key_for(method: str) -> bytes:
    return KEYS[KEY_BYTES[method]]


def encrypt(method: str, plain: bytes = FILM, *, iv: bytes = IV, key: bytes | None = None, pad: bool = True) -> bytes:
    mode = modes.CBC(iv) if method.endswith("cbc") else modes.CTR(iv)
    if method.endswith("cbc") and pad:
        plain += bytes([16 - len(plain) % 16]) * (16 - len(plain) % 16)
    encryptor = Cipher(algorithms.AES(key or key_for(method)), mode).encryptor()
    return encryptor.update(plain) + encryptor.finalize()


def openssl(tmp_path: Path, method: str, *options: str) -> bytes:
    clear, sealed = tmp_path / "clear", tmp_path / "sealed"
    clear.write_bytes(FILM)
    subprocess.run(
        ["openssl", "enc", f"-{method}", "-in", str(clear), "-out", str(sealed), *options],
        check=True,
        capture_output=True,
        timeout=30,
    )
    return sealed.read_bytes()


def whole(source: Decrypted) -> bytes:
    return b"".join(source.stream())


def check(sealed: bytes, method: str, key: bytes | None, password: str | None, *, film: bytes = FILM) -> None:
    """By range, as a whole of known size, and as a whole of any."""
    some = min(len(film), 4000)
    for ranges, size in ((True, None), (False, None), (False, UNKNOWN_SIZE)):
        inside = decrypted(FakeSource(sealed, ranges=ranges, size=size), method, key, password)
        assert whole(inside) == film
        assert inside.size == (len(film) if ranges else UNKNOWN_SIZE)
        assert inside.read_range(0, some) == film[:some]
        if size is None:
            assert b"".join(inside.as_sent(iter([film[:7], film[7:]]))) == sealed


@pytest.mark.parametrize("method", METHODS)
def test_a_key_alone_with_a_vector_of_zeros(method: str) -> None:
    check(encrypt(method, iv=bytes(16)), method, key_for(method), None)


@pytest.mark.parametrize("method", METHODS)
def test_a_key_alone_with_the_vector_in_front(method: str) -> None:
    check(IV + encrypt(method), method, key_for(method), None)


@needs_openssl
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "options",
    [
        ["-pbkdf2"],
        [],
        ["-md", "md5"],
        ["-nosalt"],
        ["-nosalt", "-pbkdf2"],
        ["-pbkdf2", "-iter", "10000", "-md", "sha256"],
    ],
    ids=" ".join,
)
def test_what_openssl_makes_of_a_password(tmp_path: Path, method: str, options: list[str]) -> None:
    check(openssl(tmp_path, method, "-pass", f"pass:{PASSWORD}", *options), method, None, PASSWORD)


@needs_openssl
@pytest.mark.parametrize("method", ["aes-128-cbc", "aes-256-ctr"])
def test_what_openssl_makes_of_a_key(tmp_path: Path, method: str) -> None:
    key = key_for(method)
    check(openssl(tmp_path, method, "-K", key.hex(), "-iv", "0"), method, key, None)
    sealed = openssl(tmp_path, method, "-K", key.hex(), "-pass", f"pass:{PASSWORD}", "-pbkdf2")
    check(sealed, method, key, PASSWORD)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("size", [32, 33, 47, 48])
def test_small_files_of_any_length(method: str, size: int) -> None:
    check(encrypt(method, FILM[:size], iv=bytes(16)), method, key_for(method), None, film=FILM[:size])


def test_a_file_without_padding_is_whole() -> None:
    film = FILM[:-1]
    film = film[: len(film) // 16 * 16 - 1] + b"\x99"
    check(encrypt("aes-128-cbc", film, iv=bytes(16), pad=False), "aes-128-cbc", KEYS[16], None, film=film)


def test_an_unknown_kind_of_file_is_told_by_its_padding() -> None:
    odd = RANDOM.randbytes(1000)
    sealed = encrypt("aes-128-cbc", odd, iv=bytes(16))
    assert whole(decrypted(FakeSource(sealed), "aes-128-cbc", KEYS[16], None)) == odd


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("ranges", [True, False])
def test_a_wrong_key_or_password_is_told(method: str, ranges: bool) -> None:
    source = FakeSource(encrypt(method, iv=bytes(16)), ranges=ranges)
    wrong = bytes(KEY_BYTES[method])
    for key, password in ((wrong, None), (None, "wrong secret"), (wrong, "wrong secret")):
        with pytest.raises(InputError, match="no media file comes out") as caught:
            decrypted(source, method, key, password)
        assert caught.value.error_class == "InvalidEncryptionSettingsError"
        assert method in caught.value.message
        assert "secret" not in caught.value.message


def test_a_file_that_is_not_encrypted_is_told() -> None:
    with pytest.raises(InputError, match="is not encrypted") as caught:
        decrypted(FakeSource(FILM), "aes-128-cbc", KEYS[16], None)
    assert caught.value.error_class == "InvalidEncryptionSettingsError"


def test_a_page_is_called_a_page() -> None:
    with pytest.raises(InputError) as caught:
        decrypted(FakeSource(b"<html><body>Please log in</body></html>"), "aes-128-cbc", KEYS[16], None)
    assert caught.value.error_class == "InvalidDownloadedFileTypeError"


@pytest.mark.parametrize(("ranges", "size"), [(True, None), (False, None), (False, UNKNOWN_SIZE)])
def test_a_file_that_is_cut_off_is_told(ranges: bool, size: int | None) -> None:
    sealed = encrypt("aes-128-cbc", iv=bytes(16))[:-5]
    with pytest.raises(InputError, match="not a multiple of 16 bytes"):
        whole(decrypted(FakeSource(sealed, ranges=ranges, size=size), "aes-128-cbc", KEYS[16], None))


INSIDE = {
    method: decrypted(FakeSource(IV + encrypt(method)), method, key_for(method), None)
    for method in ("aes-128-cbc", "aes-256-ctr")
}


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(INSIDE)), st.integers(0, len(FILM) + 20), st.integers(0, 70_000))
def test_any_range_is_that_of_the_film(method: str, offset: int, length: int) -> None:
    assert INSIDE[method].read_range(offset, length) == FILM[offset : offset + length]


class InBits(FakeSource):
    """Sends pieces of any size."""

    def stream(self, offset: int = 0, length: int | None = None) -> Iterator[bytes]:
        end, position = len(self.data) if length is None else offset + length, offset
        while position < end:
            size = RANDOM.choice([1, 5, 16, 17, 1000, 70_000])
            yield self.data[position : min(position + size, end)]
            position += size


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("ranges", [True, False])
def test_pieces_may_have_any_size(method: str, ranges: bool) -> None:
    sealed = IV + encrypt(method)
    assert whole(decrypted(InBits(sealed, ranges=ranges), method, key_for(method), None)) == FILM


def test_keys_are_not_printed() -> None:
    inside = decrypted(FakeSource(IV + encrypt("aes-128-cbc")), "aes-128-cbc", KEYS[16], None)
    assert repr(KEYS[16]) not in repr(inside._way)
