"""Section 4.4: what happens when a file can't go where it should. Sections 4.5 and 4.6: test jobs, and the worker."""

from __future__ import annotations

from tests.conformance.cast import CLIP, SMALL
from tests.conformance.kinds import SENTENCE, about, either, matches
from tests.conformance.rules import Section
from tests.conformance.scene import Scene
from tests.conformance.wire import answers, at, errors, get, lacks, mock, mock_output, post

S = Section("4.4", "Transfer fallback")
RESCUED, SECOND, STILLS = get("/outputs/{rescued.0}"), get("/outputs/{second.0}"), get("/outputs/{stills.0}")
TEMPORARY = matches(r"https?://.*X-Amz-Signature=.*")
LINK = matches(r"https?://.*/(S3BucketNotFoundError|UploadAccessDeniedError|UploadFailureError)")

S.rule("state", "the output still ends finished", RESCUED, answers(200), at("state", "finished"))
S.rule("job", "and so does the job", get("/jobs/{rescued}"), at("job.state", "finished"))
S.rule("temporary", "without secondary_url in temporary storage", RESCUED, at("url", TEMPORARY))
S.rule("backup", "backup_server_used: true", RESCUED, at("backup_server_used", True))
S.rule("message", "primary_upload_error_message", RESCUED, at("primary_upload_error_message", SENTENCE))
S.rule("link", "primary_upload_error_link", RESCUED, at("primary_upload_error_link", LINK))
S.rule("secondary-state", "with secondary_url", SECOND, at("state", "finished"))
S.rule(
    "secondary-url", "it is there", SECOND, at("url", "http://stepcoder-output-bucket.s3.amazonaws.com/second/a.mp4")
)
S.rule("secondary-backup", "backup_server_used: true", SECOND, at("backup_server_used", True))
S.rule("secondary-message", "primary_upload_error_message", SECOND, at("primary_upload_error_message", SENTENCE))
S.rule("thumbnails-state", "thumbnails fall back too", STILLS, at("state", "finished"))
S.rule(
    "thumbnails-message",
    "primary_thumbnail_upload_error_message",
    STILLS,
    at("primary_thumbnail_upload_error_message", SENTENCE),
)
S.rule(
    "thumbnails-link", "primary_thumbnail_upload_error_link", STILLS, at("primary_thumbnail_upload_error_link", LINK)
)
S.rule("thumbnails-url", "their url is the place used", STILLS, at("thumbnails.0.images.0.url", TEMPORARY))
S.rule(
    "told",
    "the notification says it: backup_server_used",
    lambda scene: scene.told("rescued"),
    at("outputs.0.backup_server_used", True),
)
S.rule(
    "told-message",
    "and why",
    lambda scene: scene.told("rescued"),
    at("outputs.0.primary_upload_error_message", SENTENCE),
)
S.rule(
    "absent",
    "the members are absent when not needed",
    get("/outputs/{film.web}"),
    lacks("backup_server_used", "primary_upload_error_message", "primary_upload_error_link"),
)
S.rule(
    "absent-told",
    "in notifications too",
    lambda scene: scene.told("film-json"),
    lacks("backup_server_used", inside="outputs.0"),
)


@S.seen("file", "the file is at the second place")
def file(scene: Scene) -> None:
    scene.details("second")
    assert scene.customer.s3.head_object(Bucket=scene.ready.output_bucket, Key="second/a.mp4")["ContentLength"] > 1000


S.rule(
    "secondary-wrong",
    "secondary_url is checked as url is",
    mock_output(secondary_url="s3://acme-out/"),
    answers(422),
    errors("file name"),
)

T = Section("4.5", "Test, integration, mock, private")
T.rule("cut", "a test output is the first 5 seconds", get("/outputs/{cut.0}"), at("duration_in_ms", about(5000, 60)))
T.rule("test-created", "test: true in the answer", lambda scene: scene.created("cut"), at("test", True))
T.rule("test-details", "and in the details", get("/jobs/{cut}"), at("job.test", True))
T.rule("whole", "a job that is no test is whole", get("/outputs/{film.web}"), at("duration_in_ms", about(1000, 60)))


@T.seen("clip", "5 seconds of the clip that was asked for", ours=True)
def clip(scene: Scene) -> None:
    output = {"speed": 5, "width": 96, "start_clip": 9}
    job = scene.job({"input": scene.fill(CLIP), "test": True, "output": output})
    made = scene.ended(job)["output_media_files"][0]
    assert 2900 <= made["duration_in_ms"] <= 3100, made  # 9 to 12 s


@T.seen("notified", "test: true in notifications")
def notified(scene: Scene) -> None:
    output = {**SMALL, "start_clip": 600}
    scene.job({"input": scene.fill(CLIP), "test": True, "output": output, "notifications": scene.hook("testing").url})
    assert scene.told("testing").document["job"]["test"] is True


T.rule("mock", "mock: no job, null ids", mock(), at("id", None))
T.rule("mock-output", "null ids of outputs too", mock(), at("outputs.0.id", None))
T.rule("private", "private is echoed as privacy", get("/jobs/{broken}"), at("job.privacy", True))
T.rule("private-input", "on inputs", get("/inputs/{broken.input}"), at("privacy", True))
T.rule("private-output", "on outputs", get("/outputs/{broken.web}"), at("privacy", True))
T.rule("forced", "an integration key's jobs are tests", get("/jobs/{practised}"), at("job.test", True))

W = Section("4.6", "Worker behaviour")


@W.seen("three-tries", "downloads are tried 3 times")
def three_tries(scene: Scene) -> None:
    counted: list[int] = []

    def broken_server(handler: object) -> None:
        counted.append(1)
        handler.answer(503)

    scene.web.routes["/never.mp4"] = broken_server
    job = scene.ended(scene.job({"input": scene.web.url("/never.mp4")}))
    assert job["state"] == "failed" and len(counted) == 3, counted


W.rule("download-connections", "download_connections is accepted", mock(download_connections=25), answers(201))
W.rule(
    "rotation",
    "sources are rotated as their metadata says",
    get("/jobs/{rotated}"),
    at("job.output_media_files.0.width", 90),
    at("job.output_media_files.0.height", 160),
)
W.rule(
    "even",
    "odd dimensions are corrected",
    get("/jobs/{odd}"),
    at("job.output_media_files.0.width", either(98, 96)),
    at("job.output_media_files.0.state", "finished"),
)
W.rule(
    "strict",
    "strict makes a correction a failure",
    mock_output(strict=True, width=99, height=55),
    answers(422),
    errors(),
    ours=True,
)
W.rule(
    "warnings",
    "warnings are in the job's details",
    get("/jobs/{sloppy}"),
    at("job.warnings.0", matches(".+")),
    ours=True,
)
W.rule("strict-off", "strict is off by default", mock_output(width=99), answers(201))
W.rule("no-warnings", "without a reason there are none", get("/jobs/{half}"), at("job.warnings", []), ours=True)
W.rule(
    "redirect",
    "a source that moved for a while is followed",
    get("/jobs/{moved}"),
    at("job.input_media_file.state", "finished"),
    ours=True,
)
W.rule(
    "live",
    "live jobs are refused with a sentence",
    post("/jobs", {"live_stream": True, "input": "rtmp://a.example/b"}),
    answers(422),
    errors("live"),
    ours=True,
)
