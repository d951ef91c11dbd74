"""Captions made from a file (reference 3.12). What is read and written: stepcoder/captions."""

from __future__ import annotations

from typing import Annotated

from stepcoder.request.addresses import FileUrl
from stepcoder.request.setting import Setting, SettingGroup

# Outputs of type captions have no picture and no sound, so that they ignore what is about those. Names served later
# stand here too, to be refused, not ignored.
CAPTIONS_HEED = frozenset(
    {
        "type",
        "label",
        "url",
        "secondary_url",
        "base_url",
        "filename",
        "package_filename",
        "package_format",
        "strict",
        "source",
        "credentials",
        "generate_md5_checksum",
        "parallel_upload_limit",
        "headers",
        "format",
        "caption_url",
        "caption_from_audio_transcription",
        "include_transcription_json",
        "audio_language",
        "public",
        "access_control",
        "rrs",
        "azure_sas",
        "notifications",
        "skip",
    }
)


class CaptionFiles(SettingGroup):
    caption_url: Annotated[
        Annotated[str, FileUrl()] | None,
        Setting(
            "of an output of type captions: the WebVTT, SRT, SCC, DFXP or SAMI file that it is made from",
            aliases=("captions_url",),
        ),
    ] = None
