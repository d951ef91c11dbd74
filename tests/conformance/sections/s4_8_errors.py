"""Section 4.7: when to resubmit; and section 4.8: the error classes, each by a job that ends with it."""

from __future__ import annotations

from typing import Any

from tests.conformance.kinds import SENTENCE, matches
from tests.conformance.rules import Section
from tests.conformance.scene import Scene
from tests.conformance.wire import answers, at, errors, get, mock_output, post, put

R = Section("4.7", "When to resubmit")


@R.seen("cause", "after fixing the cause: the same class again as long as it is not fixed")
def cause(scene: Scene) -> None:
    job = scene.details("FileNotFoundError-server")["id"]
    assert scene.send(put(f"/jobs/{job}/resubmit")).status == 204
    assert scene.ended(job)["input_media_file"]["error_class"] == "FileNotFoundError"


@R.seen("any", "a resubmit is possible whatever the class")
def whatever(scene: Scene) -> None:
    ids = scene.copy("NoMediaError")
    assert scene.send(put(f"/jobs/{ids['job']}/resubmit")).status == 204


S = Section("4.8", "Error classes")
INPUTS = [
    "ChecksumMismatchError",
    "DownloadAccessDeniedError",
    "DownloadFailureError",
    "FileNotFoundError",
    "FilePermanentlyMovedError",
    "InvalidDownloadedFileTypeError",
    "InvalidUsernameOrPasswordError",
    "NoMediaError",
    "QuicktimeReferenceError",
    "S3BucketNotFoundError",
    "TruncatedFileError",
    "UnreadableFileError",
    "UnsupportedCodecError",
    "UnsupportedEncodingError",
    "UnsupportedEncryptionError",
]
# What only breaks when something of ours or of another's breaks: no request brings it about.
OUT_OF_REACH = """
DimensionTooSmallError
DownloadTimeoutError InaccurateDurationError InputFileNotFound InvalidAccessKeyIdError RemoteServerProblemError
RTMPMaxStreamsXIdReached RTMPStreamNameAlreadyInUse SegmentingError TranscodingError
TransferInvalidGranteeGroupUrlError UnexpectedDownloadProblemError UnexpectedFfmpegResult UnexpectedMplayerResult
UnexpectedProgenResult UnexpectedX264Result UnexpectedResultError UnexpectedUploadProblemError
UnsupportedTranscodeCombinationError UploadAccessDeniedError UploadFailureError UploadServerNotFoundError
UploadTimeoutError WorkerTimeoutError
"""
for _class in INPUTS:
    S.rule(
        _class,
        f"{_class} on the input, with a sentence",
        get(f"/jobs/{{{_class}}}"),
        at("job.input_media_file.error_class", _class),
        at("job.input_media_file.error_message", SENTENCE),
    )
    S.rule(
        f"{_class}-job",
        f"{_class}: the job failed, its outputs had no input",
        get(f"/jobs/{{{_class}}}"),
        at("job.state", "failed"),
        at("job.output_media_files.0.state", "no_input"),
    )
    S.rule(
        f"{_class}-link",
        f"{_class} is the last segment of error_link",
        get(f"/inputs/{{{_class}.input}}"),
        at("error_link", matches(f"https?://.*/{_class}")),
    )
S.rule(
    "FileNotFoundError-status",
    "FileNotFoundError for every HTTP status from 300 but 403",
    get("/inputs/{FileNotFoundError-server.input}"),
    at("error_class", "FileNotFoundError"),
)
S.rule(
    "NoMediaError-output",
    "NoMediaError on an output: the clip is outside the source",
    get("/outputs/{half.late}"),
    at("error_class", "NoMediaError"),
)
S.rule(
    "NoMediaError-text",
    "NoMediaError says what is missing",
    get("/inputs/{NoMediaError.input}"),
    at("error_message", SENTENCE),
)
S.rule(
    "hls-input",
    "an HLS manifest as input is UnsupportedEncodingError",
    get("/inputs/{UnsupportedEncodingError.input}"),
    at("error_class", "UnsupportedEncodingError"),
)

# Classes of things that are refused beforehand, with a sentence instead of a failure later.
REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "InvalidCodecCombinationError": ({"video_codec": "vp8", "audio_codec": "aac"}, "codec"),
    "InvalidFormatCodecError": ({"format": "webm", "video_codec": "h264"}, "webm"),
    "InvalidAudioSettingsError": ({"audio_sample_rate": 1}, "audio_sample_rate"),
    "InvalidVideoSettingsError": ({"video_reference_frames": 99}, "video_reference_frames"),
    "InvalidVideoBitrateError": ({"video_bitrate": -1}, "video_bitrate"),
    "InvalidFrameRateError": ({"frame_rate": 301}, "frame_rate"),
    "InvalidFilePathError": ({"url": "s3://acme-out/a/../b.mp4"}, "url"),
    "InvalidEncryptionSettingsError": ({"encryption_method": "aes-128-cbc"}, "encryption_method"),
    "ThumbnailError": ({"thumbnails": {"interval": 0}}, "interval"),
    "AkamaiNetStorageFileSizeError": ({"url": "https://a-nsu.akamaihd.net/1/a.mp4"}, "url"),
    "RTMPAuthFailedError": ({"url": "rtmp://a.example/live/a"}, "rtmp"),
    "TransferInvalidGranteeIdError": ({"access_control": [{"grantee": "x", "permission": "READ"}]}, "access_control"),
    "UnableToCreateDynamicProfilesError": ({"type": "cae"}, "type"),
    "IncompatibleWithDynamicProfilesError": ({"dynamic_profile_rendition": 1}, "dynamic_profile_rendition"),
    "SkippedSourceError": ({"skip": {"min_size": "640x480"}}, "skip"),
}
for _class, (_asked, _word) in REFUSED.items():
    S.rule(
        f"{_class}-refused",
        f"what would end in {_class} is refused at once",
        mock_output(**_asked),
        answers(422),
        errors(_word),
        ours=True,
    )
S.rule(
    "UnableToResolveHostError",
    "a host that does not exist is a DownloadFailureError",
    get("/inputs/{DownloadFailureError.input}"),
    at("error_message", matches(".*does not exist.*")),
    ours=True,
)
S.rule(
    "upload-class",
    "an upload's failure has a class too",
    get("/outputs/{rescued.0}"),
    at("primary_upload_error_link", matches("https?://.*/S3BucketNotFoundError")),
)
S.rule(
    "no-internals",
    "what ffmpeg said is not told",
    get("/inputs/{UnreadableFileError.input}"),
    at("error_message", matches(r"(?!.*(0x[0-9a-f]{4}|\[.* @ )).*\.")),
    ours=True,
)
S.rule(
    "refused-scheme",
    "an input that can't be reached at all is refused at once",
    post("/jobs", {"input": "rtmp://a.example/b"}),
    answers(422),
    errors("rtmp"),
    ours=True,
)
S.rule(
    "DimensionTooSmallError-corrected",
    "too small a size is corrected to the least that can be encoded",
    get("/outputs/{tiny.0}"),
    at("state", "finished"),
    at("width", 2),
    ours=True,
)
