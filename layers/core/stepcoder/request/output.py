"""OutputRequest: everything one output may ask, composed of the groups of settings. No setting is declared here."""

from __future__ import annotations

from typing import ClassVar

from stepcoder.request.audio import Audio
from stepcoder.request.captions import CAPTIONS_HEED, CaptionFiles
from stepcoder.request.clips import Clips
from stepcoder.request.formats import Container, Formats, container_of, format_of
from stepcoder.request.frame_rate import FrameRate
from stepcoder.request.general import General
from stepcoder.request.notifications import Notifications
from stepcoder.request.packaging import Packaging, package_format
from stepcoder.request.rate_control import RateControl
from stepcoder.request.resolution import Resolution
from stepcoder.request.storing import OutputStoring
from stepcoder.request.streaming import PLAYLIST_HEEDS, Streaming
from stepcoder.request.thumbnails import Thumbnails
from stepcoder.request.video import Video
from stepcoder.request.watermarks import Watermarks

_HEED = {"playlist": PLAYLIST_HEEDS, "captions": CAPTIONS_HEED}


class OutputRequest(
    Notifications,
    CaptionFiles,
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
    Packaging,
    OutputStoring,
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
        """A playlist ignores everything about media (reference 3.19), and so do captions."""
        kind = members.get("type")
        heeds = _HEED.get(kind.strip().lower()) if isinstance(kind, str) else None
        return members if heeds is None else {name: value for name, value in members.items() if name in heeds}

    @property
    def format_name(self) -> str:
        """The format that holds: asked for, or by the file's extension, or the type's default."""
        # In a bundle's URL the extension is the bundle's.
        return format_of(self.type, self.format, self.filename if package_format(self) else self.url or self.filename)

    @property
    def container(self) -> Container:
        """The same in the plan's words: mp4, ts, fmp4 or m3u8."""
        return container_of(self.format_name)
