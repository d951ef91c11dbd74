"""What an output is, what it is called and where it goes. Format and codecs: formats.py."""

from __future__ import annotations

from typing import Annotated, Literal

from stepcoder.request.addresses import FileName, OutputUrl
from stepcoder.request.kinds import Choice
from stepcoder.request.setting import Setting, SettingGroup
from stepcoder.request.vocabulary import Line, YesNo

OutputType = Annotated[
    Literal["standard", "segmented", "playlist", "captions"],
    Choice(("standard", "segmented", "playlist", "captions"), later=("transfer-only", "cae")),
]


class General(SettingGroup):
    """Reference 3.2 and 3.16."""

    type: Annotated[OutputType, Setting("a file, a media playlist with segments, a master playlist, or captions")] = (
        "standard"
    )
    label: Annotated[Line | None, Setting("names the output within its job, for `source` and in answers")] = None
    url: Annotated[
        Annotated[str, OutputUrl()] | None,
        Setting("where the file goes, file name included", absent="temporary storage", beats=("base_url", "filename")),
    ] = None
    secondary_url: Annotated[
        Annotated[str, OutputUrl(known_text=False)] | None,
        Setting("where the file goes if it can't be delivered to its place", absent="temporary storage"),
    ] = None
    base_url: Annotated[
        Annotated[str, OutputUrl(directory=True)] | None,
        Setting("the directory the file goes to", absent="temporary storage"),
    ] = None
    filename: Annotated[
        Annotated[str, FileName()] | None,
        Setting("the file's name below base_url, or in temporary storage", absent="random"),
    ] = None
    credentials: Annotated[
        Line | None,
        Setting("nickname of the saved credentials to deliver with", absent="the account's default of the URL's type"),
    ] = None
    strict: Annotated[YesNo, Setting("fail where settings contradict each other, instead of correcting them")] = False
    skip_video: Annotated[YesNo, Setting("leaves the video out")] = False
    skip_audio: Annotated[YesNo, Setting("leaves the audio out")] = False
