"""The files that a job's outputs name are fetched within a time that they have together.

That they come from every kind of storage: tests/journeys/test_every_door.py.
"""

from __future__ import annotations

import pytest

from stepcoder.errors import InputError
from stepcoder.steps.named_files import NamedFiles
from tests.core.steps.conftest import Pipeline

CAPTIONS = b"WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n"


def test_a_job_s_files_are_fetched_within_a_time_together(pipeline: Pipeline) -> None:
    pipeline.objects.put("upload-bucket", "in/en.vtt", CAPTIONS)
    url = "s3://upload-bucket/in/en.vtt"
    assert NamedFiles(7).fetch(url, 1000) == CAPTIONS
    with pytest.raises(InputError, match=r"/en\.vtt was not fetched: .* took too long") as caught:
        NamedFiles(7, most_seconds=-1).fetch(url.replace("s3://", "s3://key:secret@"), 1000)
    assert caught.value.error_class == "DownloadTimeoutError" and "secret" not in caught.value.message
