"""Section 2.2: the list of jobs. The account `keeper` has 55 of them, all finished but one."""

from __future__ import annotations

from tests.conformance.kinds import HASH, LIST, Kind, array_of, either
from tests.conformance.rules import Section
from tests.conformance.scene import Scene
from tests.conformance.wire import answers, at, errors, get, only

S = Section("2.2", "GET /jobs")
KEEPER = "{key.keeper}"


def many(count: int) -> Kind:
    return Kind(f"{count} entries", lambda value: isinstance(value, list) and len(value) == count)


def _ids(scene: Scene, query: str) -> list[int]:
    return [each["job"]["id"] for each in scene.send(get(f"/jobs?{query}", key=KEEPER)).document]


S.rule(
    "wrapped",
    "each element is wrapped in job",
    get("/jobs", key=KEEPER),
    at("", array_of({"job": HASH})),
    only("job", inside="0"),
)
S.rule("default", "50 to a page by default", get("/jobs", key=KEEPER), at("", many(50)))
S.rule("most", "50 at most", get("/jobs?per_page=51", key=KEEPER), answers(200), at("", many(50)))
S.rule("per-page", "per_page", get("/jobs?per_page=3", key=KEEPER), at("", many(3)))
S.rule("page-2", "page counts from 1: the second page", get("/jobs?page=2", key=KEEPER), at("", many(5)))
S.rule("past", "past the last page: an empty array", get("/jobs?page=9", key=KEEPER), answers(200), at("", []))
S.rule(
    "empty-page",
    "an empty page is the first",
    get("/jobs?page=&per_page=", key=KEEPER),
    answers(200),
    at("", many(50)),
    ours=True,
)
S.rule("bad-page", "a page that is none", get("/jobs?page=one", key=KEEPER), answers(422), errors("page"), ours=True)
S.rule(
    "bad-per-page",
    "a size that is none",
    get("/jobs?per_page=0", key=KEEPER),
    answers(422),
    errors("per_page"),
    ours=True,
)


@S.seen("order", "by id, newest first")
def order(scene: Scene) -> None:
    ids = _ids(scene, "per_page=50") + _ids(scene, "page=2&per_page=50")
    assert len(ids) == 55 and ids == sorted(ids, reverse=True)


@S.seen("pages", "pages don't overlap")
def pages(scene: Scene) -> None:
    assert _ids(scene, "per_page=4&page=1") + _ids(scene, "per_page=4&page=2") == _ids(scene, "per_page=8")


S.rule("state", "state filters", get("/jobs?state=failed", key=KEEPER), at("", [{"job": {"state": "failed"}}]))
S.rule("state-empty", "an empty state filters nothing", get("/jobs?state=", key=KEEPER), answers(200), at("", many(50)))
for _state in ("pending", "waiting", "processing", "finished", "failed", "cancelled"):
    S.rule(
        f"state-{_state}",
        f"state={_state} is accepted",
        get(f"/jobs?state={_state}", key=KEEPER),
        answers(200),
        at("", array_of({"job": {"state": _state}}, least=0)),
        ours=True,
    )
S.rule(
    "state-unknown",
    "an unknown state is refused",
    get("/jobs?state=lost", key=KEEPER),
    answers(422),
    errors("state"),
    ours=True,
)
S.rule(
    "ruby-parameters", "what the Ruby client sends", get("/jobs?page=1&per_page=50&state=", key=KEEPER), answers(200)
)
S.rule(
    "objects",
    "objects are those of the details",
    get("/jobs?per_page=1&state=finished", key=KEEPER),
    at("0.job", {"input_media_file": HASH, "output_media_files": LIST, "thumbnails": LIST}),
)


@S.seen("same-as-details", "member for member")
def same_as_details(scene: Scene) -> None:
    (listed,) = scene.send(get("/jobs?per_page=1", key=KEEPER)).document
    shown = scene.send(get(f"/jobs/{listed['job']['id']}", key=KEEPER)).document
    assert set(listed["job"]) == set(shown["job"])
    assert set(listed["job"]["output_media_files"][0]) == set(shown["job"]["output_media_files"][0])


@S.seen("thumbnails-empty", "thumbnails are empty until the job is complete")
def thumbnails_empty(scene: Scene) -> None:
    ids = scene.copy("film", of_job={"state": "processing", "finished_at": None})
    assert scene.send(get(f"/jobs/{ids['job']}")).document["job"]["thumbnails"] == []
    assert scene.send(get("/jobs/{film}")).document["job"]["thumbnails"]


@S.seen("no-count", "no total count, no link header")
def no_count(scene: Scene) -> None:
    reply = scene.send(get("/jobs", key=KEEPER))
    assert isinstance(reply.document, list) and "link" not in reply.headers and "x-total-count" not in reply.headers


S.rule("own", "only the account's own", get("/jobs", key="{key.nobody}"), at("", either([])))
