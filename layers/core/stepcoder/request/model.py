"""JobRequest: everything a customer may ask, as one immutable value. The groups of settings are in their own files.

Fields are named as in the reference. A field holds its documented default when the customer gave nothing, or None where
the default depends on something else (the Setting's `absent` says on what). `model_fields_set` tells what was given.
Before deciding anything, take `precedence.settle(output)`: it drops settings that others beat.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from stepcoder.errors import InvalidRequest
from stepcoder.request.addresses import InputUrl
from stepcoder.request.decryption import Decryption, judge_decryption
from stepcoder.request.ignored import Ignored
from stepcoder.request.kinds import Md5, Text
from stepcoder.request.notifications import NotificationRequest, Notifications
from stepcoder.request.output import OutputRequest
from stepcoder.request.playlist_links import linked
from stepcoder.request.problems import Problems
from stepcoder.request.quantities import Whole
from stepcoder.request.reading import read_hash
from stepcoder.request.rules import judge
from stepcoder.request.setting import Setting, written
from stepcoder.request.storing import AccessRequest, SasQuery
from stepcoder.request.streaming import StreamRequest
from stepcoder.request.thumbnails import ThumbnailRequest
from stepcoder.request.vocabulary import Line, YesNo
from stepcoder.request.watermarks import WatermarkRequest

__all__ = [
    "AccessRequest",
    "JobRequest",
    "NotificationRequest",
    "OutputRequest",
    "StreamRequest",
    "ThumbnailRequest",
    "WatermarkRequest",
]


class JobRequest(Notifications, Decryption):
    """A whole job as asked for, with at least one output."""

    level: ClassVar[str] = "job"

    input: Annotated[Annotated[str, InputUrl()], Setting("URL of the file to encode")]
    outputs: Annotated[
        tuple[OutputRequest, ...], Setting("what to make of it", absent="one default output", aliases=("output",))
    ]
    credentials: Annotated[
        Line | None,
        Setting("nickname of the saved credentials to read the input with", absent="the account's default of its type"),
    ] = None
    test: Annotated[YesNo, Setting("cuts outputs to 5 seconds")] = False
    private: Annotated[YesNo, Setting("echoed as `privacy`")] = False
    mock: Annotated[YesNo, Setting("checks the request and answers with null ids; makes no job")] = False
    pass_through: Annotated[
        Annotated[str, Text(255, one_line=False)] | None, Setting("returned in details and notifications")
    ] = None
    grouping: Annotated[Line | None, Setting("a key for reports")] = None
    download_connections: Annotated[
        Annotated[int, Whole(0, 25)], Setting("how many parts of the input are fetched at once; 0 and 1 are gentle")
    ] = 5
    azure_sas: Annotated[
        SasQuery | None, Setting("shared access signature for the input's azure URL, if it has none")
    ] = None
    expected_md5_checksum: Annotated[
        Annotated[str, Md5()] | None, Setting("the job fails if the input has another one")
    ] = None

    @classmethod
    def from_body(cls, body: object, version: str = "v2") -> JobRequest:
        """The job a decoded request body asks for. Raises InvalidRequest with a sentence for every problem."""
        return cls.read(body, version)[0]

    @classmethod
    def read(cls, body: object, version: str = "v2") -> tuple[JobRequest, tuple[Ignored, ...]]:
        """Like from_body, and with the job the members of the body that were passed over."""
        if not isinstance(body, dict):
            raise InvalidRequest("The request must be a hash of settings.")
        problems = Problems()
        job = read_hash(cls, body, "", problems)
        job = job.model_copy(update={"outputs": linked(job.outputs)})
        judge(job.outputs, problems, version)
        for path, sentence in judge_decryption(job):
            problems.add(path, sentence)
        problems.raise_if_any()
        return job, tuple(problems.ignored)

    def to_json(self) -> dict[str, Any]:
        """What was given, canonically, as plain JSON values; `model_validate` reads it back to an equal value."""
        return written(self)
