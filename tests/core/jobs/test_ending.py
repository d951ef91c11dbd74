import pytest

from stepcoder.errors import NotFound, TryAgain
from stepcoder.jobs.ending import cancel_everything, fail_unfinished, finish_job
from stepcoder.notifications import queue_output_notifications
from tests import cloud as aws
from tests.cloud import at_once

cloud = aws.cloud

HOOK = ["https://hook.example/z"]


@pytest.fixture
def job(cloud):
    return cloud.add_job(2, targets=HOOK, output_targets=HOOK)


def states(cloud, job):
    """Job, input, outputs."""
    outputs = [output.state for output in cloud.records.outputs(job)]
    return cloud.records.job(job.id).state, cloud.records.input(job.input_id).state, outputs


def everything(job):
    return sorted([f"msg_{job.id}_job_0", *(f"msg_{job.id}_output-{output_id}_0" for output_id in job.output_ids)])


def test_a_job_whose_outputs_are_done_is_finished_and_everybody_told(cloud, job):
    cloud.run_to_end(job)
    cloud.clock.advance(seconds=60)
    assert finish_job(job.id)
    assert states(cloud, job) == ("finished", "finished", ["finished", "finished"])
    assert cloud.records.job(job.id).finished_at == "2031-04-05T06:08:08Z"
    assert cloud.events() == everything(job)
    assert list(cloud.records.unfinished_jobs()) == []


def test_a_job_with_an_output_under_way_is_left_alone(cloud, job):
    cloud.records.move_job(job.id, "processing")
    cloud.records.move_output(job.output_ids[0], "failed")
    assert not finish_job(job.id)
    assert cloud.records.job(job.id).state == "processing"
    assert cloud.received() == []
    assert list(cloud.records.unfinished_jobs()) == [job.id]


def test_one_failed_output_fails_the_job(cloud, job):
    cloud.records.move_job(job.id, "processing")
    a, b = job.output_ids
    cloud.records.move_output(a, "failed")
    for state in ("processing", "uploading", "finished"):
        cloud.records.move_output(b, state)
    assert finish_job(job.id)
    assert cloud.records.job(job.id).state == "failed"


def test_a_job_that_had_nothing_to_do_finishes(cloud, job):
    for output_id in job.output_ids:
        cloud.records.move_output(output_id, "skipped")
    assert finish_job(job.id)
    assert cloud.records.job(job.id).state == "finished"


def test_finishing_again_and_again_tells_once(cloud, job):
    cloud.run_to_end(job)
    for output_id in job.output_ids:
        queue_output_notifications(output_id)
    for _ in range(3):
        assert finish_job(job.id)
    fail_unfinished(job.id)
    assert states(cloud, job)[0] == "finished"
    assert cloud.events() == everything(job)


def test_finishing_many_times_at_once_tells_once(cloud, job):
    cloud.run_to_end(job)
    results = at_once(*[lambda: finish_job(job.id)] * 6)
    assert all(result is True or isinstance(result, TryAgain) for result in results)
    assert finish_job(job.id)
    assert cloud.events() == everything(job)
    assert list(cloud.records.unfinished_jobs()) == []


def test_the_job_is_told_of_after_its_outputs(cloud, job, monkeypatch):
    from stepcoder.aws import queue

    sent = []
    monkeypatch.setattr(queue, "send", lambda body: sent.append(body["event_id"]))
    cloud.run_to_end(job)
    finish_job(job.id)
    assert sent[-1] == f"msg_{job.id}_job_0"
    assert len(sent) == 3


def test_an_output_another_worker_is_telling_of_holds_the_jobs_news_back(cloud, job):
    cloud.run_to_end(job)
    event = f"output-{job.output_ids[0]}"
    cloud.records.claim_announcement(job.id, event, {"body": "{}"})
    with pytest.raises(TryAgain):
        finish_job(job.id)
    assert f"msg_{job.id}_job_0" not in cloud.events()
    assert list(cloud.records.unfinished_jobs()) == [job.id]
    cloud.clock.advance(minutes=2)
    assert finish_job(job.id)
    assert cloud.events() == [f"msg_{job.id}_job_0", f"msg_{job.id}_output-{job.output_ids[0]}_0"]


def test_what_never_started_fails_by_its_input(cloud, job):
    cloud.records.move_job(job.id, "processing")
    cloud.records.move_input(job.input_id, "processing")
    fail_unfinished(job.id)
    assert states(cloud, job) == ("failed", "failed", ["no_input", "no_input"])
    assert cloud.records.input(job.input_id).error_class == "WorkerTimeoutError"
    assert cloud.events() == everything(job)


def test_what_was_under_way_fails_and_what_was_done_stays(cloud, job):
    a, b = job.output_ids
    cloud.run_to_end(cloud.add_job())
    cloud.records.move_job(job.id, "processing")
    cloud.records.move_input(job.input_id, "processing")
    cloud.records.move_input(job.input_id, "finished")
    for state in ("processing", "uploading", "finished"):
        cloud.records.move_output(a, state)
    cloud.records.move_output(b, "processing")
    fail_unfinished(job.id, error_class="UnexpectedResultError", message="Something broke.")
    assert states(cloud, job) == ("failed", "finished", ["finished", "failed"])
    failed = cloud.records.output(b)
    assert (failed.error_class, failed.error_message) == ("UnexpectedResultError", "Something broke.")


def test_an_input_that_failed_by_itself_keeps_its_reason(cloud, job):
    cloud.records.move_input(job.input_id, "failed", error_class="NoMediaError", error_message="No media.")
    cloud.records.move_output(job.output_ids[1], "processing")
    fail_unfinished(job.id)
    assert states(cloud, job) == ("failed", "failed", ["no_input", "failed"])
    assert cloud.records.input(job.input_id).error_class == "NoMediaError"


def test_cancelling_ends_what_has_not_ended_and_tells(cloud, job):
    a, _ = job.output_ids
    cloud.records.move_job(job.id, "processing")
    cloud.records.move_input(job.input_id, "processing")
    cloud.records.move_input(job.input_id, "finished")
    for state in ("processing", "uploading", "finished"):
        cloud.records.move_output(a, state)
    assert cancel_everything(job.id)
    assert states(cloud, job) == ("cancelled", "finished", ["finished", "cancelled"])
    assert cloud.events() == everything(job)
    assert list(cloud.records.unfinished_jobs()) == []


def test_what_has_ended_cannot_be_cancelled(cloud, job):
    cloud.run_to_end(job)
    finish_job(job.id)
    assert not cancel_everything(job.id)
    assert states(cloud, job)[0] == "finished"


def test_a_cancellation_that_broke_off_is_completed_by_finishing(cloud, job):
    cloud.records.move_job(job.id, "cancelled")
    assert finish_job(job.id)
    assert states(cloud, job) == ("cancelled", "cancelled", ["cancelled", "cancelled"])
    assert cloud.events() == everything(job)


def test_a_cancellation_that_cannot_tell_everybody_yet_still_succeeds(cloud, job, monkeypatch):
    from stepcoder.aws import queue

    def down(body):
        raise TryAgain("the queue is down")

    with monkeypatch.context() as broken:
        broken.setattr(queue, "send", down)
        assert cancel_everything(job.id)
    assert states(cloud, job)[0] == "cancelled"
    assert list(cloud.records.unfinished_jobs()) == [job.id]
    cloud.clock.advance(minutes=2)
    assert finish_job(job.id)
    assert cloud.events() == everything(job)


@pytest.mark.parametrize("round", range(3))
def test_finishing_and_cancelling_at_once_agree_on_one_end(cloud, job, round):
    cloud.run_to_end(job)
    _, cancelled = at_once(lambda: finish_job(job.id), lambda: cancel_everything(job.id))
    state = states(cloud, job)[0]
    assert state == ("cancelled" if cancelled is True else "finished")
    finish_job(job.id)
    assert cloud.events() == everything(job)


def test_a_job_that_does_not_exist_is_not_found(cloud):
    for end in (finish_job, fail_unfinished, cancel_everything):
        with pytest.raises(NotFound):
            end(404)
