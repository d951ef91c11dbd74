"""Uploaded files in the table. What may become of them is decided in files/.

Items: `files/<id>`, with an attribute for each job that was made of the file; in the index `account-files` only once it
is ready. `accounts/<id>/awaited_files` lists those whose bytes may still come: whoever was told where to send them says
nothing when they are there.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import islice
from typing import Any

from stepcoder import runtime
from stepcoder.aws.expressions import absent, equals, one_of
from stepcoder.aws.table import ACCOUNT_FILES, Conflict, Put, Table, Update
from stepcoder.errors import NotFound, TryAgain
from stepcoder.records.jobs import next_id
from stepcoder.records.lists import Entries, change_list, read_list
from stepcoder.records.model import File

MOST_AWAITED = 100
# Until somebody asks for the file or names it in a job.
_AWAITED = timedelta(days=7)
_USER = "used_by_"


class FileStore:
    """The part of Records that holds uploaded files."""

    table: Table

    def await_file(self, account_id: int, key: str) -> File:
        """A file whose bytes may come to that key within days. Of very many the oldest are forgotten."""
        now = runtime.now()
        file = self._new(account_id, key)
        until = int((now + _AWAITED).timestamp())
        item = {"of_account": account_id, "key": key, "state": file.state, **_times(file), "expires_at": until}

        def add(entries: Entries) -> Entries:
            kept = [entry for entry in entries if entry["until"] > now.timestamp()]
            return [*kept, {"id": file.id, "until": until}][-MOST_AWAITED:]

        change_list(self.table, _awaited_path(account_id), add, [Put(path=_path(file.id), item=item)])
        return file

    def add_file(self, account_id: int, key: str, found: dict[str, Any]) -> File:
        """A file that is there already; `found`: type, size and meta."""
        file = self._new(account_id, key)
        item = {"of_account": account_id, "key": key, **_ready(account_id, file.id, found), **_times(file)}
        self.table.put_new(_path(file.id), item)
        return self.file(file.id)

    def file_arrived(self, file: File, found: dict[str, Any]) -> File:
        """An awaited file is ready; as whoever was first found it."""
        ready = Update(
            path=_path(file.id),
            set_={**_ready(file.account_id, file.id, found), "updated_at": runtime.timestamp()},
            remove=["expires_at"],
            when=equals("state", "awaited"),
        )
        try:
            change_list(self.table, _awaited_path(file.account_id), _without(file.id), [ready])
        except TryAgain:
            if self.file(file.id).state == "awaited":
                raise
        return self.file(file.id)

    def file_refused(self, file: File) -> None:
        """What came for an awaited file is none: nobody is to look at it again."""
        change_list(self.table, _awaited_path(file.account_id), _without(file.id))

    def awaited_files(self, account_id: int) -> list[File]:
        """Newest first."""
        entries = read_list(self.table, _awaited_path(account_id))
        return self._existing([int(entry["id"]) for entry in reversed(entries)], "awaited")

    def file(self, file_id: int) -> File:
        """Raises NotFound, also for one that was deleted."""
        item = self.table.get(_path(file_id))
        if item is None or item["state"] == "deleted":
            raise NotFound(f"There is no file {file_id}.")
        return _file(file_id, item)

    def files(self, account_id: int, page: int, per_page: int) -> list[File]:
        """A page of an account's ready files, newest first; empty past the end. `page` counts from 1."""
        entries = self.table.query(ACCOUNT_FILES, "files_account", account_id)
        start = (page - 1) * per_page
        ids = [int(entry["file_id"]) for entry in islice(entries, start, start + per_page)]
        return self._existing(ids, "ready")  # the index may be a moment behind

    def count_files(self, account_id: int) -> int:
        return self.table.count(ACCOUNT_FILES, "files_account", account_id)

    def delete_file(self, file: File) -> bool:
        """False: a job was made of it since it was read, or it is gone."""
        stamp = runtime.timestamp()
        unused = equals("state", file.state) & (equals("uses", file.uses) if file.uses else absent("uses"))
        gone = {"state": "deleted", "updated_at": stamp, "expires_at": int((runtime.now() + _AWAITED).timestamp())}
        try:
            self.table.update(Update(path=_path(file.id), set_=gone, remove=["files_account", "file_id"], when=unused))
        except Conflict:
            return False
        return True

    def _existing(self, ids: list[int], state: str) -> list[File]:
        items = self.table.get_many(_path(file_id) for file_id in ids)
        found = [(file_id, items.get(_path(file_id))) for file_id in ids]
        return [_file(file_id, item) for file_id, item in found if item is not None and item["state"] == state]

    def _new(self, account_id: int, key: str) -> File:
        stamp = runtime.timestamp()
        file_id = next_id(self.table, "files", first=1)
        return File(id=file_id, account_id=account_id, key=key, created_at=stamp, updated_at=stamp)


def use_of(file_id: int, job_id: int) -> Update:
    """The action that ties a job to the file it was made of, for a transaction; fails for one that was deleted."""
    return Update(
        path=_path(file_id),
        set_={f"{_USER}{job_id}": True},
        add={"uses": 1},
        remove=["expires_at"],
        when=one_of("state", ("awaited", "ready")),
    )


def _without(file_id: int) -> Any:
    def remove(entries: Entries) -> Entries:
        return [entry for entry in entries if entry["id"] != file_id]

    return remove


def _ready(account_id: int, file_id: int, found: dict[str, Any]) -> dict[str, Any]:
    # The last two are what brings the item into the index.
    return {"state": "ready", **found, "files_account": account_id, "file_id": file_id}


def _times(file: File) -> dict[str, str]:
    return {"created_at": file.created_at, "updated_at": file.updated_at}


def _file(file_id: int, item: dict[str, Any]) -> File:
    known = {name: item[name] for name in ("key", "state", "type", "size", "meta", "uses") if name in item}
    users = tuple(int(name.removeprefix(_USER)) for name in item if name.startswith(_USER))
    times = {"created_at": item["created_at"], "updated_at": item["updated_at"]}
    return File(id=file_id, account_id=int(item["of_account"]), users=users, **known, **times)


def _path(file_id: int) -> str:
    return f"files/{file_id}"


def _awaited_path(account_id: int) -> str:
    return f"accounts/{account_id}/awaited_files"
