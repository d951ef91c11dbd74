"""How files are stored where they are delivered, as asked: headers, access, storage class. Doing it: destinations/."""

from __future__ import annotations

from pydantic import Field

from stepcoder.media import Frozen


class Access(Frozen):
    """One entry of access_control (zencoder-api 3.16): the permissions of one grantee."""

    grantee: str
    permissions: tuple[str, ...]


class Storing(Frozen):
    """The settings of zencoder-api 3.2 and 3.16 that go with files to their storage."""

    headers: dict[str, str] = Field(default_factory=dict)
    public: bool = False
    access: tuple[Access, ...] = ()
    reduced_redundancy: bool = False
    parallel: int | None = None  # how many files are sent at once; None: as many as the storage takes well
