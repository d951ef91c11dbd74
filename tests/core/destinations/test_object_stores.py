"""Delivery to Cloud Files and Azure: what holds for both, against a real Swift and Microsoft's emulator."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from stepcoder.destinations import Sending
from stepcoder.destinations.sending import put
from stepcoder.errors import Cancelled, InputError, OutputError
from stepcoder.net.addresses import AddressPolicy
from stepcoder.net.tries import PassingFault
from tests.servers.object_stores import Store

MIB = 1024 * 1024
FILM = bytes(range(256)) * 4096 * 10  # 10 MiB: more than is sent at once


def pieces(body: bytes = FILM) -> Iterator[bytes]:
    for start in range(0, len(body), MIB):
        yield body[start : start + MIB]


def quiet(count: int) -> None:
    pass


def failure(does: Callable[[], object]) -> OutputError:
    with pytest.raises(OutputError) as caught:
        does()
    assert "s3cret" not in str(caught.value)
    return caught.value


@pytest.mark.parametrize("size", [None, len(FILM)], ids=["unknown size", "known size"])
@pytest.mark.parametrize("body", [FILM, b"film", b""], ids=["large", "small", "empty"])
def test_stores_streams(store: Store, body: bytes, size: int | None) -> None:
    destination, counted = store.destination(), list[int]()
    sending = Sending(content_type="video/mp4", size=None if size is None else len(body))
    assert destination.put("a b/ü.mp4", pieces(body), sending, counted.append) == len(body)
    destination.close()
    assert store.container.get("a b/ü.mp4") == body
    assert store.container.content_type("a b/ü.mp4") == "video/mp4"
    assert [name for name in store.container.names() if not name.startswith(".segments/")] == ["a b/ü.mp4"]
    assert sum(counted) == len(body)


def test_replaces_and_removes(store: Store) -> None:
    destination = store.destination()
    destination.put("a.mp4", pieces(), Sending(), quiet)
    destination.put("a.mp4", pieces(b"other"), Sending(), quiet)
    assert store.container.get("a.mp4") == b"other"
    destination.delete("a.mp4")
    destination.delete("a.mp4")
    assert store.container.names() == []


@pytest.mark.parametrize("size", [None, len(FILM)], ids=["unknown size", "known size"])
def test_a_body_that_fails_leaves_what_was_there(store: Store, size: int | None) -> None:
    def failing() -> Iterator[bytes]:
        yield from pieces(FILM[: 9 * MIB])
        raise OSError("the disk of this machine")

    store.container.put("a.mp4", b"before", "video/mp4")
    with pytest.raises(OSError, match="the disk of this machine"):
        store.destination().put("a.mp4", failing(), Sending(size=size), quiet)
    assert store.container.get("a.mp4") == b"before"
    assert store.container.names() == ["a.mp4"]


def test_cancelling_leaves_what_was_there(store: Store) -> None:
    sent = 0

    def stop(count: int) -> None:
        nonlocal sent
        sent += count
        if sent > 5 * MIB:
            raise Cancelled

    store.container.put("a.mp4", b"before", "video/mp4")
    with pytest.raises(Cancelled):
        store.destination().put("a.mp4", pieces(), Sending(size=len(FILM)), stop)
    assert store.container.get("a.mp4") == b"before"


@pytest.mark.parametrize("announced", [len(FILM) - 1, len(FILM) + 1, 3])
def test_a_body_of_another_size_is_not_stored(store: Store, announced: int) -> None:
    wrong = failure(lambda: store.destination().put("a.mp4", pieces(), Sending(size=announced), quiet))
    assert wrong.error_class == "UnexpectedUploadProblemError"
    assert store.container.names() == []


def test_a_container_that_is_not_there(store: Store) -> None:
    destination = store.destination_class(store.place("", "nobody-has"), store.login, store.policy)
    missing = failure(lambda: destination.put("a.mp4", pieces(), Sending(), quiet))
    assert (missing.error_class, missing.message) == (
        "UploadFailureError",
        f"The container of {store.scheme}://nobody-has/a.mp4 does not exist. Create it first.",
    )


def test_logins_that_do_not_work(store: Store) -> None:
    # Azurite has one and the same answer to a wrong signature and to a want of rights, which Azure has not.
    refused = {"InvalidUsernameOrPasswordError", "UploadAccessDeniedError"}
    wrong = failure(lambda: store.destination(store.wrong_login).put("a", pieces(), Sending(), quiet))
    assert wrong.error_class in refused
    unusable = failure(lambda: store.destination(store.unusable_login).put("a", pieces(), Sending(), quiet))
    assert unusable.error_class == "InvalidUsernameOrPasswordError"
    nobody = failure(lambda: store.destination_class(store.place(), None, store.policy))
    assert nobody.error_class == "InvalidUsernameOrPasswordError"


def test_names_that_are_too_long(store: Store) -> None:
    long = failure(lambda: store.destination().put("a" * 1025, pieces(), Sending(), quiet))
    assert long.error_class == "InvalidFilePathError"


def test_a_server_that_dies_and_comes_back_has_the_whole_file(store: Store) -> None:
    destination, waits = store.destination(), list[float]()

    def come_back(seconds: float) -> None:
        waits.append(seconds)
        store.process.start()

    def killing(sent: int) -> bool:
        if sent > 5 * MIB and not waits:
            store.process.kill()
        return True

    size = put(destination, "a.mp4", pieces, Sending(size=len(FILM)), killing, pause=come_back)
    assert (size, len(waits)) == (len(FILM), 1)
    assert store.source("a.mp4").size == len(FILM)
    assert store.container.names() == ["a.mp4"]
    assert store.container.get("a.mp4") == FILM


def test_a_server_that_stays_away(store: Store) -> None:
    destination = store.destination()
    store.process.kill()
    try:
        with pytest.raises(PassingFault) as caught:
            destination.put("a.mp4", pieces(), Sending(), quiet)
    finally:
        store.process.start()
    assert caught.value.failure.error_class == "UploadServerNotFoundError"


def test_private_addresses_are_refused(store: Store) -> None:
    destination = store.destination_class(store.place(), store.login, AddressPolicy())
    blocked = failure(lambda: destination.put("a.mp4", pieces(), Sending(), quiet))
    assert blocked.error_class == "UploadFailureError"
    assert "not public" in blocked.message


def test_a_source_that_fails_is_told_as_such(store: Store) -> None:
    def failing() -> Iterator[bytes]:
        yield FILM
        raise InputError("TruncatedFileError", "The file is cut off.")

    with pytest.raises(InputError, match="cut off"):
        store.destination().put("a.mp4", failing(), Sending(), quiet)
    assert store.container.names() == []
