from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from stepcoder.aws import keys
from tests.cloud import Cloud, provide_credentials_key


@pytest.fixture(autouse=True)
def key(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    provide_credentials_key(monkeypatch)


def test_a_secret_comes_back() -> None:
    sealed = keys.seal("s3cret ü", {"account": "7"})
    assert b"s3cret" not in sealed
    assert keys.unseal(sealed, {"account": "7"}) == "s3cret ü"


def test_sealing_twice_gives_two_things() -> None:
    assert keys.seal("s3cret", {"account": "7"}) != keys.seal("s3cret", {"account": "7"})


@pytest.mark.parametrize("context", [{"account": "8"}, {}, {"account": "7", "nickname": "a"}])
def test_a_secret_opens_only_where_it_belongs(context: dict[str, str]) -> None:
    with pytest.raises(ClientError):
        keys.unseal(keys.seal("s3cret", {"account": "7"}), context)
