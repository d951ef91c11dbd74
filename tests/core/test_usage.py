import pytest

from stepcoder import usage
from stepcoder.billing import Amount, UsageLine
from stepcoder.errors import InvalidRequest, TryAgain
from stepcoder.jobs.ending import cancel_everything, finish_job
from stepcoder.records.model import Account
from tests import cloud as aws
from tests.cloud import at_once

cloud = aws.cloud

DAY = "2031-04-05"
ADA = Account(id=7, email="ada@example.org")
SD = {"duration_in_ms": 60_000, "width": 640, "height": 360}


def finish(cloud, output_id, facts=SD):
    for state in ("processing", "uploading"):
        cloud.records.move_output(output_id, state)
    cloud.records.move_output(output_id, "finished", facts=facts)


def finished_job(cloud, *facts, **fields):
    job = cloud.add_job(len(facts), **fields)
    for output_id, measured in zip(job.output_ids, facts, strict=True):
        finish(cloud, output_id, measured)
    return job


def test_a_finished_output_counts_once_however_often_it_is_asked_for(cloud):
    job = finished_job(cloud, SD, grouping="tv")
    for _ in range(3):
        usage.count_output(job.output_ids[0])
    usage.count_outputs(job.output_ids)
    at_once(*[lambda: usage.count_output(job.output_ids[0])] * 4)
    assert usage.report(ADA, [DAY]) == [UsageLine(DAY, "tv", Amount(24, 24))]
    assert usage.minutes_used(7) == 1


def test_each_output_counts_by_what_was_measured(cloud):
    hd = {"duration_in_ms": 61_060, "width": 1280, "height": 720}
    sound = {"duration_in_ms": 61_060, "width": None, "height": None}
    playlist_like = {"file_size_bytes": 300}
    job = finished_job(cloud, SD, hd, sound, playlist_like)
    usage.count_outputs(job.output_ids)
    assert usage.report(ADA, [DAY]) == [UsageLine(DAY, None, Amount(24 + 28 + 28, 24 + 56 + 7))]
    assert usage.minutes_used(7) == 4


def test_an_output_under_way_is_not_counted_and_counts_when_it_is_done(cloud):
    job = cloud.add_job(1)
    usage.count_outputs(job.output_ids)
    assert usage.report(ADA, [DAY]) == []
    finish(cloud, job.output_ids[0])
    usage.count_outputs(job.output_ids)
    assert len(usage.report(ADA, [DAY])) == 1


def test_an_output_that_failed_and_was_made_again_counts_once(cloud):
    job = cloud.add_job(2)
    a, b = job.output_ids
    finish(cloud, a)
    cloud.records.move_output(b, "failed")
    usage.count_outputs(job.output_ids)
    cloud.records.move_job(job.id, "failed")
    source = cloud.records.input(job.input_id)
    assert cloud.records.resubmit(cloud.records.job(job.id), source, cloud.records.outputs(job))
    assert cloud.records.restart(cloud.records.job(job.id), source, cloud.records.outputs(job))
    finish(cloud, b)
    usage.count_outputs(job.output_ids)
    usage.count_outputs(job.output_ids)
    assert usage.report(ADA, [DAY]) == [UsageLine(DAY, None, Amount(48, 48))]


def test_test_outputs_are_in_the_report_but_not_on_the_bill(cloud, monkeypatch):
    job = finished_job(cloud, {**SD, "duration_in_ms": 5_000})
    table = cloud.records.table
    for output_id in job.output_ids:
        table.put(f"outputs/{output_id}", {**table.get(f"outputs/{output_id}"), "test": True})
    usage.count_outputs(job.output_ids)
    assert usage.report(ADA, [DAY]) == [UsageLine(DAY, None, Amount(4, 0))]
    assert usage.minutes_used(7) == 0


def test_nothing_to_count_costs_one_read(cloud, monkeypatch):
    job = finished_job(cloud, SD, SD)
    usage.count_outputs(job.output_ids)
    calls = []
    client = cloud.records.table._client
    call = client._make_api_call
    monkeypatch.setattr(client, "_make_api_call", lambda name, given: calls.append(name) or call(name, given))
    usage.count_outputs(job.output_ids)
    assert calls == ["BatchGetItem"]


def test_a_fault_leaves_the_rest_for_the_next_time(cloud, monkeypatch):
    job = finished_job(cloud, SD, SD, SD)
    table = type(cloud.records.table)
    transact, left = table.transact, [1]

    def failing(self, actions):
        if not left:
            raise TryAgain("not now")
        left.pop()
        transact(self, actions)

    with monkeypatch.context() as broken:
        broken.setattr(table, "transact", failing)
        with pytest.raises(TryAgain):
            usage.count_outputs(job.output_ids)
    usage.count_outputs(job.output_ids)
    assert usage.report(ADA, [DAY]) == [UsageLine(DAY, None, Amount(72, 72))]


def test_a_report_is_sorted_by_day_and_grouping_with_none_last(cloud):
    for grouping in ("b", None, "a"):
        job = finished_job(cloud, SD, grouping=grouping)
        usage.count_outputs(job.output_ids)
    cloud.clock.advance(days=1)
    usage.count_outputs(finished_job(cloud, SD, grouping="a").output_ids)
    found = [(line.day, line.grouping) for line in usage.report(ADA, [DAY, "2031-04-06"])]
    assert found == [(DAY, "a"), (DAY, "b"), (DAY, None), ("2031-04-06", "a")]
    assert [line.grouping for line in usage.report(ADA, [DAY], "b")] == ["b"]


def test_a_report_too_long_for_one_answer_is_refused_in_a_sentence(cloud, monkeypatch):
    monkeypatch.setattr(usage, "MOST_LINES", 1)
    for grouping in ("a", "b"):
        usage.count_outputs(finished_job(cloud, SD, grouping=grouping).output_ids)
    with pytest.raises(InvalidRequest, match="2 lines, from 2031-04-05 to 2031-04-05: at most 1"):
        usage.report(ADA, [DAY])
    assert usage.report(ADA, [DAY], "a")


def test_the_minutes_used_are_this_months(cloud):
    usage.count_outputs(finished_job(cloud, {**SD, "duration_in_ms": 130_000}).output_ids)
    assert usage.minutes_used(7) == 3
    cloud.clock.now = cloud.clock.now.replace(month=5, day=1, hour=0, minute=0)
    assert usage.minutes_used(7) == 0
    assert usage.minutes_used(8) == 0


def test_the_end_of_a_job_counts_what_its_workers_could_not(cloud):
    job = finished_job(cloud, SD, SD)
    cloud.records.move_job(job.id, "processing")
    usage.count_output(job.output_ids[0])
    assert finish_job(job.id)
    assert finish_job(job.id)
    assert usage.report(ADA, [DAY]) == [UsageLine(DAY, None, Amount(48, 48))]


def test_what_was_finished_before_a_cancellation_counts(cloud):
    job = cloud.add_job(2)
    finish(cloud, job.output_ids[0])
    assert cancel_everything(job.id)
    assert usage.report(ADA, [DAY]) == [UsageLine(DAY, None, Amount(24, 24))]


def test_a_job_is_looked_after_until_it_is_counted(cloud, monkeypatch):
    job = finished_job(cloud, SD)
    cloud.records.move_job(job.id, "processing")

    def busy(self, output, grouping, amount):
        raise TryAgain("not now")

    with monkeypatch.context() as broken:
        broken.setattr(type(cloud.records), "count_usage", busy)
        with pytest.raises(TryAgain):
            finish_job(job.id)
    assert list(cloud.records.unfinished_jobs()) == [job.id]
    assert finish_job(job.id)
    assert list(cloud.records.unfinished_jobs()) == []
    assert usage.minutes_used(7) == 1
