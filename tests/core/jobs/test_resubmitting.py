import pytest

from stepcoder.aws import workflow
from stepcoder.errors import Forbidden, NotFound, WrongState
from stepcoder.jobs.beginning import begin
from stepcoder.jobs.ending import cancel_everything, fail_unfinished, finish_job
from stepcoder.jobs.resubmitting import resubmit_job
from stepcoder.jobs.sweeping import sweep
from stepcoder.notifications import queue_output_notifications
from stepcoder.records.model import Account
from stepcoder.steps.finish import finish
from stepcoder.steps.over import execution_over
from tests import cloud as aws

cloud = aws.cloud

ADA = Account(id=7, email="ada@example.org")
BOB = Account(id=8, email="bob@example.org")
HOOK = ["https://hook.example/z"]


@pytest.fixture
def failed(cloud):
    """A job of two outputs, the second of which failed; its execution is over."""
    job = cloud.add_job(2, targets=HOOK, output_targets=HOOK)
    workflow.start_job(job.id, 0)
    first, second = job.output_ids
    cloud.records.move_job(job.id, "processing")
    cloud.records.move_input(job.input_id, "processing")
    cloud.records.move_input(job.input_id, "finished", facts={"width": 320})
    for state in ("processing", "uploading", "finished"):
        cloud.records.move_output(first, state)
    cloud.records.move_output(second, "processing")
    cloud.records.tally(job.id, 0, "t", 10, [second])
    fail_unfinished(job.id)
    cloud.stop_execution(job.id)
    return cloud.records.job(job.id)


def states(cloud, job):
    """Job, input, outputs."""
    outputs = [output.state for output in cloud.records.outputs(job)]
    return cloud.records.job(job.id).state, cloud.records.input(job.input_id).state, outputs


def test_what_is_not_finished_is_attempted_again(cloud, failed):
    resubmit_job(ADA, failed.id)
    assert states(cloud, failed) == ("waiting", "waiting", ["finished", "waiting"])
    assert workflow.execution_status(failed.id, 1) == "RUNNING"
    done, again = cloud.records.outputs(failed)
    assert (done.attempt, again.attempt) == (0, 1)
    assert (again.error_class, again.error_message, again.finished_at, again.work_done) == (None, None, None, 0)
    assert cloud.records.input(failed.input_id).facts == {}


def test_the_job_is_submitted_anew_under_its_old_ids(cloud, failed):
    cloud.clock.advance(hours=1)
    resubmit_job(ADA, failed.id)
    job = cloud.records.job(failed.id)
    assert job.created_at == failed.created_at
    assert job.submitted_at == "2031-04-05T07:07:08Z"
    assert job.finished_at is None
    assert list(cloud.records.unfinished_jobs()) == [failed.id]


def test_the_end_of_the_new_attempt_is_told_but_not_what_was_finished_before(cloud, failed):
    _, second = failed.output_ids
    assert len(cloud.events()) == 3
    resubmit_job(ADA, failed.id)
    cloud.records.move_job(failed.id, "processing")
    for state in ("processing", "uploading", "finished"):
        cloud.records.move_output(second, state)
    assert finish_job(failed.id, 1)
    assert cloud.records.job(failed.id).state == "finished"
    told = {message["event_id"].removesuffix("_0") for message in cloud.received()}
    assert told == {f"msg_{failed.id}_job-1", f"msg_{failed.id}_output-{second}-1"}


def test_work_is_counted_from_zero_and_only_for_the_present_attempt(cloud, failed):
    resubmit_job(ADA, failed.id)
    second = failed.output_ids[1]
    cloud.records.move_output(second, "processing")
    assert not cloud.records.tally(failed.id, 0, "t", 20, [second])  # a worker of the first attempt, long forgotten
    assert cloud.records.tally(failed.id, 1, "t", 5, [second])
    assert cloud.records.output(second).work_done == 5


def test_a_finished_job_is_not_resubmitted(cloud):
    job = cloud.add_job()
    cloud.run_to_end(job)
    finish_job(job.id)
    with pytest.raises(WrongState, match="finished"):
        resubmit_job(ADA, job.id)


def test_a_job_older_than_seven_days_is_not_resubmitted(cloud, failed):
    cloud.clock.advance(days=7)
    resubmit_job(ADA, failed.id)
    cancel_everything(failed.id)
    cloud.clock.advance(seconds=1)
    with pytest.raises(WrongState, match="7 days"):
        resubmit_job(ADA, failed.id)


def test_a_job_is_resubmitted_five_times(cloud, failed):
    for attempt in range(1, 6):
        resubmit_job(ADA, failed.id)
        cancel_everything(failed.id)
        cloud.stop_execution(failed.id, attempt)
    with pytest.raises(Forbidden, match="5 times"):
        resubmit_job(ADA, failed.id)
    assert cloud.records.job(failed.id).attempt == 5


def test_nobody_elses_job_is_resubmitted(cloud, failed):
    with pytest.raises(NotFound):
        resubmit_job(BOB, failed.id)
    with pytest.raises(NotFound):
        resubmit_job(ADA, 12345)
    assert cloud.records.job(failed.id).state == "failed"


def test_a_job_under_way_stops_and_begins_again_when_its_execution_is_over(cloud):
    job = cloud.add_job(2, targets=HOOK, output_targets=HOOK)
    first, second = job.output_ids
    workflow.start_job(job.id, 0)
    cloud.records.move_job(job.id, "processing")
    for state in ("processing", "uploading", "finished"):
        cloud.records.move_output(first, state)
    cloud.records.move_output(second, "processing")
    resubmit_job(ADA, job.id)
    assert states(cloud, job) == ("pending", "cancelled", ["finished", "cancelled"])
    assert workflow.execution_status(job.id, 1) is None
    assert not cloud.records.tally(job.id, 0, "t", 1, [second])  # which stops its workers

    queue_output_notifications(second)  # as a worker on its way out does
    assert finish(job.id, 0) == {"state": "pending"}  # the last step of the first attempt
    cloud.stop_execution(job.id)
    execution_over(job.id, 0)
    execution_over(job.id, 0)
    assert states(cloud, job) == ("waiting", "waiting", ["finished", "waiting"])
    assert workflow.execution_status(job.id, 1) == "RUNNING"
    assert cloud.events() == []  # nothing has ended for the customer


def test_the_sweeper_begins_what_nobody_began(cloud, failed, monkeypatch):
    def broken(job_id, attempt):
        raise RuntimeError("no connection")

    with monkeypatch.context() as patch:
        patch.setattr(workflow, "start_job", broken)
        resubmit_job(ADA, failed.id)
    assert states(cloud, failed) == ("pending", "waiting", ["finished", "waiting"])
    assert sweep() == {"young": 1}
    cloud.clock.advance(minutes=3)
    assert sweep() == {"started": 1}
    assert cloud.records.job(failed.id).state == "waiting"
    assert sweep() == {"running": 1}


def test_a_resubmitted_job_can_be_cancelled_before_it_begins(cloud):
    job = cloud.add_job(1, targets=HOOK, output_targets=HOOK)
    workflow.start_job(job.id, 0)
    cloud.records.move_job(job.id, "processing")
    resubmit_job(ADA, job.id)
    assert cancel_everything(job.id)
    cloud.stop_execution(job.id)
    execution_over(job.id, 0)
    assert begin(job.id) == "over"
    assert states(cloud, job) == ("cancelled", "cancelled", ["cancelled"])
    assert cloud.events() == [f"msg_{job.id}_job-1_0", f"msg_{job.id}_output-{job.output_ids[0]}_0"]


def test_the_last_step_of_an_earlier_attempt_ends_nothing(cloud, failed):
    resubmit_job(ADA, failed.id)
    assert finish(failed.id, 0) == {"state": "waiting"}
    assert states(cloud, failed) == ("waiting", "waiting", ["finished", "waiting"])


def test_an_execution_that_outlives_the_records_is_no_error(cloud):
    execution_over(4711, 0)


def test_records_resubmitted_by_two_at_once_are_resubmitted_once(cloud, failed):
    source, outputs = cloud.records.input(failed.input_id), cloud.records.outputs(failed)
    assert cloud.records.resubmit(failed, source, outputs)
    assert not cloud.records.resubmit(failed, source, outputs)
    assert cloud.records.job(failed.id).attempt == 1


def test_an_output_that_finishes_at_that_moment_stays_finished(cloud):
    job = cloud.add_job()
    cloud.records.move_job(job.id, "processing")
    before = cloud.records.outputs(job)
    cloud.run_to_end(job)
    assert not cloud.records.resubmit(cloud.records.job(job.id), cloud.records.input(job.input_id), before)
    resubmit_job(ADA, job.id)
    assert cloud.records.outputs(job)[0].state == "finished"
