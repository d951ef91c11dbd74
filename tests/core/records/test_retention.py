"""What a job leaves in the table is gone 60 days after the job was created (zencoder-api 1.8), on the second."""

import pytest

from stepcoder.aws.table import Conflict, Put
from stepcoder.errors import NotFound
from stepcoder.records.receipts import Receipt
from stepcoder.records.retention import KEPT, expiry

HOOK = ["https://hook.example/z"]


def expire(cloud):
    cloud.clock.advance(days=KEPT.days)


def test_sixty_days_are_counted_from_the_creation():
    assert KEPT.days == 60
    assert expiry("2031-04-05T06:07:08Z") == expiry("2031-04-05T06:07:07Z") + 1
    assert expiry("1970-01-01T00:00:00Z") == 60 * 24 * 3600


def test_a_job_and_all_its_parts_are_absent_from_that_second_on(cloud):
    job = cloud.add_job(2)
    store = cloud.records
    reads = [
        lambda: store.job(job.id),
        lambda: store.input(job.input_id),
        lambda: store.output(job.output_ids[0]),
        lambda: store.request(job.id),
    ]
    cloud.clock.advance(days=59, hours=23, minutes=59, seconds=59)
    for read in reads:
        read()
    assert [each.id for each in store.jobs(7)] == [job.id]
    cloud.clock.advance(seconds=1)
    for read in reads:
        with pytest.raises(NotFound):
            read()
    assert store.jobs(7) == []
    assert store.jobs(7, state="pending") == []
    assert store.inputs_by_id([job.input_id]) == {}
    assert store.outputs(job) == []


def test_later_jobs_stay_and_fill_the_pages_first(cloud):
    old = [cloud.add_job().id for _ in range(3)]
    cloud.clock.advance(days=30)
    young = [cloud.add_job().id for _ in range(3)]
    cloud.clock.advance(days=30)
    assert [job.id for job in cloud.records.jobs(7, 1, 2)] == young[:0:-1]
    assert [job.id for job in cloud.records.jobs(7, 2, 2)] == young[:1]
    assert cloud.records.jobs(7, 3, 2) == []
    assert not set(old) & {job.id for job in cloud.records.jobs(7)}


def test_a_resubmitted_job_has_no_more_time_than_others(cloud):
    job = cloud.add_job()
    cloud.clock.advance(days=6)
    cloud.records.move_job(job.id, "failed")
    failed, source, outputs = cloud.records.job(job.id), cloud.records.input(job.input_id), cloud.records.outputs(job)
    assert cloud.records.resubmit(failed, source, outputs)
    assert cloud.records.restart(cloud.records.job(job.id), source, outputs)
    cloud.clock.advance(days=54)
    with pytest.raises(NotFound):
        cloud.records.job(job.id)


def test_every_item_a_job_leaves_says_when_it_goes(cloud):
    """Whatever is written for a job on its way to the end, here until five days after it was created."""
    from stepcoder.jobs.ending import finish_job

    table, before = cloud.records.table, everything(cloud)
    job = cloud.add_job(2, targets=HOOK, output_targets=HOOK)
    gone_at = expiry(cloud.records.job(job.id).created_at)
    cloud.clock.advance(days=5)
    cloud.records.move_output(job.output_ids[0], "processing")
    cloud.records.tally(job.id, 0, "t", 10, job.output_ids)
    cloud.run_to_end(job)
    finish_job(job.id)
    left = everything(cloud) - before - {"counters/ids"}
    assert len(left) >= 8
    assert {path: table.get(path).get("expires_at", 0) > 0 for path in left} == dict.fromkeys(left, True)
    assert {path: table.get(path)["expires_at"] <= gone_at for path in left} == dict.fromkeys(left, True)


def everything(cloud):
    table = cloud.records.table
    return {item["path"]["S"] for item in table._client.scan(TableName=table.name)["Items"]}


def test_a_receipt_goes_with_its_job_and_its_key_can_be_used_again(cloud):
    receipt = Receipt(7, "key", "print")
    first = created(cloud, receipt)
    assert cloud.records.receipt(receipt) == (first, "print")
    with pytest.raises(Conflict):
        created(cloud, receipt)
    expire(cloud)
    assert cloud.records.receipt(receipt) is None
    second = created(cloud, receipt)
    assert cloud.records.receipt(receipt) == (second, "print")


def created(cloud, receipt):
    from stepcoder.records.model import Input, Job

    job_id, input_id, _ = cloud.records.new_ids(0)
    job = Job(id=job_id, account_id=7, input_id=input_id, output_ids=())
    source = Input(id=input_id, job_id=job_id, account_id=7, url="s3://in/a.mov")
    cloud.records.create(job, source, [], {}, receipt)
    return job_id


def test_a_place_whose_item_is_past_its_time_is_free(cloud):
    """DynamoDB deletes a day or two late."""
    table = cloud.records.table
    table.put_new("a", {"n": 1, "expires_at": int(cloud.clock.now.timestamp()) + 10})
    with pytest.raises(Conflict):
        table.put_new("a", {"n": 2})
    cloud.clock.advance(seconds=10)
    assert table.get("a") is None
    assert table.get_many(["a"]) == {}
    table.transact([Put(path="a", item={"n": 3})])
    assert table.get("a") == {"path": "a", "n": 3}
    cloud.clock.advance(days=9999)
    assert table.get("a")
