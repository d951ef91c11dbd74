"""decryption_* of the input: what goes together, and that no key is ever repeated in a sentence."""

from __future__ import annotations

from typing import Any

import pytest

from stepcoder.errors import InvalidRequest
from stepcoder.request.decryption import decryption_method
from stepcoder.request.model import JobRequest
from stepcoder.request.warnings import warnings

SHORT, LONG = "0123456789abcdef" * 2, "0123456789abcdef" * 4


def job(**members: Any) -> JobRequest:
    return JobRequest.from_body({"input": "s3://bucket/in.mov", **members})


def refused(**members: Any) -> list[str]:
    with pytest.raises(InvalidRequest) as caught:
        job(**members)
    return caught.value.messages


@pytest.mark.parametrize(
    ("members", "method"),
    [
        ({}, None),
        ({"decryption_key": SHORT}, "aes-128-cbc"),
        ({"decryption_key_url": "https://media.example/key"}, "aes-128-cbc"),
        ({"decryption_password": "sesame"}, "aes-128-cbc"),
        ({"decryption_password": "sesame", "decryption_method": "AES-256-CTR"}, "aes-256-ctr"),
        ({"decryption_password": "sesame", "decryption_method": "none"}, None),
        ({"decryption_method": "none"}, None),
    ],
)
def test_a_key_or_password_asks_for_the_default_method(members: dict[str, Any], method: str | None) -> None:
    assert decryption_method(job(**members)) == method


@pytest.mark.parametrize("written", [SHORT, "0x" + SHORT, " 0X" + SHORT.upper()])
def test_a_key_is_read_with_and_without_its_prefix(written: str) -> None:
    assert job(decryption_key=written).decryption_key == SHORT


@pytest.mark.parametrize("wrong", ["secret-key", SHORT[:-1], SHORT + "00", "0x", LONG + "00", 17, ["x"]])
def test_a_key_that_is_none_is_not_repeated(wrong: object) -> None:
    assert refused(decryption_key=wrong) == [
        "decryption_key must be a key of 32 or 64 hexadecimal digits, as long as its method needs."
    ]


def test_a_password_that_is_none_is_not_repeated() -> None:
    (sentence,) = refused(decryption_password="secret\nword")
    assert "secret" not in sentence
    assert sentence.startswith("decryption_password must be text")


def test_a_key_must_be_as_long_as_its_method_needs() -> None:
    assert refused(decryption_key=LONG) == ["decryption_key has 64 hexadecimal digits: aes-128-cbc needs 32."]
    assert refused(decryption_key=SHORT, decryption_method="aes-256-ctr") == [
        "decryption_key has 32 hexadecimal digits: aes-256-ctr needs 64."
    ]
    assert job(decryption_key=LONG, decryption_method="aes-256-cbc").decryption_key == LONG


def test_a_method_needs_a_key() -> None:
    assert refused(decryption_method="aes-128-ctr") == [
        'decryption_method is "aes-128-ctr": it needs decryption_key, decryption_key_url or decryption_password.'
    ]


def test_an_unknown_method_is_refused() -> None:
    assert refused(decryption_method="rot13", decryption_key=SHORT) == [
        'decryption_method is "rot13": it must be one of none, aes-128-cbc, aes-128-ctr, aes-256-cbc or aes-256-ctr.'
    ]


def test_a_key_beats_the_url_of_one() -> None:
    request, ignored = JobRequest.read(
        {"input": "s3://bucket/in.mov", "decryption_key": SHORT, "decryption_key_url": "https://media.example/key"}
    )
    assert warnings(request, ignored) == ("decryption_key_url has no effect: decryption_key decides.",)


@pytest.mark.parametrize("wrong", ["somewhere", "aspera://host/key"])
def test_a_key_url_is_an_address(wrong: str) -> None:
    (sentence,) = refused(decryption_key_url=wrong)
    assert sentence.startswith("decryption_key_url is ")


@pytest.mark.parametrize("connections", [0, 1, 25, "7"])
def test_connections(connections: object) -> None:
    assert job(download_connections=connections).download_connections == int(str(connections))
    assert job().download_connections == 5


@pytest.mark.parametrize("wrong", [-1, 26, "many", 1.5])
def test_connections_have_bounds(wrong: object) -> None:
    (sentence,) = refused(download_connections=wrong)
    assert sentence.endswith("it must be a whole number from 0 to 25.")
