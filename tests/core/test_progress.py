from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from stepcoder.progress import Progress, input_progress, job_progress, output_progress
from stepcoder.records.model import Input, Job, Output

SOURCE = Input(id=2, job_id=1, account_id=7, url="s3://in/a.mov")
OUTPUT = Output(id=3, job_id=1, account_id=7, index=0, url="https://out.example/a.mp4", work_total=1000)
JOB = Job(id=1, account_id=7, input_id=2, output_ids=(3, 4))

# A life of an output: (state, work_done, upload_done of 500), each step no less than the one before.
_counts = st.lists(st.integers(0, 1000), min_size=1, max_size=6).map(sorted)
_ends = st.sampled_from(["finished", "failed", "cancelled"])


def test_before_the_start_and_after_the_end_there_is_only_the_state():
    for state in ("waiting", "queued", "assigning", "ready", "finished", "failed", "cancelled", "skipped", "no_input"):
        assert output_progress(replace(OUTPUT, state=state, work_done=400)) == Progress(state)
    for state in ("pending", "waiting", "assigning", "finished", "failed", "cancelled"):
        assert input_progress(replace(SOURCE, state=state, event="Inspecting")) == Progress(state)
    for state in ("pending", "waiting", "finished", "failed", "cancelled"):
        assert job_progress(replace(JOB, state=state), SOURCE, [OUTPUT]) == Progress(state)


def test_transcoding_is_nine_tenths_of_an_output():
    output = replace(OUTPUT, state="processing", work_done=550)
    assert output_progress(output) == Progress("processing", 49.5, "Transcoding", 55.0)


def test_uploading_moves_between_ninety_and_a_hundred():
    uploading = replace(OUTPUT, state="uploading", work_done=1000, upload_total=500)
    assert output_progress(replace(uploading, upload_done=0)) == Progress("uploading", 90.0, "Uploading", 0.0)
    assert output_progress(replace(uploading, upload_done=250)) == Progress("uploading", 95.0, "Uploading", 50.0)
    assert output_progress(replace(uploading, upload_done=500)) == Progress("uploading", 99.99, "Uploading", 100.0)


def test_downloading_and_inspecting_are_an_inputs_events():
    source = replace(SOURCE, state="processing")
    assert input_progress(source) == Progress("processing", 0.0, "Downloading", 0.0)
    downloading = replace(source, event="Downloading", event_progress=41.2)
    assert input_progress(downloading) == Progress("processing", 37.08, "Downloading", 41.2)
    inspecting = replace(source, event="Inspecting", event_progress=50)
    assert input_progress(inspecting) == Progress("processing", 95.0, "Inspecting", 50.0)


def test_a_job_is_a_tenth_input_and_nine_tenths_the_mean_of_its_outputs():
    job, done = replace(JOB, state="processing"), replace(SOURCE, state="finished")
    halfway = replace(OUTPUT, state="processing", work_done=500)
    assert job_progress(job, done, [OUTPUT, OUTPUT]).percent == 10.0
    assert job_progress(job, done, [halfway, OUTPUT]).percent == 10 + 0.9 * 22.5
    assert job_progress(job, done, [halfway, replace(OUTPUT, state="finished")]).percent == 10 + 0.9 * 72.5


def test_a_job_without_outputs_does_not_divide_by_them():
    assert job_progress(replace(JOB, state="processing"), SOURCE, []).percent == 0.0


def _lives(counts: list[int], uploads: list[int], end: str) -> list[Output]:
    waiting = [replace(OUTPUT, state=state) for state in ("waiting", "queued")]
    working = [replace(OUTPUT, state="processing", work_done=count) for count in counts]
    last = working[-1].work_done
    sending = [
        replace(OUTPUT, state="uploading", work_done=last, upload_done=count, upload_total=500) for count in uploads
    ]
    return [*waiting, *working, *sending, replace(OUTPUT, state=end)]


@given(_counts, _counts, _ends)
def test_an_outputs_percent_never_falls_and_is_never_a_hundred(counts, uploads, end):
    shown = [output_progress(output).percent for output in _lives(counts, uploads, end)]
    numbers = [percent for percent in shown if percent is not None]
    assert numbers == sorted(numbers)
    assert max(numbers) < 100
    assert shown[-1] is None


@given(_counts, _counts, _ends, _counts, _counts, _ends, st.lists(st.booleans(), min_size=30, max_size=30))
def test_a_jobs_percent_never_falls_however_its_outputs_take_turns(first, up1, end1, second, up2, end2, turns):
    lives = [_lives(first, up1, end1), _lives(second, up2, end2)]
    job, percents, at = replace(JOB, state="processing"), [], [0, 0]
    sources = [
        replace(SOURCE, state="processing", event="Downloading", event_progress=70),
        replace(SOURCE, state="processing", event="Inspecting", event_progress=0),
        replace(SOURCE, state="finished"),
    ]
    percents += [job_progress(job, source, [lives[0][0], lives[1][0]]).percent for source in sources]
    for turn in turns:
        at[turn] = min(at[turn] + 1, len(lives[turn]) - 1)
        percents.append(job_progress(job, sources[-1], [lives[0][at[0]], lives[1][at[1]]]).percent)
    assert percents == sorted(percents)
    assert max(percents) < 100
