"""The accounts that rules act as, each made when it is first named. No rules here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.conformance.wire import post

if TYPE_CHECKING:
    from tests.conformance.scene import Scene

KEPT = 55


def key_of(scene: Scene, name: str) -> str:
    """The key of that name: another kind of the main account's, or that of an account of its own."""
    if name in ("read_only", "integration"):
        made = scene.send(post("/account/keys", {"kind": name}))
        assert made.status == 201, f"no {name} key: {made}"
        return str(made.document["api_key"])
    made = scene.send(post("/account", {"email": f"{name}@example.com", "terms_of_service": "1"}, key=None))
    assert made.status == 201, f"no account {name}: {made}"
    if name == "keeper":
        _stock(scene)
    return str(made.document["api_key"])


def _stock(scene: Scene) -> None:
    """Give the account `keeper` its jobs: all finished but the last, which failed."""
    owner = scene.table.item("emails/keeper@example.com")["account_id"]
    scene.copies("cut", KEPT - 1, account=owner)
    scene.copy("cut", account=owner, of_job={"state": "failed"})
