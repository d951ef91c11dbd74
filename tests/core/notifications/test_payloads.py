import json
from dataclasses import replace

from stepcoder.notifications.payloads import job_payload, minimal_output_payload, output_payload
from stepcoder.records.model import Input, Job, Output

FACTS = {
    "format": "mpeg4", "duration_in_ms": 61060, "file_size_bytes": 19900000, "width": 1280, "height": 720,
    "frame_rate": 25.0, "video_codec": "h264", "video_bitrate_in_kbps": 2488, "audio_codec": "aac",
    "audio_bitrate_in_kbps": 112, "audio_sample_rate": 48000, "channels": "2", "audio_tracks": "1",
    "total_bitrate_in_kbps": 2600, "rfc_6381_video_codec": "avc1.42001f",
}  # fmt: skip
WIRE_FACTS = {
    "format": "mpeg4", "duration_in_ms": 61060, "file_size_in_bytes": 19900000, "width": 1280, "height": 720,
    "frame_rate": 25.0, "video_codec": "h264", "video_bitrate_in_kbps": 2488, "audio_codec": "aac",
    "audio_bitrate_in_kbps": 112, "audio_sample_rate": 48000, "channels": "2",
    "total_bitrate_in_kbps": 2600, "md5_checksum": None,
}  # fmt: skip
UNKNOWN_FACTS = dict.fromkeys(WIRE_FACTS)
JOB = Job(
    id=1,
    account_id=7,
    input_id=2,
    output_ids=(3, 4),
    state="finished",
    pass_through="asset-7",
    test=True,
    created_at="2031-04-05T06:07:08Z",
    submitted_at="2031-04-05T06:07:08Z",
    updated_at="2031-04-05T06:09:30Z",
)
SOURCE = Input(id=2, job_id=1, account_id=7, url="https://me:secret@in.example/a.mov", state="finished", facts=FACTS)
STILLS = [
    {"url": f"https://o/{n}.jpg", "format": "jpg", "width": 1280, "height": 720, "file_size_bytes": 9, "label": label}
    for n, label in ((0, "poster"), (1, "poster"), (2, None))
]
DONE = Output(
    id=3,
    job_id=1,
    account_id=7,
    index=0,
    label="web",
    url="http://acme-out.s3.amazonaws.com/7/web.mp4",
    state="finished",
    facts=FACTS,
    thumbnails=STILLS,
)
FAILED = Output(
    id=4,
    job_id=1,
    account_id=7,
    index=1,
    url="http://acme-out.s3.amazonaws.com/7/sd.mp4",
    state="failed",
    error_class="TranscodingError",
    error_message="The source could not be encoded.",
)


def image(number: int) -> dict:
    return {"url": f"https://o/{number}.jpg", "format": "JPG", "file_size_bytes": 9, "dimensions": "1280x720"}


def test_a_jobs_payload_is_the_references():
    assert job_payload(JOB, SOURCE, [DONE, FAILED]) == {
        "job": {
            "id": 1,
            "state": "finished",
            "pass_through": "asset-7",
            "test": True,
            "created_at": "2031-04-05T06:07:08Z",
            "submitted_at": "2031-04-05T06:07:08Z",
            "updated_at": "2031-04-05T06:09:30Z",
        },
        "input": {"id": 2, "state": "finished", **WIRE_FACTS},
        "outputs": [
            {
                "id": 3,
                "label": "web",
                "state": "finished",
                "url": "http://acme-out.s3.amazonaws.com/7/web.mp4",
                **WIRE_FACTS,
                "thumbnails": [
                    {"label": "poster", "images": [image(0), image(1)]},
                    {"label": None, "images": [image(2)]},
                ],
            },
            {
                "id": 4,
                "label": None,
                "state": "failed",
                "url": "http://acme-out.s3.amazonaws.com/7/sd.mp4",
                **UNKNOWN_FACTS,
                "thumbnails": [],
                "error_message": "The source could not be encoded.",
                "error_link": "https://app.zencoder.com/docs/errors/TranscodingError",
            },
        ],
    }


def test_an_outputs_payload_has_that_output_alone():
    payload = output_payload(JOB, SOURCE, DONE)
    whole = job_payload(JOB, SOURCE, [DONE])
    assert payload == {"job": whole["job"], "input": whole["input"], "output": whole["outputs"][0]}


def test_an_input_that_failed_has_the_two_members_as_well():
    source = replace(SOURCE, state="failed", error_class="NoMediaError", error_message="No tracks were detected.")
    told = job_payload(JOB, source, [])["input"]
    assert told["error_message"] == "No tracks were detected."
    assert told["error_link"] == "https://app.zencoder.com/docs/errors/NoMediaError"
    assert "error_class" not in told


def test_a_job_of_version_1_is_told_of_in_few_words():
    assert minimal_output_payload(JOB, FAILED) == {
        "job": {"id": 1, "state": "finished", "test": True},
        "output": {"id": 4, "label": None, "url": "http://acme-out.s3.amazonaws.com/7/sd.mp4", "state": "failed"},
    }


def test_the_inputs_url_and_its_password_are_not_told():
    assert "secret" not in json.dumps(job_payload(JOB, SOURCE, [DONE]))
