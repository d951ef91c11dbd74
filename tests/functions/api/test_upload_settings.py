"""GET and PUT /account/upload_settings: an extension of ours."""

from __future__ import annotations

import pytest

from tests.functions.api.world import World

PATH = "/account/upload_settings"
HLS = {"outputs": [{"type": "segmented", "label": "hls"}], "notifications": ["https://example.com/done"]}


def test_an_account_has_none_at_first(world: World, key: str) -> None:
    reply = world.call("GET", PATH, key=key)
    assert (reply.status, reply.document) == (200, {"upload_settings": {}})


def test_what_is_put_replaces_what_was_there(world: World, key: str) -> None:
    assert world.call("PUT", PATH, {"grouping": "g"}, key=key).document == {"upload_settings": {"grouping": "g"}}
    reply = world.call("PUT", PATH, {**HLS, "api_key": key}, key=key)
    assert (reply.status, reply.document) == (200, {"upload_settings": HLS})
    assert world.call("GET", PATH + ".json", key=key).document == {"upload_settings": HLS}
    assert world.call("PUT", PATH, {}, key=key).document == {"upload_settings": {}}


def test_each_account_has_its_own(world: World, key: str) -> None:
    world.call("PUT", PATH, HLS, key=key)
    assert world.call("GET", PATH, key=world.account("bob@example.com")).document == {"upload_settings": {}}


def test_what_no_job_could_have_is_refused_and_changes_nothing(world: World, key: str) -> None:
    world.call("PUT", PATH, HLS, key=key)
    outputs = [{"width": "wide"}, {"url": "s3://acme/a.mp4", "credentials": "nobody"}]
    reply = world.call("PUT", PATH, {"outputs": outputs}, key=key)
    assert reply.status == 422
    assert reply.errors == ['outputs[0].width is "wide": it must be a whole number from 1 to 16384 (pixels).']
    assert "nobody" in world.call("PUT", PATH, {"outputs": outputs[1:]}, key=key).errors[0]
    assert world.call("GET", PATH, key=key).document == {"upload_settings": HLS}


@pytest.mark.parametrize("kind", ["read_only", "integration"])
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_only_the_accounts_owner_sees_and_changes_them(world: World, key: str, kind: str, method: str) -> None:
    lesser = world.call("POST", "/account/keys", {"kind": kind}, key=key).document["api_key"]
    assert world.call(method, PATH, {} if method == "PUT" else None, key=lesser).status == 401


def test_they_can_be_written_in_xml(world: World, key: str) -> None:
    body = "<api-request><grouping>g</grouping><test type='boolean'>true</test></api-request>"
    event = {"headers": {"zencoder-api-key": key, "content-type": "application/xml"}}
    assert world.call("PUT", PATH, body, **event).document == {"upload_settings": {"grouping": "g", "test": True}}


def test_what_lets_somebody_in_somewhere_is_kept_and_not_shown(world: World, key: str) -> None:
    given = {
        "outputs": [{"url": "s3://AKIAEXAMPLE:s3cret@acme/a.mp4"}],
        "notifications": [
            {"url": "https://me:s3cret@example.com/done?token=s3cret", "headers": {"Authorization": "s3cret"}}
        ],
    }
    for reply in (world.call("PUT", PATH, given, key=key), world.call("GET", PATH, key=key)):
        assert reply.status == 200
        assert "s3cret" not in reply.body and "acme/a.mp4" in reply.body and "Authorization" in reply.body
    assert world.records.upload_settings(1) == given


def test_a_key_that_opens_single_files_is_not_kept(world: World, key: str) -> None:
    secret = {"decryption_method": "aes-128-cbc", "decryption_key": "00112233445566778899aabbccddeeff"}
    reply = world.call("PUT", PATH, secret, key=key)
    assert (reply.status, reply.errors) == (
        422,
        ["decryption_key is not kept for an account: put it beside the file it opens."],
    )
