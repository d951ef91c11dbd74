from collections import defaultdict

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stepcoder.errors import NotFound, TryAgain
from tests.cloud import at_once


@pytest.fixture
def job(cloud):
    """A job of three outputs, all processing."""
    job = cloud.add_job(3)
    cloud.records.move_input(job.input_id, "processing")
    for output_id in job.output_ids:
        cloud.records.move_output(output_id, "processing")
    return job


def done(cloud, job):
    return [output.work_done for output in cloud.records.outputs(job)]


def test_work_is_counted_for_every_output_of_a_task(cloud, job):
    a, b, c = job.output_ids
    assert cloud.records.tally(job.id, 0, "l0-00000-encode", 100, (a, b))
    assert cloud.records.tally(job.id, 0, "l0-00001-encode", 30, [a, b, a])
    assert cloud.records.tally(job.id, 0, "a0-0000", 5, (c,))
    assert done(cloud, job) == [130, 130, 5]


def test_a_repeated_task_counts_only_what_is_new(cloud, job):
    for counted in (100, 40, 100, 0, 120):
        assert cloud.records.tally(job.id, 0, "t", counted, job.output_ids)
    assert done(cloud, job) == [120, 120, 120]


def test_counting_nothing_is_still_the_cancel_check(cloud, job):
    assert cloud.records.tally(job.id, 0, "t", 0, job.output_ids)
    for output_id in job.output_ids:
        cloud.records.move_output(output_id, "cancelled")
    assert not cloud.records.tally(job.id, 0, "t", 0, job.output_ids)


def test_an_output_that_stopped_is_left_out_and_the_others_go_on(cloud, job):
    a, b, c = job.output_ids
    cloud.records.tally(job.id, 0, "t", 10, job.output_ids)
    cloud.records.move_output(b, "failed")
    assert cloud.records.tally(job.id, 0, "t", 25, job.output_ids)
    assert done(cloud, job) == [25, 10, 25]
    cloud.records.move_output(a, "cancelled")
    cloud.records.move_output(c, "cancelled")
    assert not cloud.records.tally(job.id, 0, "t", 30, job.output_ids)
    assert done(cloud, job) == [25, 10, 25]


def test_an_output_that_is_cancelled_while_it_is_counted_is_left_out(cloud, job, monkeypatch):
    table, (a, *_) = cloud.records.table, job.output_ids
    transact = type(table).transact

    def cancelling_first(self, actions):
        monkeypatch.setattr(type(table), "transact", transact)
        cloud.records.move_output(a, "cancelled")
        return transact(self, actions)

    monkeypatch.setattr(type(table), "transact", cancelling_first)
    assert cloud.records.tally(job.id, 0, "t", 10, job.output_ids)
    assert done(cloud, job) == [0, 10, 10]


def test_a_count_that_failed_is_made_good_by_the_next(cloud, job, monkeypatch):
    def down(self, actions):
        raise TryAgain("not now")

    with monkeypatch.context() as broken:
        broken.setattr(type(cloud.records.table), "transact", down)
        with pytest.raises(TryAgain):
            cloud.records.tally(job.id, 0, "t", 10, job.output_ids)
    assert cloud.records.tally(job.id, 0, "t", 15, job.output_ids)
    assert done(cloud, job) == [15, 15, 15]


def test_doubled_tasks_counting_at_once_count_once(cloud, job):
    counts = [10, 20, 30, 40] * 3
    results = at_once(
        *[lambda count=count: cloud.records.tally(job.id, 0, "t", count, job.output_ids) for count in counts]
    )
    assert results == [True] * 12
    assert done(cloud, job) == [40, 40, 40]


def test_many_tasks_counting_at_once_lose_nothing(cloud, job):
    results = at_once(
        *[lambda task=task: cloud.records.tally(job.id, 0, f"t{task}", 7, job.output_ids) for task in range(12)]
    )
    assert results == [True] * 12
    assert done(cloud, job) == [84, 84, 84]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 500)), max_size=12))
def test_the_tally_is_the_sum_of_each_tasks_highest_count(cloud, calls):
    job = cloud.add_job()
    cloud.records.move_output(job.output_ids[0], "processing")
    highest: dict[str, int] = defaultdict(int)
    for task, count in calls:
        assert cloud.records.tally(job.id, 0, task, count, job.output_ids)
        highest[task] = max(highest[task], count)
        assert done(cloud, job) == [sum(highest.values())]


def test_the_task_ledger_expires(cloud, job):
    cloud.records.tally(job.id, 0, "t", 10, job.output_ids)
    item = cloud.records.table.get(f"jobs/{job.id}/tasks/0/t")
    assert item["expires_at"] == int(cloud.clock.now.timestamp()) + 30 * 86400


def test_totals_are_set_while_an_output_lives(cloud, job):
    a, *_ = job.output_ids
    assert cloud.records.set_output_totals(a, 1000)
    assert cloud.records.output(a).work_total == 1000
    cloud.records.move_output(a, "cancelled")
    assert not cloud.records.set_output_totals(a, 2000)
    assert cloud.records.output(a).work_total == 1000


def test_uploaded_bytes_only_rise_and_the_first_total_stays(cloud, job):
    a, *_ = job.output_ids
    cloud.records.move_output(a, "uploading")
    for count, total in ((100, 500), (50, 500), (300, 900)):
        assert cloud.records.tally_upload(a, count, total)
    output = cloud.records.output(a)
    assert (output.upload_done, output.upload_total) == (300, 500)
    cloud.records.move_output(a, "cancelled")
    assert not cloud.records.tally_upload(a, 400, 500)


def test_an_inputs_progress_never_goes_back(cloud, job):
    steps = [("Downloading", 10), ("Downloading", 5), ("Inspecting", 1), ("Downloading", 90), ("Inspecting", 0.5)]
    seen = []
    for event, percent in steps:
        assert cloud.records.set_input_progress(job.input_id, event, percent)
        source = cloud.records.input(job.input_id)
        seen.append((source.event, source.event_progress))
    assert seen == [("Downloading", 10), ("Downloading", 10), *[("Inspecting", 1)] * 3]


def test_an_input_moves_on_from_where_its_state_put_it(cloud, job):
    cloud.records.move_input(job.input_id, "processing", event="Downloading")
    assert cloud.records.set_input_progress(job.input_id, "Downloading", 30)
    assert cloud.records.input(job.input_id).event_progress == 30


def test_an_input_that_is_not_processing_says_stop(cloud, job):
    cloud.records.move_input(job.input_id, "cancelled")
    assert not cloud.records.set_input_progress(job.input_id, "Downloading", 10)
    with pytest.raises(NotFound):
        cloud.records.set_input_progress(404, "Downloading", 10)
