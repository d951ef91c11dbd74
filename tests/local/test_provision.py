from __future__ import annotations

from pathlib import Path

from stepcoder_local.cloud import Cloud
from stepcoder_local.declared import Resource, Template
from stepcoder_local.provision import provision

ARN = "arn:aws:kms:us-east-1:123456789012:alias/CredentialsKey"


def test_a_key_seals_and_opens_under_the_name_that_functions_are_told(cloud: Cloud, tmp_path: Path) -> None:
    provision(cloud, Template(tmp_path, keys={"CredentialsKey": Resource("CredentialsKey", ARN, {})}))
    kms, context = cloud.client("kms"), {"account": "7"}
    sealed = kms.encrypt(KeyId=ARN, Plaintext=b"s3cret", EncryptionContext=context)["CiphertextBlob"]
    assert kms.decrypt(KeyId=ARN, CiphertextBlob=sealed, EncryptionContext=context)["Plaintext"] == b"s3cret"
