"""Cloud Files and Azure as sources: what holds for both, against a real Swift and Microsoft's emulator."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from stepcoder.destinations import Sending
from stepcoder.errors import InputError
from stepcoder.net.addresses import AddressPolicy
from stepcoder.sources.sniff import refuse_non_media
from tests.servers.object_stores import Store

FILM = bytes(range(256)) * 40_000  # 10 MB: more than is read at once


def failure(opens: Callable[[], object]) -> InputError:
    with pytest.raises(InputError) as caught:
        opens()
    assert "s3cret" not in str(caught.value)
    return caught.value


def no_wait(seconds: float) -> None:
    pass


def test_reads_ranges_and_the_whole(store: Store) -> None:
    store.container.put("a/b.mp4", FILM, "video/mp4")
    source = store.source("a/b.mp4")
    assert (source.size, source.content_type, source.supports_ranges) == (len(FILM), "video/mp4", True)
    assert source.url == f"{store.scheme}://{store.home}/a/b.mp4"
    assert source.read_range(10, 5000) == FILM[10:5010]
    assert source.read_range(len(FILM) - 5, 100) == FILM[-5:]
    assert source.read_range(len(FILM), 100) == b""
    pieces = list(source.stream())
    assert b"".join(pieces) == FILM
    assert max(map(len, pieces)) <= 1024 * 1024
    assert b"".join(source.stream(9_000_000, 123_456)) == FILM[9_000_000:9_123_456]
    source.close()


@pytest.mark.parametrize("name", ["Größe & Maß +1.mp4", "100% a/b?c#d.mp4", "two  spaces/.hidden"])
def test_names_are_taken_as_they_are(store: Store, name: str) -> None:
    destination = store.destination()
    destination.put(name, iter([b"film"]), Sending(size=4), lambda count: None)
    assert store.container.names() == [name]
    assert store.source(name).read_range(0, 9) == b"film"


def test_an_empty_file_is_no_media(store: Store) -> None:
    store.container.put("empty", b"", "video/mp4")
    source = store.source("empty")
    assert (source.size, list(source.stream())) == (0, [])
    assert failure(lambda: refuse_non_media(source)).error_class == "NoMediaError"


def test_what_is_not_there(store: Store) -> None:
    assert failure(lambda: store.source("missing.mp4")).error_class == "FileNotFoundError"
    no_container = failure(lambda: store.source_class(store.place("a", "nobody-has"), store.login, store.policy))
    assert no_container.error_class == "FileNotFoundError"
    assert no_container.message == f"The container of {store.scheme}://nobody-has/a does not exist."


def test_logins_that_do_not_work(store: Store) -> None:
    store.container.put("a.mp4", b"film", "video/mp4")
    # Azurite has one and the same answer to a wrong signature and to a want of rights, which Azure has not.
    wrong = {"InvalidUsernameOrPasswordError", "DownloadAccessDeniedError"}
    assert failure(lambda: store.source("a.mp4", store.wrong_login)).error_class in wrong
    unusable = failure(lambda: store.source("a.mp4", store.unusable_login))
    assert unusable.error_class == "InvalidUsernameOrPasswordError"
    nobody = failure(lambda: store.source_class(store.place("a.mp4"), None, store.policy))
    assert nobody.error_class == "InvalidUsernameOrPasswordError"


def test_a_changed_file_is_refused(store: Store) -> None:
    store.container.put("a.mp4", FILM, "video/mp4")
    source = store.source("a.mp4")
    assert store.source("a.mp4", pinned=source.etag).size == len(FILM)
    pieces = source.stream(0, 2_000_000)
    next(pieces)
    pieces.close()
    store.container.put("a.mp4", FILM[::-1], "video/mp4")
    for read in (lambda: source.read_range(0, 10), lambda: store.source("a.mp4", pinned=source.etag)):
        changed = failure(read)
        assert changed.error_class == "DownloadFailureError"
        assert "was changed while it was being read" in changed.message


def test_a_file_that_is_replaced_while_it_is_read_is_refused(store: Store) -> None:
    store.container.put("a.mp4", FILM, "video/mp4")
    source = store.source("a.mp4", pause=no_wait)
    pieces = source.stream()
    got = next(pieces)
    store.container.put("a.mp4", FILM[::-1], "video/mp4")
    store.process.kill()  # otherwise an answer that has begun may go on with the old one
    store.process.start()
    with pytest.raises(InputError, match="was changed"):
        for piece in pieces:
            got += piece
    assert FILM.startswith(got)


def test_a_server_that_dies_and_comes_back_costs_nothing(store: Store) -> None:
    store.container.put("a.mp4", FILM, "video/mp4")
    waits: list[float] = []

    def come_back(seconds: float) -> None:
        waits.append(seconds)
        store.process.start()

    source = store.source("a.mp4", pause=come_back)
    got = b""
    for piece in source.stream():
        got += piece
        if not waits and len(got) > 2_000_000:
            store.process.kill()
    assert got == FILM
    assert len(waits) == 1


def test_a_server_that_stays_away_is_given_up_after_three_tries(store: Store) -> None:
    store.container.put("a.mp4", b"film", "video/mp4")
    waits: list[float] = []
    source = store.source("a.mp4", pause=waits.append)
    store.process.kill()
    try:
        gone = failure(lambda: source.read_range(0, 4))
    finally:
        store.process.start()
    assert gone.error_class == "DownloadFailureError"
    assert len(waits) == 2


def test_private_addresses_are_refused(store: Store) -> None:
    blocked = failure(lambda: store.source_class(store.place("a"), store.login, AddressPolicy()))
    assert blocked.error_class == "DownloadFailureError"
    assert "not public" in blocked.message
    assert store.host not in blocked.message
