"""OutputRequest: everything one output may ask, composed of the groups of settings. No setting is declared here."""

from __future__ import annotations

from typing import ClassVar

from stepcoder.request.audio import Audio
from stepcoder.request.clips import Clips
from stepcoder.request.formats import Container, Formats, container_of, format_of
from stepcoder.request.frame_rate import FrameRate
from stepcoder.request.general import General
from stepcoder.request.notifications import Notifications
from stepcoder.request.rate_control import RateControl
from stepcoder.request.resolution import Resolution
from stepcoder.request.streaming import PLAYLIST_HEEDS, Streaming
from stepcoder.request.thumbnails import Thumbnails
from stepcoder.request.video import Video
from stepcoder.request.watermarks import Watermarks


class OutputRequest(
    Notifications,
    Watermarks,
    Thumbnails,
    Streaming,
    Clips,
    Audio,
    Video,
    FrameRate,
    RateControl,
    Resolution,
    Formats,
    General,
):
    """One output as asked for. The groups stand last to first: fields come in the order of General, Formats, …"""

    level: ClassVar[str] = "outputs"
    most: ClassVar[int | None] = 20
    too_many: ClassVar[str] = (
        "There is a limit of 20 outputs per job. If you need more outputs, contact us at"
        " the address of whoever runs this service."
    )

    @classmethod
    def heeded(cls, members: dict[str, object]) -> dict[str, object]:
        """A playlist ignores everything about media (reference 3.19)."""
        kind = members.get("type")
        if not isinstance(kind, str) or kind.strip().lower() != "playlist":
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
