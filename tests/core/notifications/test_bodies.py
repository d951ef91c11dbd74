import json

import defusedxml.ElementTree
import pytest
from botocore.exceptions import ClientError

from stepcoder import runtime
from stepcoder.aws.objects import Objects
from stepcoder.notifications.bodies import NoLongerKept, in_format, stored_body
from stepcoder.notifications.payloads import job_payload
from tests.core.notifications.test_payloads import DONE, FAILED, JOB, SOURCE

BODY = json.dumps(job_payload(JOB, SOURCE, [DONE, FAILED]), ensure_ascii=False).encode()


def test_json_is_sent_as_it_was_kept():
    assert in_format("json", BODY) is BODY


def test_xml_has_the_same_tree():
    root = defusedxml.ElementTree.fromstring(in_format("xml", BODY))
    assert root.tag == "notification"
    assert root.findtext("job/pass_through") == "asset-7"
    assert root.findtext("input/video_codec") == "h264"
    assert [output.findtext("state") for output in root.findall("outputs/output")] == ["finished", "failed"]
    assert root.find("outputs").get("type") == "array"
    assert len(root.findall("outputs/output/thumbnails/thumbnail/images/image")) == 3
    assert root.findtext("outputs/output[2]/error_message") == "The source could not be encoded."
    assert root.find("outputs/output/id").get("type") == "integer"


def test_a_body_is_read_from_where_it_is(cloud):
    Objects().put(runtime.settings().work_bucket, "notifications/1/job.json", BODY)
    assert stored_body({"body": "Zürich"}) == "Zürich".encode()
    assert stored_body({"body_key": "notifications/1/job.json"}) == BODY


@pytest.mark.parametrize("code", ["NoSuchKey", "AccessDenied"])
def test_a_body_that_is_gone_is_told_apart_from_a_fault(cloud, monkeypatch, code):
    def get(*_):
        raise ClientError({"Error": {"Code": code}}, "GetObject")

    monkeypatch.setattr(Objects, "get", get)
    with pytest.raises(NoLongerKept):
        stored_body({"body_key": "notifications/1/job.json"})


def test_any_other_fault_is_raised(cloud, monkeypatch):
    def get(*_):
        raise ClientError({"Error": {"Code": "NoSuchBucket"}}, "GetObject")

    monkeypatch.setattr(Objects, "get", get)
    with pytest.raises(ClientError):
        stored_body({"body_key": "notifications/1/job.json"})
