from __future__ import annotations

import json
import logging
import urllib.error
import urllib.request

import pytest
from botocore.exceptions import ClientError

from stepcoder_local.cloud import Cloud

RAW = b"From: a@example.com\r\nTo: b@example.org\r\nSubject: =?utf-8?q?Z=C3=BCrich?=\r\n\r\nhello\r\n"


def send(cloud: Cloud, recipient: str = "b@example.org", message: bytes = RAW) -> str:
    answer = cloud.client("sesv2").send_email(
        FromEmailAddress="a@example.com",
        Destination={"ToAddresses": [recipient]},
        Content={"Raw": {"Data": message}},
    )
    return str(answer["MessageId"])


def test_a_mail_becomes_a_file_and_a_line_in_the_log(cloud: Cloud, caplog: pytest.LogCaptureFixture) -> None:
    before = set(cloud.mail_directory.glob("*")) if cloud.mail_directory.exists() else set()
    with caplog.at_level(logging.INFO):
        assert send(cloud)
    (path,) = set(cloud.mail_directory.glob("*")) - before
    assert path.read_bytes() == RAW
    assert path.name.endswith("-b@example.org.eml")
    assert "b@example.org" in caplog.text
    assert "Zürich" in caplog.text


def test_each_mail_has_a_file_of_its_own_and_an_id(cloud: Cloud) -> None:
    before = len(list(cloud.mail_directory.glob("*.eml")))
    assert len({send(cloud) for _ in range(3)}) == 3
    assert len(list(cloud.mail_directory.glob("*.eml"))) == before + 3


def test_an_address_leads_nowhere_else(cloud: Cloud) -> None:
    send(cloud, "../../etc/passwd@example.org")
    assert {path.parent for path in cloud.mail_directory.rglob("*.eml")} == {cloud.mail_directory}


def test_what_is_no_mail_is_refused_as_ses_does(cloud: Cloud) -> None:
    with pytest.raises(ClientError, match="BadRequestException"):
        cloud.client("sesv2").send_email(
            FromEmailAddress="a@example.com",
            Destination={"ToAddresses": ["b@example.org"]},
            Content={"Simple": {"Subject": {"Data": "s"}, "Body": {"Text": {"Data": "t"}}}},
        )
    request = urllib.request.Request(cloud.endpoint + "/v2/email/outbound-emails", b"nonsense", method="POST")
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request, timeout=5)
    assert caught.value.code == 400
    assert "message" in json.loads(caught.value.read())
