"""Files of an output bundled as one ZIP or tar (reference 3.2 and 5.4): names. How it is written: steps/bundle.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from stepcoder.request.addresses import FileName
from stepcoder.request.formats import extension_of
from stepcoder.request.kinds import Choice
from stepcoder.request.setting import Setting, SettingGroup

if TYPE_CHECKING:
    from stepcoder.request.output import OutputRequest

PackageFormat = Literal["zip", "tar"]
_FORMATS: tuple[PackageFormat, ...] = ("zip", "tar")


class Packaging(SettingGroup):
    package_format: Annotated[
        Annotated[PackageFormat, Choice(_FORMATS)] | None,
        Setting("bundles all files of the output", absent="by the extension of package_filename; else no bundle"),
    ] = None
    package_filename: Annotated[
        Annotated[str, FileName()] | None,
        Setting("the bundle's name, in place of the file's", absent="the file's name with the bundle's extension"),
    ] = None


def package_format(output: OutputRequest) -> PackageFormat | None:
    """The kind of bundle asked for; by the name's extension where only that is given."""
    if output.package_format is not None or output.package_filename is None:
        return output.package_format
    extension = extension_of(output.package_filename)
    return next((each for each in _FORMATS if each == extension), None)


def package_name(output: OutputRequest, file_name: str) -> str:
    """The bundle's name, where the file would be called `file_name`: its own, or the file's with its extension."""
    return output.package_filename or f"{stem_of(file_name)}.{package_format(output)}"


def media_name(output: OutputRequest, bundle: str, extension: str) -> str:
    """The media file's name in a bundle called `bundle`: as asked for, or the bundle's with the media's extension."""
    asked = output.filename or (output.url or "").rpartition("/")[2]
    name = asked.rpartition("/")[2]
    return name if name and extension_of(name) not in _FORMATS else f"{stem_of(bundle)}.{extension}"


def stem_of(name: str) -> str:
    """A file's name without directories and extension."""
    last = name.rpartition("/")[2]
    return last.rpartition(".")[0] or last
