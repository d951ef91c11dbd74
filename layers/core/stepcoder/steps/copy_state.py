"""What is remembered of a copy of the source from one run to the next: a small JSON beside it, and the parts in S3."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from stepcoder.aws.parts import PartedUpload
from stepcoder.steps.workspace import Workspace

COPY = "source"
_STATE = "fetching.json"


@dataclass(frozen=True)
class CopyState:
    """The version of the file that is being copied, and where its parts go."""

    attempt: int
    etag: str | None
    size: int
    upload_id: str | None = None  # None: a source that is sent as a whole only
    part_bytes: int = 0
    copied: bool = False


def remembered(workspace: Workspace) -> CopyState | None:
    return CopyState(**workspace.read_json(_STATE)) if workspace.has(_STATE) else None


def remember(workspace: Workspace, state: CopyState) -> None:
    workspace.write_json(_STATE, asdict(state))


def forget(workspace: Workspace) -> None:
    workspace.objects.delete(workspace.bucket, workspace.key(_STATE))


def upload_of(workspace: Workspace, upload_id: str) -> PartedUpload:
    """The upload that the parts belong to."""
    return PartedUpload(workspace.bucket, workspace.key(COPY), upload_id)


def abandon(workspace: Workspace) -> None:
    """Let go of the parts of a copy that nobody will complete. The bucket's lifecycle rule would, a day later."""
    state = remembered(workspace)
    if state is not None and state.upload_id and not state.copied:
        upload_of(workspace, state.upload_id).abort()
