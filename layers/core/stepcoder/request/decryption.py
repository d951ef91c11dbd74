"""How an encrypted input is opened (reference 3.20, rows 243 to 246). Keys themselves are shown nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, ClassVar

from stepcoder.request.addresses import FileUrl
from stepcoder.request.kinds import Choice, Text
from stepcoder.request.setting import Kind, Setting, SettingGroup, Wrong

KEY_BYTES = {"aes-128-cbc": 16, "aes-128-ctr": 16, "aes-256-cbc": 32, "aes-256-ctr": 32}
DEFAULT_METHOD = "aes-128-cbc"
SECRETS = ("decryption_key", "decryption_password")

Found = Iterator[tuple[str, str]]  # path of the setting to blame, sentence


class HexKey(Kind):
    """A key in hexadecimal, with or without 0x. What is wrong with one is said without showing it."""

    noun: ClassVar[str] = "string"

    @property
    def allowed(self) -> str:
        return "a key of 32 or 64 hexadecimal digits, as long as its method needs"

    def read(self, value: object) -> str:
        text = value.strip().lower().removeprefix("0x") if isinstance(value, str) else ""
        if not re.fullmatch("(?:[0-9a-f]{32}){1,2}", text):
            raise Wrong(whole=f"decryption_key must be {self.allowed}.")
        return text


class Password(Text):
    """Text that is not shown when something is wrong with it."""

    def read(self, value: object) -> str:
        try:
            return super().read(value)
        except Wrong:
            raise Wrong(whole=f"decryption_password must be {self.allowed}.") from None


class Decryption(SettingGroup):
    """Of the input file. With a key and a password, the password gives the initialisation vector (sources/ciphers)."""

    decryption_method: Annotated[
        Annotated[str, Choice(("none", *KEY_BYTES))] | None,
        Setting("how the input is encrypted", absent="aes-128-cbc if a key or password is given"),
    ] = None
    decryption_key: Annotated[
        Annotated[str, HexKey()] | None, Setting("the input's key", beats=("decryption_key_url",))
    ] = None
    decryption_key_url: Annotated[
        Annotated[str, FileUrl()] | None, Setting("where the input's key is, as 16 or 32 bytes")
    ] = None
    decryption_password: Annotated[
        Annotated[str, Password()] | None, Setting("what the input's key is derived from, as OpenSSL does")
    ] = None


def decryption_method(asked: Decryption) -> str | None:
    """The method that holds; None: the input is not encrypted."""
    method = asked.decryption_method or (DEFAULT_METHOD if _has_secret(asked) else None)
    return None if method == "none" else method


def judge_decryption(asked: Decryption) -> Found:
    """What is wrong between settings that are right by themselves."""
    method = decryption_method(asked)
    if method is not None and not _has_secret(asked):
        sentence = (
            f'decryption_method is "{method}": it needs decryption_key, decryption_key_url or decryption_password.'
        )
        yield "decryption_method", sentence
    if method is not None and asked.decryption_key and len(asked.decryption_key) != 2 * KEY_BYTES[method]:
        digits, given = 2 * KEY_BYTES[method], len(asked.decryption_key)
        yield "decryption_key", f"decryption_key has {given} hexadecimal digits: {method} needs {digits}."


def _has_secret(asked: Decryption) -> bool:
    return bool(asked.decryption_key or asked.decryption_key_url or asked.decryption_password)
