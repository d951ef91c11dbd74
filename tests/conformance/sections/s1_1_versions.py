"""Section 1.1: base URLs and versions, and the paths that each client makes of them."""

from __future__ import annotations

from tests.conformance.kinds import INTEGER, TEXT
from tests.conformance.rules import Section
from tests.conformance.wire import answers, at, element, errors, get, mock, only, post, put

S = Section("1.1", "Base URL and versions")

S.rule("v2", "/api/v2 is the current version", get("/jobs/{film}"), answers(200), at("job.id", INTEGER))
S.rule("v1", "/api/v1 is served too", get("/jobs/{film}", base="/api/v1"), answers(200), at("job.id", INTEGER))
S.rule("edge", "/api without a version is served too", get("/jobs/{film}", base="/api"), answers(200))
S.rule("create-v2", "jobs are created at /api/v2/jobs", mock().at("/api/v2"), answers(201), only("id", "outputs"))
S.rule("create-v1", "jobs are created at /api/v1/jobs", mock().at("/api/v1"), answers(201), at("outputs.0.url", TEXT))
S.rule("create-edge", "old clients create jobs at /api/jobs", mock().at("/api"), answers(201), at("id", None))
S.rule("other-version", "there is no other version", get("/jobs/{film}", base="/api/v3"), answers(404), errors())
S.rule("no-prefix", "nothing of the API is outside its bases", get("/jobs/{film}", base=""), answers(404), errors())
S.rule(
    "edge-is-v2",
    "the base without a version behaves as the current version: job notifications, progress, labels",
    get("/jobs/{film}/progress", base="/api"),
    answers(200),
    at("outputs.0.state", "finished"),
    ours=True,
)

S.rule("ruby", "the Ruby client joins base and /jobs with one slash", get("/jobs"), answers(200))
S.rule(
    "python", "the Python client concatenates: a base that ends in / works", get("jobs", base="/api/v2/"), answers(200)
)
S.rule("node", "the Node client appends /jobs/…", get("/jobs/{film}/progress"), answers(200), at("state", "finished"))
S.rule("php", "the PHP client calls host/api/v2/jobs.json", get("/jobs.json"), answers(200))
S.rule("java", "the official Java client reads with the suffix .json", get("/jobs/{film}.json"), answers(200))
S.rule(
    "java-xml-create",
    "the third-party Java client posts XML to /api/jobs?format=xml",
    post(
        "/jobs?format=xml",
        "<api-request><input>s3://acme-in/a.mov</input><mock>1</mock></api-request>",
        content_type="application/xml",
        base="/api",
    ),
    answers(201),
    element("api-response/job/outputs/output/url"),
)
S.rule(
    "java-xml-details",
    "and reads /api/v1/jobs/:id.xml",
    get("/jobs/{film}.xml", base="/api/v1"),
    answers(200),
    element("api-response/job/state", "finished"),
)
S.rule(
    "java-xml-progress",
    "and /api/v2/jobs/:id/progress.xml",
    get("/jobs/{film}/progress.xml"),
    answers(200),
    element("api-response/state", "finished"),
)
S.rule(
    "php-actions",
    "actions are found below the same bases",
    put("/jobs/{film}/cancel.json", base="/api/v1"),
    answers(409),
    errors(),
)
