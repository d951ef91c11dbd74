"""An object of our own as a seekable file, for readers that want one (PyAV). Customers' files: steps/opening.py."""

from __future__ import annotations

from stepcoder.aws.objects import Objects
from stepcoder.errors import InputError
from stepcoder.sources.file import SourceFile
from stepcoder.sources.s3 import S3Source
from stepcoder.storage import Place


def opened(bucket: str, key: str) -> tuple[SourceFile, int] | None:
    """The object and its size in bytes; None if there is none. Raises InputError, TryAgain, also while it is read."""
    try:
        source = S3Source(Place("s3", bucket, key), Objects())
    except InputError as error:
        if error.error_class == "FileNotFoundError":
            return None
        raise
    return SourceFile(source), source.size
