"""What is Cloud Files' own about delivery: headers, rights, quotas, and files in segments."""

from __future__ import annotations

import pytest

from stepcoder.destinations import Sending
from stepcoder.errors import OutputError
from stepcoder.net.tries import PassingFault
from stepcoder.storage import Secret
from tests.servers.object_stores import Store
from tests.servers.swift import SwiftServer

KIB = 1024
LARGE = bytes(range(256)) * 4 * 300  # 300 KiB, which is more than `largest_object` below
SMALL_PARTS = {"largest_object": 200 * KIB, "segment_bytes": 64 * KIB}


def quiet(count: int) -> None:
    pass


def chopped(body: bytes, piece: int = 50_000) -> list[bytes]:
    return [body[start : start + piece] for start in range(0, len(body), piece)]


def segments(store: Store) -> list[str]:
    return [name for name in store.container.names() if name.startswith(".segments/")]


def test_headers_are_kept(swift: SwiftServer, swift_container: Store) -> None:
    headers = {
        "Cache-Control": "max-age=60",
        "Content-Disposition": 'attachment; filename="a.mp4"',
        "Content-Type": "video/x-own",
        "X-Object-Meta-Title": "Größe",
        "X-Delete-After": "1",
        "x-amz-acl": "public-read",
    }
    sending = Sending(content_type="video/mp4", size=4, headers=headers)
    swift_container.destination().put("a.mp4", iter([b"film"]), sending, quiet)
    kept = swift.call("HEAD", f"{swift_container.home}/a.mp4").headers
    assert kept["Cache-Control"] == "max-age=60"
    assert kept["Content-Disposition"] == 'attachment; filename="a.mp4"'
    assert kept["Content-Type"] == "video/x-own"
    assert kept["X-Object-Meta-Title"].encode("latin-1").decode() == "Größe"
    assert "X-Delete-At" not in kept


def test_who_may_only_write_can_deliver(swift: SwiftServer, swift_container: Store) -> None:
    destination = swift_container.destination(Secret(swift.stranger, swift.stranger_key))
    with pytest.raises(OutputError) as caught:
        destination.put("a.mp4", iter([b"film"]), Sending(), quiet)
    assert caught.value.error_class == "UploadAccessDeniedError"
    swift.call("POST", swift_container.home, X_Container_Write=swift.stranger)
    destination.put("a.mp4", iter([b"film"]), Sending(), quiet)
    assert swift_container.container.get("a.mp4") == b"film"


def test_a_full_container(swift: SwiftServer, swift_container: Store) -> None:
    swift.call("POST", swift_container.home, X_Container_Meta_Quota_Bytes="1000")
    with pytest.raises(OutputError, match="larger than its container has room for") as caught:
        swift_container.destination().put("a.mp4", iter(chopped(LARGE)), Sending(size=len(LARGE)), quiet)
    assert caught.value.error_class == "UploadFailureError"


def test_a_token_that_runs_out_between_files_is_renewed(swift_container: Store) -> None:
    destination = swift_container.destination()
    destination.put("a.mp4", iter([b"film"]), Sending(), quiet)
    swift_container.process.kill()  # tokens live as long as the process does
    swift_container.process.start()
    destination.put("b.mp4", iter([b"film"]), Sending(), quiet)
    assert swift_container.container.names() == ["a.mp4", "b.mp4"]


# Of unknown size, only what exceeds 8 MiB is.
@pytest.mark.parametrize(
    ("body", "size", "segment_bytes"),
    [(LARGE, len(LARGE), 64 * KIB), (LARGE * 30, None, 2048 * KIB)],
    ids=["known size", "unknown size"],
)
def test_what_is_too_large_for_one_object_is_stored_in_segments(
    body: bytes, size: int | None, segment_bytes: int, swift_container: Store
) -> None:
    destination = swift_container.destination(largest_object=200 * KIB, segment_bytes=segment_bytes)
    sending = Sending(content_type="video/mp4", size=size)
    assert destination.put("out/a.mp4", iter(chopped(body)), sending, quiet) == len(body)
    assert swift_container.container.get("out/a.mp4") == body
    assert swift_container.container.content_type("out/a.mp4") == "video/mp4"
    assert len(segments(swift_container)) == -(-len(body) // segment_bytes)
    across = swift_container.source("out/a.mp4").read_range(segment_bytes - 2, 4)
    assert across == body[segment_bytes - 2 : segment_bytes + 2]


def test_segments_go_with_what_they_are_part_of(swift_container: Store) -> None:
    destination = swift_container.destination(**SMALL_PARTS)
    destination.put("a.mp4", iter(chopped(LARGE)), Sending(size=len(LARGE)), quiet)
    first = segments(swift_container)
    destination.put("a.mp4", iter(chopped(LARGE)), Sending(size=len(LARGE)), quiet)
    assert not set(first) & set(segments(swift_container))
    destination.put("a.mp4", iter([b"small"]), Sending(size=5), quiet)
    assert swift_container.container.names() == ["a.mp4"]
    destination.put("a.mp4", iter(chopped(LARGE)), Sending(size=len(LARGE)), quiet)
    destination.delete("a.mp4")
    assert swift_container.container.names() == []


def test_a_failed_upload_in_segments_leaves_what_was_there(swift_container: Store) -> None:
    destination = swift_container.destination(**SMALL_PARTS)
    destination.put("a.mp4", iter(chopped(LARGE)), Sending(size=len(LARGE)), quiet)
    before = swift_container.container.names()
    with pytest.raises(OutputError):
        destination.put("a.mp4", iter(chopped(LARGE)), Sending(size=len(LARGE) + 1), quiet)
    assert swift_container.container.names() == before
    assert swift_container.container.get("a.mp4") == LARGE


def test_segments_that_others_made_stay(swift: SwiftServer, swift_container: Store) -> None:
    swift_container.container.put("theirs/1", b"film", "video/mp4")
    manifest = f'[{{"path": "/{swift_container.home}/theirs/1"}}]'
    swift.call("PUT", f"{swift_container.home}/a.mp4?multipart-manifest=put", manifest)
    swift_container.destination().delete("a.mp4")
    assert swift_container.container.names() == ["theirs/1"]


def test_a_server_that_dies_between_segments_leaves_a_passing_fault(swift_container: Store) -> None:
    def dying(count: int) -> None:
        nonlocal sent
        sent += count
        if sent > 150 * KIB and swift_container.process.alive:
            swift_container.process.kill()

    sent, destination = 0, swift_container.destination(**SMALL_PARTS)
    try:
        with pytest.raises(PassingFault) as caught:
            destination.put("a.mp4", iter(chopped(LARGE)), Sending(size=len(LARGE)), dying)
    finally:
        swift_container.process.start()
    assert caught.value.failure.error_class in ("UploadServerNotFoundError", "UploadFailureError")
    assert "a.mp4" not in swift_container.container.names()
