import base64

from stepcoder.records.credentials import hash_password, new_api_key, new_signing_secret, password_matches


def test_passwords_are_salted_and_memory_hard():
    first, second = hash_password("a"), hash_password("a")
    assert first != second
    assert first.startswith("scrypt$32768$8$3$")
    assert password_matches(first, "a")
    assert not password_matches(first, "b")


def test_signing_secrets_are_standard_webhooks_secrets():
    secret = new_signing_secret()
    assert secret.startswith("whsec_")
    assert 24 <= len(base64.b64decode(secret.removeprefix("whsec_"))) <= 64


def test_keys_look_like_the_classic_ones():
    assert len(new_api_key()) == 32
    assert new_api_key() != new_api_key()
