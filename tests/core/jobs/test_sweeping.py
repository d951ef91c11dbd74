from stepcoder.aws import workflow
from stepcoder.jobs import sweeping
from stepcoder.jobs.sweeping import sweep
from tests import cloud as aws

cloud = aws.cloud

HOOK = ["https://hook.example/z"]


def test_a_job_that_was_never_started_is_started(cloud):
    job = cloud.add_job()
    cloud.clock.advance(minutes=3)
    assert sweep() == {"started": 1}
    assert workflow.execution_status(job.id, 0) == "RUNNING"
    assert sweep() == {"running": 1}


def test_a_job_that_was_just_accepted_is_left_to_whoever_accepts_it(cloud):
    cloud.add_job()
    assert sweep() == {"young": 1}


def test_a_job_whose_execution_is_over_is_ended(cloud):
    job = cloud.add_job(1, targets=HOOK)
    workflow.start_job(job.id, 0)
    cloud.records.move_job(job.id, "processing")
    cloud.stop_execution(job.id)
    cloud.clock.advance(minutes=3)
    assert sweep() == {"ended": 1}
    assert cloud.records.job(job.id).state == "failed"
    assert cloud.events() == [f"msg_{job.id}_job_0"]
    assert sweep() == {}


def test_a_job_whose_execution_succeeded_without_its_last_step_is_finished(cloud, monkeypatch):
    job = cloud.add_job()
    cloud.run_to_end(job)
    monkeypatch.setattr(workflow, "execution_status", lambda job_id, attempt: "SUCCEEDED")
    cloud.clock.advance(minutes=3)
    assert sweep() == {"ended": 1}
    assert cloud.records.job(job.id).state == "finished"


def test_an_output_forgotten_by_an_execution_that_succeeded_fails(cloud, monkeypatch):
    job = cloud.add_job()
    cloud.records.move_input(job.input_id, "processing")
    cloud.records.move_input(job.input_id, "finished")
    monkeypatch.setattr(workflow, "execution_status", lambda job_id, attempt: "SUCCEEDED")
    cloud.clock.advance(minutes=3)
    assert sweep() == {"ended": 1}
    assert cloud.records.outputs(job)[0].state == "failed"


def test_notifications_that_were_decided_but_not_sent_are_sent(cloud):
    job = cloud.add_job(1, targets=HOOK, output_targets=HOOK)
    workflow.start_job(job.id, 0)
    cloud.run_to_end(job)
    cloud.records.move_job(job.id, "finished")
    assert sweep() == {"told": 1}
    assert len(cloud.events()) == 2
    assert sweep() == {}


def test_a_cancellation_that_broke_off_is_completed(cloud):
    job = cloud.add_job(1, targets=HOOK)
    cloud.records.move_job(job.id, "cancelled")
    assert sweep() == {"told": 1}
    assert cloud.records.outputs(job)[0].state == "cancelled"


def test_one_job_that_makes_trouble_does_not_hold_up_the_others(cloud, monkeypatch):
    first, second = cloud.add_job(), cloud.add_job()
    cloud.clock.advance(minutes=3)
    look_after = sweeping.look_after

    def troubled(job_id, running):
        if job_id == first.id:
            raise RuntimeError("trouble")
        return look_after(job_id, running)

    monkeypatch.setattr(sweeping, "look_after", troubled)
    assert sweep() == {"postponed": 1, "started": 1}
    assert workflow.execution_status(second.id, 0) == "RUNNING"
