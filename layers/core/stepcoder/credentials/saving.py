"""Managing an account's saved credentials (zencoder-api 2.9; nobody recorded its routes). A secret only ever comes in.

The vendor answered 406 to anything but Amazon credentials; here every type of 5.1 can be saved.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote

from stepcoder.accounts.members import choice, flag, shown, text
from stepcoder.aws import keys
from stepcoder.credentials.context import sealing_context
from stepcoder.errors import InvalidRequest, NotFound
from stepcoder.records.model import Account, SavedCredentials
from stepcoder.records.store import records
from stepcoder.storage import TYPES, is_access_key

_LONGEST_SECRET = 2048
# They stand in paths: nothing that would have to be escaped there, or be taken for the suffix of a format.
_NICKNAME = re.compile(r"[\w .@()+-]{1,64}")
_SUFFIX = re.compile(r"\.(json|xml|js)$", re.IGNORECASE)
_NICKNAME_RULE = "1 to 64 letters, digits, spaces and . _ - @ ( ) +, not ending in .json, .xml or .js"


def list_all(account: Account) -> list[SavedCredentials]:
    """By nickname."""
    return records().credentials_of(account.id)


def find(account: Account, nickname: str) -> SavedCredentials:
    """In whatever case the nickname is written. Raises NotFound, also for another account's."""
    wanted = _from_path(nickname)
    for saved in records().credentials_of(account.id):
        if saved.nickname.lower() == wanted.lower():
            return saved
    raise NotFound(f"There are no saved credentials {wanted!r}.")


def create(account: Account, body: Mapping[str, Any]) -> SavedCredentials:
    """Save credentials: `nickname`, `type`, `user` (or `key`), `secret` (or `password`), and `default`.

    Raises InvalidRequest with a sentence for every problem, also when the nickname is taken.
    """
    given = _Given(body)
    given.require("nickname", "type", "user", "secret")
    given.judge_user(given.values["type"])
    given.raise_if_any()
    values = given.values
    saved = SavedCredentials(
        nickname=values["nickname"], type=values["type"], user=values["user"], default=bool(values["default"])
    )
    return records().add_credentials(account.id, saved, _sealed(account.id, saved.nickname, values["secret"]))


def update(account: Account, nickname: str, body: Mapping[str, Any]) -> SavedCredentials:
    """Change what is given; the rest stays. The nickname can't be changed: the secret is sealed for that name.

    Raises NotFound, InvalidRequest.
    """
    present = find(account, nickname)
    given = _Given(body)
    values = given.values
    if values["nickname"] is not None and values["nickname"].lower() != present.nickname.lower():
        given.problems["nickname"] = "nickname can't be changed: save the credentials anew under the other name."
    if values["type"] not in (None, present.type):
        given.problems["type"] = "type can't be changed: save the credentials anew under another name."
    given.judge_user(present.type)
    given.raise_if_any()
    changes = {name: values[name] for name in ("nickname", "user", "default") if values[name] is not None}
    sealed = _sealed(account.id, present.nickname, values["secret"]) if values["secret"] else None
    return records().change_credentials(account.id, present.nickname, changes, sealed)


def delete(account: Account, nickname: str) -> None:
    """Jobs that name them and are not done yet will fail. Raises NotFound."""
    records().delete_credentials(account.id, _from_path(nickname))


class _Given:
    """The members of a body that are read, with the problems found in them."""

    def __init__(self, body: Mapping[str, Any]) -> None:
        # `key` and `password` as the vendor's own forms called them.
        body = {"user": body.get("key"), "secret": body.get("password"), **_present(body)}
        self.problems: dict[str, str] = {}  # by the member to blame
        self.values: dict[str, Any] = {
            "nickname": self._read("nickname", lambda: text(body, "nickname")),
            "type": self._read("type", lambda: choice(body, "type", TYPES)),
            "user": self._read("user", lambda: text(body, "user")),
            "secret": self._read("secret", lambda: text(body, "secret", _LONGEST_SECRET)),
            "default": self._read("default", lambda: flag(body, "default")),
        }
        nickname = self.values["nickname"]
        if nickname is not None and (not _NICKNAME.fullmatch(nickname) or _SUFFIX.search(nickname)):
            self.problems["nickname"] = f"nickname is {shown(nickname)}: it must be {_NICKNAME_RULE}."

    def require(self, *names: str) -> None:
        for name in names:
            if self.values[name] is None:
                self.problems.setdefault(name, f"{name} is required.")

    def judge_user(self, kind: str | None) -> None:
        user = self.values["user"]
        if kind == "s3" and user is not None and not is_access_key(user):
            self.problems["user"] = f"user is {shown(user)}: for type s3 it must be the id of an access key."

    def raise_if_any(self) -> None:
        if self.problems:
            raise InvalidRequest(*self.problems.values())

    def _read(self, name: str, read: Callable[[], Any]) -> Any:
        try:
            return read()
        except InvalidRequest as problem:
            self.problems[name] = problem.messages[0]
            return None


def _present(body: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if value not in (None, "")}


def _from_path(nickname: str) -> str:
    """API Gateway decodes paths; whoever stands before it may not have."""
    return unquote(nickname).strip()


def _sealed(account_id: int, nickname: str, secret: str) -> bytes:
    return keys.seal(secret, sealing_context(account_id, nickname))
