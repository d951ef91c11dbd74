"""How files are stored where they go: access, headers, how many at once (reference 3.2 and 3.16)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, ClassVar

from stepcoder.request.kinds import has_control_characters, listing
from stepcoder.request.lists import listed
from stepcoder.request.notifications import Headers
from stepcoder.request.place_rules import shared_access_signature
from stepcoder.request.quantities import Whole
from stepcoder.request.setting import Kind, Setting, SettingGroup, Wrong
from stepcoder.request.vocabulary import YesNo

PERMISSIONS = ("READ", "READ_ACP", "WRITE_ACP", "FULL_CONTROL")
_GROUPS = ("AllUsers", "AuthenticatedUsers")
# A group's URI, an e-mail address or a canonical user id.
GRANTEE = re.compile(
    rf"^(https?://acs\.amazonaws\.com/groups/global/({'|'.join(_GROUPS)})"
    r"|[^\s@\"<>,]+@[^\s@\"<>,]+\.[^\s@\"<>,]+"
    r"|[0-9a-fA-F]{64})$"
)
_STORED = (
    "Cache-Control",
    "Content-Disposition",
    "Content-Encoding",
    "Content-Type",
    "Expires",
    "x-amz-acl",
    "x-amz-storage-class",
    "x-amz-server-side-encryption",
)
_GOOGLE = ("x-goog-acl",)
_PREFIX, _GOOGLE_PREFIX = "x-amz-meta-", "x-goog-meta-"


@dataclass(eq=False)
class StoredHeaders(Headers):
    """Headers that a storage keeps with a file and sends with it (zencoder-api 3.2, row 34)."""

    google: bool = True

    @property
    def _names(self) -> tuple[str, ...]:
        return (*_STORED, *_GOOGLE) if self.google else _STORED

    @property
    def allowed(self) -> str:
        prefixes = f"{_PREFIX}* or {_GOOGLE_PREFIX}*" if self.google else f"{_PREFIX}*"
        return f"a hash of headers among {', '.join(self._names)}, {prefixes}, with values on one line"

    def _name(self, name: object) -> str:
        known = super()._name(name).lower()
        prefixes = (_PREFIX, _GOOGLE_PREFIX) if self.google else (_PREFIX,)
        if known not in {each.lower() for each in self._names} and not known.startswith(prefixes):
            raise Wrong(self.allowed)
        return str(name)


class Grantee(Kind):
    """Whom access is given to."""

    noun: ClassVar[str] = "string"

    @property
    def allowed(self) -> str:
        groups = " or ".join(f"http://acs.amazonaws.com/groups/global/{name}" for name in _GROUPS)
        return f"the e-mail address or canonical user id (64 hex digits) of an AWS account, or {groups}"

    def read(self, value: object) -> str:
        text = value.strip() if isinstance(value, str) else ""
        if has_control_characters(text) or not GRANTEE.fullmatch(text):
            raise Wrong(self.allowed)
        return text


class Permissions(Kind):
    """One or several permissions of an access list."""

    noun: ClassVar[str] = "string or array"

    @property
    def allowed(self) -> str:
        return f"{listing(PERMISSIONS)}, or an array of these"

    def read(self, value: object) -> tuple[str, ...]:
        items = list(value) if isinstance(value, tuple) else listed(value)
        names = tuple(dict.fromkeys(item.strip().upper() if isinstance(item, str) else "" for item in items))
        if not names or set(names) - set(PERMISSIONS):
            raise Wrong(self.allowed)
        return names

    def write(self, value: tuple[str, ...]) -> list[str]:
        return list(value)


class SharedAccess(Kind):
    """The query of an Azure shared access signature."""

    noun: ClassVar[str] = "string"

    @property
    def allowed(self) -> str:
        return "the query of a shared access signature, with sv and sig"

    def read(self, value: object) -> str:
        text = value.strip().removeprefix("?") if isinstance(value, str) else ""
        if has_control_characters(text) or "#" in text or not shared_access_signature(text):
            raise Wrong(self.allowed)
        return text


class AccessRequest(SettingGroup):
    """What one grantee may do."""

    level: ClassVar[str] = "access_control"
    most: ClassVar[int | None] = 100
    too_many: ClassVar[str] = "{path} has more than 100 entries: S3 keeps at most 100 grants with a file."

    permission: Annotated[Annotated[tuple[str, ...], Permissions()], Setting("what the grantee may do with the file")]
    grantee: Annotated[Annotated[str, Grantee()], Setting("an AWS account, or everybody")]


UploadLimit = Annotated[int, Whole(1, 30, "files")]
SasQuery = Annotated[str, SharedAccess()]


class Storing(SettingGroup):
    """What outputs and sets of stills have in common."""

    public: Annotated[YesNo, Setting("lets everybody read the files in S3", absent="false; stills: as the output")] = (
        False
    )
    access_control: Annotated[
        tuple[AccessRequest, ...],
        Setting("who may do what with the files in S3", absent="stills: as the output", beats=("public",)),
    ] = ()
    rrs: Annotated[YesNo, Setting("stores the files in S3 with reduced redundancy")] = False
    parallel_upload_limit: Annotated[
        UploadLimit | None, Setting("how many files are sent at once", absent="30 to S3, else 10")
    ] = None
    azure_sas: Annotated[SasQuery | None, Setting("shared access signature for azure URLs without one")] = None


class OutputStoring(Storing):
    """Of outputs alone."""

    headers: Annotated[
        Annotated[dict[str, str], StoredHeaders()] | None,
        Setting("kept with the files in S3, Google Cloud Storage and Cloud Files"),
    ] = None


class StillStoring(Storing):
    """Of sets of stills alone: without Google's headers."""

    headers: Annotated[
        Annotated[dict[str, str], StoredHeaders(google=False)] | None, Setting("kept with the files in S3")
    ] = None
