"""The settings of the job that an uploaded file becomes: where they may stand, and how they come together.

The most specific first: a JSON beside the file, the file's metadata, the nearest `default.json` in its folders, the
account's own. Each is the body of a job without its input. They come together member by member: of the ones that give
a member, the most specific gives the whole of it, and a null in it takes the member away. Lists are never joined.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from stepcoder.api.bodies import json_value
from stepcoder.aws.faults import error_code
from stepcoder.aws.objects import Objects, StoredObject
from stepcoder.errors import InputError, InvalidRequest, RequestError
from stepcoder.jobs.drop_metadata import metadata_settings
from stepcoder.records.store import records
from stepcoder.uploads.events import Upload
from stepcoder.uploads.places import folder_defaults, settings_beside

if TYPE_CHECKING:
    from stepcoder.request.model import JobRequest

LARGEST_FILE = 256 * 1024  # bytes, of a file with settings

# Members of a job that mean nothing for a file that is here already.
_MEANINGLESS = {
    "input": "the file that was uploaded is the input",
    "credentials": "files that were uploaded are read with the service's own role",
    "mock": "a file that was uploaded always becomes a job",
    "api_key": "the file's place says whose job it is",
}
_BAD_SETTINGS = "InvalidVideoSettingsError"
_UNREADABLE = "DownloadAccessDeniedError"
_MOST_SENTENCES = 20


@dataclass
class DropSettings:
    """What was found: members of a job, what of them has no effect, and why the rest can't be used."""

    members: dict[str, Any] = field(default_factory=dict)
    places: list[str] = field(default_factory=list)  # where they stood
    warnings: list[str] = field(default_factory=list)
    error_class: str = _BAD_SETTINGS
    problems: list[str] = field(default_factory=list)

    def add(self, members: Mapping[str, Any], place: str) -> None:
        """What is less specific than all that was added before."""
        self.places += [place] if members else []
        for name, value in _by_todays_names(members).items():
            if name not in _MEANINGLESS:
                self.members.setdefault(name, value)
            elif value is not None and name != "api_key":
                self.warnings.append(f"{name} has no effect: {_MEANINGLESS[name]}.")

    def blame(self, problem: str, error_class: str = _BAD_SETTINGS) -> None:
        self.error_class = self.error_class if self.problems else error_class
        self.problems.append(problem)

    def failure(self, more: RequestError | None = None) -> InputError:
        """Everything that is wrong, as the failure of the job's input."""
        sentences = [*self.problems, *(more.messages if more else [])]
        rest = len(sentences) - _MOST_SENTENCES
        shown = [*sentences[:_MOST_SENTENCES], *([f"And {rest} more."] if rest > 0 else [])]
        text = " ".join(sentence if sentence.endswith((".", "!", "?")) else f"{sentence}." for sentence in shown)
        origin = f" ({', '.join(self.places)})" if more and self.places else ""
        return InputError(self.error_class, f"The settings of this upload{origin} can't be used. {text}")


def settings_for(upload: Upload, account_id: int, stored: StoredObject, objects: Objects) -> DropSettings:
    """Everything that is said about how to encode a file. Raises TryAgain."""
    found = DropSettings()
    _add_file(found, objects, upload.bucket, settings_beside(upload.key))
    members, problems = metadata_settings(stored.metadata)
    for problem in problems:
        found.blame(problem)
    found.add(members, "its metadata")
    if stored.unshown:
        found.warnings.append(f"{stored.unshown} of the file's metadata could not be read: S3 does not show them.")
    for key in folder_defaults(upload.key):
        if _add_file(found, objects, upload.bucket, key):
            break
    found.add(records().upload_settings(account_id), "the account's upload settings")
    return found


def usable(members: Mapping[str, Any], url: str) -> JobRequest:
    """As much of a request as can be read: every member that is right by itself. So a failure reaches its receivers."""
    from stepcoder.request.model import JobRequest

    kept: dict[str, Any] = {"input": url}
    for name, value in members.items():
        try:
            JobRequest.from_body({**kept, name: value})
        except InvalidRequest:
            continue
        kept[name] = value
    return JobRequest.from_body(kept)


def _add_file(found: DropSettings, objects: Objects, bucket: str, key: str) -> bool:
    """Whether there is such a file."""
    name = f"s3://{bucket}/{key}"
    try:
        content = objects.get_small(bucket, key, LARGEST_FILE)
        if content is None:
            return False
        found.add(_hash(content), name)
    except ValueError as problem:
        found.blame(f"{name} {problem}.")
    except Exception as fault:
        code = error_code(fault)
        if not code:
            raise
        found.blame(f"{name} can't be read: S3 answered {code}.", _UNREADABLE)
    return True


def _hash(content: bytes) -> dict[str, Any]:
    if not content.strip():
        raise ValueError("is empty: it must be a hash of settings")
    try:
        value = json_value(content)
    except UnicodeDecodeError:
        raise ValueError("is not text: it must be JSON in UTF-8") from None
    except json.JSONDecodeError as problem:
        raise ValueError(f"is not JSON: {problem.msg} at line {problem.lineno}, column {problem.colno}") from None
    except ValueError as problem:
        raise ValueError(f"is not JSON: {problem}") from None
    if not isinstance(value, dict):
        raise ValueError("is JSON, but not a hash of settings")
    return value


def _by_todays_names(members: Mapping[str, Any]) -> dict[str, Any]:
    """The members by the names that requests are read by: two spellings of one member must not stand side by side."""
    from stepcoder.request.model import JobRequest
    from stepcoder.request.setting import declared

    older = {alias: name for name, found in declared(JobRequest).items() for alias in found.setting.aliases}
    return dict(_renamed(members, older))


def _renamed(members: Mapping[str, Any], older: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    for name, value in members.items():
        if older.get(name, name) == name or members.get(older[name]) is None:
            yield older.get(name, name), value
