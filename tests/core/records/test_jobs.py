import os
from dataclasses import replace

import pytest

from stepcoder import states
from stepcoder.aws.table import Conflict
from stepcoder.errors import BodyTooLarge, NotFound
from stepcoder.records import jobs as job_records
from stepcoder.records.model import Input, Job, Output
from tests.cloud import at_once


def test_ids_are_handed_out_once(cloud):
    given = at_once(*[lambda: cloud.records.new_ids(3) for _ in range(8)])
    every = [number for job, source, outputs in given for number in (job, source, *outputs)]
    assert len(set(every)) == 8 * 5
    assert min(every) == 1001


def test_a_created_job_is_read_back_whole(cloud):
    job = cloud.add_job(21, pass_through="asset-7", targets=["https://hook.example"])
    stamp = "2031-04-05T06:07:08Z"
    stored = cloud.records.job(job.id)
    assert stored == replace(job, created_at=stamp, submitted_at=stamp, updated_at=stamp)
    assert cloud.records.input(job.input_id).url == "s3://in/a.mov"
    outputs = cloud.records.outputs(stored)
    assert [output.id for output in outputs] == list(job.output_ids)
    assert [output.index for output in outputs] == list(range(21))
    assert cloud.records.output(job.output_ids[4]) == outputs[4]
    assert cloud.records.request(job.id) == {"input": "s3://in/a.mov"}


def test_a_job_is_created_whole_or_not_at_all(cloud):
    first = cloud.add_job(1)
    job = Job(id=9001, account_id=7, input_id=9002, output_ids=(9003,))
    source = Input(id=9002, job_id=9001, account_id=7, url="s3://in/b.mov")
    taken = Output(id=first.output_ids[0], job_id=9001, account_id=7, index=0, url="x")
    with pytest.raises(Conflict):
        cloud.records.create(job, source, [taken], {})
    with pytest.raises(NotFound):
        cloud.records.job(9001)


def test_a_request_too_large_to_store_is_refused(cloud):
    noise = os.urandom(400_000).hex()
    job = Job(id=1, account_id=7, input_id=2, output_ids=())
    with pytest.raises(BodyTooLarge):
        cloud.records.create(job, Input(id=2, job_id=1, account_id=7, url="x"), [], {"noise": noise})


def test_what_is_not_there_is_not_found(cloud):
    for read in (cloud.records.job, cloud.records.input, cloud.records.output, cloud.records.request):
        with pytest.raises(NotFound):
            read(404)
    with pytest.raises(NotFound):
        cloud.records.move_job(404, "processing")


def test_a_move_changes_state_fields_and_times_together(cloud):
    job = cloud.add_job()
    cloud.clock.advance(seconds=30)
    assert cloud.records.move_input(job.input_id, "processing", event="Downloading")
    source = cloud.records.input(job.input_id)
    assert (source.state, source.event, source.updated_at) == ("processing", "Downloading", "2031-04-05T06:07:38Z")
    assert source.finished_at is None
    facts = {"format": "mpeg4", "frame_rate": 29.97, "width": 1920, "channels": "2", "md5_checksum": None}
    assert cloud.records.move_input(job.input_id, "finished", facts=facts, event=None)
    source = cloud.records.input(job.input_id)
    assert (source.facts, source.event, source.finished_at) == (facts, None, "2031-04-05T06:07:38Z")


def test_a_move_that_is_not_allowed_changes_nothing(cloud):
    job = cloud.add_job()
    assert cloud.records.move_job(job.id, "cancelled")
    cancelled = cloud.records.job(job.id)
    cloud.clock.advance(seconds=30)
    assert not cloud.records.move_job(job.id, "finished", pass_through="changed")
    assert not cloud.records.move_job(job.id, "cancelled")
    assert cloud.records.job(job.id) == cancelled


def test_outputs_enter_exactly_the_states_the_rules_allow(cloud):
    path = "outputs/{}"
    job = cloud.add_job()
    (output_id,) = job.output_ids
    for to, entered_from in states.OUTPUT_ENTERED_FROM.items():
        for present in states.OUTPUT_STATES:
            item = cloud.records.table.get(path.format(output_id))
            cloud.records.table.put(path.format(output_id), {**item, "state": present})
            assert cloud.records.move_output(output_id, to) == (present in entered_from)


def test_of_racing_moves_one_wins(cloud):
    job = cloud.add_job()
    cloud.records.move_job(job.id, "processing")
    ends = ["failed", "cancelled", "finished"] * 4
    results = at_once(*[lambda end=end: cloud.records.move_job(job.id, end) for end in ends])
    assert results.count(True) == 1
    assert cloud.records.job(job.id).state == ends[results.index(True)]


def test_thumbnails_survive_the_table(cloud):
    job = cloud.add_job()
    (output_id,) = job.output_ids
    still = {"url": "https://o/1.png", "format": "png", "width": 320, "height": 180, "label": None}
    cloud.records.move_output(output_id, "processing", thumbnails=[still])
    assert cloud.records.output(output_id).thumbnails == [still]


def test_an_accounts_jobs_are_listed_newest_first_in_pages(cloud):
    mine = [cloud.add_job().id for _ in range(7)]
    cloud.add_job(account_id=8)
    newest = mine[::-1]
    listed = [[job.id for job in cloud.records.jobs(7, page, 3)] for page in (1, 2, 3, 4)]
    assert listed == [newest[0:3], newest[3:6], newest[6:7], []]
    assert [job.id for job in cloud.records.jobs(7)] == newest
    assert cloud.records.jobs(9) == []


def test_a_listing_can_be_limited_to_a_state(cloud):
    jobs = [cloud.add_job() for _ in range(6)]
    for job in jobs[::2]:
        cloud.records.move_job(job.id, "cancelled")
    cancelled = [job.id for job in jobs[::2]][::-1]
    assert [job.id for job in cloud.records.jobs(7, state="cancelled")] == cancelled
    assert [job.id for job in cloud.records.jobs(7, 2, 2, state="cancelled")] == cancelled[2:]


def test_a_page_has_its_bounds(cloud, monkeypatch):
    monkeypatch.setattr(job_records, "_MOST_PER_PAGE", 3)
    for _ in range(5):
        cloud.add_job(0)
    assert len(cloud.records.jobs(7, 1, 1000)) == 3
    assert len(cloud.records.jobs(7, 2, 3)) == 2


def test_deleted_jobs_are_neither_listed_nor_counted_where_they_can_be_deleted(cloud):
    gone, kept = cloud.add_job(0), cloud.add_job(0)
    assert cloud.records.delete_waiting(gone)
    assert not cloud.records.delete_waiting(gone), "it is cancelled by now"
    assert [job.id for job in cloud.records.jobs(7, with_deleted=False)] == [kept.id]
    assert {job.id for job in cloud.records.jobs(7)} == {gone.id, kept.id}
    assert cloud.records.count_jobs(7) == 1


def test_a_job_that_was_begun_says_when(cloud):
    job = cloud.add_job(0)
    assert cloud.records.job(job.id).started_at is None
    cloud.records.move_job(job.id, "processing")
    assert cloud.records.job(job.id).started_at is not None
    assert not cloud.records.delete_waiting(job)


def test_many_inputs_and_outputs_are_read_together(cloud):
    jobs = [cloud.add_job(2) for _ in range(3)]
    inputs = cloud.records.inputs_by_id(job.input_id for job in jobs)
    outputs = cloud.records.outputs_by_id([*jobs[0].output_ids, *jobs[2].output_ids, 404])
    assert {source.job_id for source in inputs.values()} == {job.id for job in jobs}
    assert set(outputs) == {*jobs[0].output_ids, *jobs[2].output_ids}


def test_jobs_are_unfinished_until_settled(cloud):
    first, second = cloud.add_job(), cloud.add_job()
    assert list(cloud.records.unfinished_jobs()) == [first.id, second.id]
    cloud.records.move_job(first.id, "cancelled")
    assert list(cloud.records.unfinished_jobs()) == [first.id, second.id]
    cloud.records.settle(cloud.records.job(first.id))
    cloud.records.settle(cloud.records.job(first.id))
    assert list(cloud.records.unfinished_jobs()) == [second.id]
