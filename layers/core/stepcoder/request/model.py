"""JobRequest and OutputRequest: everything a customer may ask, as one immutable value. Reading a body: reading.py.

Fields are named as in the reference. A field holds its documented default when the customer gave nothing, or None where
the default depends on something else (the Setting's `absent` says on what). `model_fields_set` tells what was given.
Before deciding anything, take `precedence.settle(output)`: it drops settings that others beat.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from stepcoder.request.addresses import InputUrl
from stepcoder.request.audio import Audio
from stepcoder.request.clips import Clips
from stepcoder.request.formats import Container, Formats, container_of, format_of
from stepcoder.request.frame_rate import FrameRate
from stepcoder.request.general import General
from stepcoder.request.kinds import Text
from stepcoder.request.notifications import NotificationRequest, Notifications
from stepcoder.request.rate_control import RateControl
from stepcoder.request.resolution import Resolution
from stepcoder.request.setting import Setting
from stepcoder.request.streaming import PLAYLIST_HEEDS, Streaming, StreamRequest
from stepcoder.request.thumbnails import ThumbnailRequest, Thumbnails
from stepcoder.request.video import Video
from stepcoder.request.vocabulary import Line, YesNo

__all__ = ["JobRequest", "NotificationRequest", "OutputRequest", "StreamRequest", "ThumbnailRequest"]


class OutputRequest(
    Notifications, Thumbnails, Streaming, Clips, Audio, Video, FrameRate, RateControl, Resolution, Formats, General
):
    """One output as asked for. The groups stand last to first: fields come in the order of General, Formats, …"""

    level: ClassVar[str] = "outputs"
    most: ClassVar[int | None] = 20
    too_many: ClassVar[str] = (
        "There is a limit of 20 outputs per job. If you need more outputs, send them as a second job."
    )

    @classmethod
    def heeded(cls, members: dict[str, object]) -> dict[str, object]:
        """A playlist ignores everything about media (reference 3.19)."""
        if str(members.get("type")).strip().lower() != "playlist":
            return members
        return {name: value for name, value in members.items() if name in PLAYLIST_HEEDS}

    @property
    def format_name(self) -> str:
        """The format that holds: asked for, or by the file's extension, or the type's default."""
        return format_of(self.type, self.format, self.url or self.filename)

    @property
    def container(self) -> Container:
        """The same in the plan's words: mp4, ts, fmp4 or m3u8."""
        return container_of(self.format_name)


class JobRequest(Notifications):
    """A whole job as asked for, with at least one output."""

    level: ClassVar[str] = "job"

    input: Annotated[Annotated[str, InputUrl()], Setting("URL of the file to encode")]
    outputs: Annotated[
        tuple[OutputRequest, ...], Setting("what to make of it", absent="one default output", aliases=("output",))
    ]
    test: Annotated[YesNo, Setting("cuts outputs to 5 seconds")] = False
    private: Annotated[YesNo, Setting("echoed as `privacy`")] = False
    mock: Annotated[YesNo, Setting("checks the request and answers with null ids; makes no job")] = False
    pass_through: Annotated[
        Annotated[str, Text(255, one_line=False)] | None, Setting("returned in details and notifications")
    ] = None
    grouping: Annotated[Line | None, Setting("a key for reports")] = None

    @classmethod
    def from_body(cls, body: object) -> JobRequest:
        """The job a decoded request body asks for. Raises InvalidRequest with a sentence for every problem."""
        from stepcoder.request.reading import read_job

        return read_job(body)

    def to_json(self) -> dict[str, Any]:
        """What was given, canonically, as plain JSON values; `model_validate` reads it back to an equal value."""
        return self.model_dump(mode="json", exclude_unset=True)
