"""POST and GET /account (zencoder-api 2.8)."""

from __future__ import annotations

import hashlib
import re

import pytest

from tests.functions.api.world import World

ADA = {"terms_of_service": "1", "email": "ada@example.com"}


def test_a_new_account_gets_a_key_and_a_password(world: World) -> None:
    reply = world.call("POST", "/account", ADA)
    assert reply.status == 201
    assert set(reply.document) == {"api_key", "password"}
    assert re.fullmatch("[0-9a-f]{32}", reply.document["api_key"])
    assert len(reply.document["password"]) >= 12


def test_a_chosen_password_is_not_repeated(world: World) -> None:
    chosen = {**ADA, "password": "correct horse", "password_confirmation": "correct horse"}
    assert set(world.call("POST", "/account", chosen).document) == {"api_key"}


def test_key_and_password_are_stored_as_hashes_only(world: World) -> None:
    made = world.call("POST", "/account", ADA).document
    table = world.records.table
    digest = hashlib.sha256(made["api_key"].encode()).hexdigest()
    stored = [table.get(path) for path in (f"keys/{digest}", "accounts/1", "emails/ada@example.com")]
    assert all(stored)
    assert made["api_key"] not in str(stored)
    assert made["password"] not in str(stored)


@pytest.mark.parametrize("terms", ["1", 1, True, "true"])
def test_terms_may_be_accepted_in_several_ways(world: World, terms: object) -> None:
    assert world.call("POST", "/account", {**ADA, "terms_of_service": terms}).status == 201


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"terms_of_service": None}, "Terms of service"),
        ({"terms_of_service": "0"}, "Terms of service"),
        ({"terms_of_service": False}, "Terms of service"),
        ({"terms_of_service": 2}, "Terms of service"),
        ({"terms_of_service": ["1"]}, "Terms of service"),
        ({"email": None}, "Email is required"),
        ({"email": ""}, "Email is required"),
        ({"email": "ada"}, "Email is not"),
        ({"email": "ada@example"}, "Email is not"),
        ({"email": "a da@example.com"}, "Email is not"),
        ({"email": "ada@example.com\nbcc: x"}, "Email is not"),
        ({"email": "a@b@example.com"}, "Email is not"),
        ({"email": ["ada@example.com"]}, "Email is not"),
        ({"email": "a" * 250 + "@example.com"}, "Email is not"),
        ({"password": 5}, "Password must"),
        ({"password": "x" * 256}, "Password must"),
        ({"password": "one", "password_confirmation": "two"}, "Password confirmation"),
        ({"password": "one", "confirm_password": "two"}, "Password confirmation"),
        ({"password_confirmation": "two"}, "Password confirmation"),
        ({"first_name": {"a": 1}}, "first_name"),
        ({"company": "x" * 256}, "company"),
    ],
)
def test_what_is_wrong_with_an_account_is_said_in_a_sentence(
    world: World, changes: dict[str, object], sentence: str
) -> None:
    reply = world.call("POST", "/account", {**ADA, **changes})
    assert reply.status == 422
    assert len(reply.errors) == 1
    assert reply.errors[0].startswith(sentence)


def test_all_problems_are_told_at_once(world: World) -> None:
    assert len(world.call("POST", "/account", {"password": 5}).errors) == 3


@pytest.mark.parametrize("email", ["ada@example.com", "ADA@Example.com", " ada@example.com "])
def test_an_address_can_be_used_once(world: World, email: str) -> None:
    world.account("ada@example.com")
    reply = world.call("POST", "/account", {**ADA, "email": email})
    assert reply.status == 422
    assert "taken" in reply.errors[0]


def test_a_refused_account_leaves_no_key_behind(world: World) -> None:
    world.account("ada@example.com")
    assert world.call("POST", "/account", ADA).status == 422
    assert world.records.table.get("accounts/2") is None


def test_account_details_have_every_member(world: World) -> None:
    made = world.call("POST", "/account", {**ADA, "first_name": "Ada", "last_name": "L", "newsletter": 1}).document
    reply = world.call("GET", "/account", key=made["api_key"])
    assert reply.status == 200
    details = reply.document
    assert re.fullmatch(r"\d{4}-\d\d-01T00:00:00Z", details.pop("current_period_ends_at"))
    assert details == {
        "account_state": "active",
        "plan": "Self-hosted",
        "minutes_used": 0,
        "minutes_included": 0,
        "billing_state": "none",
        "privacy_mode": False,
        "integration_mode": False,
        "billing_first_name": "Ada",
        "billing_last_name": "L",
        "credit_card_type": None,
        "credit_card_number": None,
        "credit_card_expiration_month": None,
        "credit_card_expiration_year": None,
        "balance_in_cents": 0,
    }


def test_each_key_shows_its_own_account(world: World) -> None:
    world.account("ada@example.com")
    bob = world.call("POST", "/account", {**ADA, "email": "bob@example.com", "first_name": "Bob"}).document
    assert world.call("GET", "/account", key=bob["api_key"]).document["billing_first_name"] == "Bob"
