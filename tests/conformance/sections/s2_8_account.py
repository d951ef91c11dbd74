"""Section 2.8: accounts."""

from __future__ import annotations

import itertools
from typing import Any

from tests.conformance.kinds import BOOLEAN, INTEGER, TEXT, TIME, either, matches
from tests.conformance.rules import Section
from tests.conformance.scene import Scene
from tests.conformance.wire import Call, answers, at, empty, errors, get, lacks, mock, only, post, put

S = Section("2.8", "Account")
_numbers = itertools.count(1)


def new(path: str = "/account", **members: Any) -> Call:
    """An account with an address of its own, unless one is given."""
    email = f"account{next(_numbers)}@example.com"
    return post(path, {"email": email, "terms_of_service": "1", **members}, key=None)


S.rule("terms-text", 'terms_of_service: "1"', new(), answers(201))
S.rule("terms-true", "terms_of_service: true", new(terms_of_service=True), answers(201))
S.rule("terms-number", "terms_of_service: 1", new(terms_of_service=1), answers(201))
S.rule(
    "terms-missing",
    "terms_of_service is required",
    post("/account", {"email": "t@example.com"}, key=None),
    answers(422),
    errors("erms"),
)
S.rule("terms-refused", 'terms_of_service: "0" is no consent', new(terms_of_service="0"), answers(422), errors("erms"))
S.rule(
    "email-missing",
    "email is required",
    post("/account", {"terms_of_service": "1"}, key=None),
    answers(422),
    errors("mail"),
)
S.rule("email-wrong", "email must be one", new(email="ada"), answers(422), errors("mail"))
S.rule("password-generated", "without a password one is generated and told", new(), at("password", TEXT))
S.rule(
    "password-given",
    "a given password is not told",
    new(password="lovelace9"),
    answers(201),
    lacks("password"),
    ours=True,
)
S.rule(
    "password-confirmed",
    "password_confirmation",
    new(password="lovelace9", password_confirmation="lovelace9"),
    answers(201),
)
S.rule(
    "password-differs",
    "must be the same",
    new(password="lovelace9", password_confirmation="lovelace"),
    answers(422),
    errors("assword"),
)
S.rule(
    "password-other-name",
    "confirm_password is the same",
    new(password="lovelace9", confirm_password="x"),
    answers(422),
    errors("assword"),
)
for _name in ("first_name", "last_name", "company", "country", "affiliate_code"):
    S.rule(f"profile-{_name}", f"{_name} is taken", new(**{_name: "Utopia"}), answers(201))
    S.rule(
        f"profile-{_name}-wrong", f"{_name} is text", new(**{_name: {"a": 1}}), answers(422), errors(_name), ours=True
    )
S.rule("newsletter", 'newsletter: "1"', new(newsletter="1"), answers(201))
S.rule("newsletter-0", 'newsletter: "0"', new(newsletter="0"), answers(201))
S.rule("profile-optional", "none of these is needed", new(), answers(201), ours=True)
S.rule("api-key", "201: api_key", new(), at("api_key", matches("[0-9a-z]{32}")))
S.rule("members", "201: api_key and password, nothing else", new(), only("api_key", "password"))
S.rule("xml", "in XML too", new("/account.xml"), answers(201))


@S.seen("unique", "email is unique: 422 on duplicates")
def unique(scene: Scene) -> None:
    first, second = (scene.send(new(email=email)) for email in ("twice@example.com", "Twice@example.com"))
    assert (first.status, second.status) == (201, 422), (first, second)
    errors("mail")(second)


@S.seen("key-works", "the key is good at once")
def key_works(scene: Scene) -> None:
    key = scene.send(new()).document["api_key"]
    assert scene.send(get("/account", key=key)).status == 200


ACCOUNT = get("/account")
S.members(
    "details",
    ACCOUNT,
    "",
    {
        "account_state": (either("active", "stopped", "suspended", "cancelled"), "the account's state"),
        "plan": (TEXT, "the plan's name"),
        "minutes_used": (INTEGER, "this period's minutes"),
        "minutes_included": (INTEGER, "minutes of the plan"),
        "billing_state": (either("active", "past_due", "cancelled", "none"), "nobody is billed"),
        "privacy_mode": (BOOLEAN, "privacy mode"),
        "integration_mode": (False, "integration mode"),
        "billing_first_name": (either(TEXT, None), "from the profile"),
        "billing_last_name": (either(TEXT, None), "from the profile"),
        "credit_card_type": (None, "there is no card"),
        "credit_card_number": (None, "there is no card"),
        "credit_card_expiration_month": (None, "there is no card"),
        "credit_card_expiration_year": (None, "there is no card"),
        "balance_in_cents": (INTEGER, "an integer"),
        "current_period_ends_at": (TIME, "a time"),
    },
)
for _state in ("active", "stopped", "suspended", "cancelled"):

    def _shows_state(scene: Scene, state: str = _state) -> None:
        key = scene.account(f"state-{state}")
        owner = scene.table.item(f"emails/state-{state}@example.com")["account_id"]
        scene.table.change(f"accounts/{owner}", state=state)
        assert scene.send(get("/account", key=key)).document["account_state"] == state

    S.seen(f"state-{_state}", f"account_state: {_state}")(_shows_state)


@S.seen("minutes-used", "minutes_used counts finished outputs")
def minutes_used(scene: Scene) -> None:
    scene.details("film")
    assert scene.send(ACCOUNT).document["minutes_used"] >= 1


@S.seen("names", "billing names are those of the profile")
def names(scene: Scene) -> None:
    key = scene.send(new(first_name="Ada", last_name="L")).document["api_key"]
    found = scene.send(get("/account", key=key)).document
    assert (found["billing_first_name"], found["billing_last_name"]) == ("Ada", "L")


S.rule(
    "integration",
    "PUT /account/integration: 204",
    put("/account/integration", key="{key.switcher}"),
    answers(204),
    empty(),
)
S.rule("live", "PUT /account/live: 204", put("/account/live", key="{key.switcher}"), answers(204), empty())


@S.seen("integration-mode", "in integration mode all jobs become tests, and GET /account says so")
def integration_mode(scene: Scene) -> None:
    key = "{key.learner}"
    assert scene.send(put("/account/integration", key=key)).status == 204
    assert scene.send(get("/account", key=key)).document["integration_mode"] is True
    assert scene.send(Call("POST", "/jobs", {**mock().body, "test": False}, key)).document["test"] is True
    assert scene.send(put("/account/live", key=key)).status == 204
    assert scene.send(get("/account", key=key)).document["integration_mode"] is False
    assert "test" not in scene.send(Call("POST", "/jobs", mock().body, key)).document


S.rule(
    "live-no-402", "live never asks for money here", put("/account/live", key="{key.switcher}"), answers(204), ours=True
)
