import pytest

from stepcoder.aws.marshal import to_item as marshalled
from stepcoder.records.items import from_item, path_of, to_changes, to_item
from stepcoder.records.model import Account, Input, Job, Output

JOB = Job(
    id=1, account_id=7, input_id=2, output_ids=(3, 4), pass_through="asset-7", notifications=[{"url": "https://h"}]
)
SOURCE = Input(id=2, job_id=1, account_id=7, url="s3://in/a.mov", facts={"frame_rate": 29.97}, event_progress=4.5)
OUTPUT = Output(id=3, job_id=1, account_id=7, index=0, url="https://o/a.mp4", thumbnails=[{"url": "https://o/1.png"}])


@pytest.mark.parametrize("record", [JOB, SOURCE, OUTPUT, Account(id=7, email="a@b.example", profile={"company": "x"})])
def test_a_record_comes_back_as_it_was(record):
    assert from_item(type(record), to_item(record)) == record


def test_only_jobs_carry_both_keys_of_the_account_index():
    for record, listed in ((JOB, True), (SOURCE, False), (OUTPUT, False)):
        assert ({"account_id", "job_id"} <= to_item(record).keys()) == listed


def test_an_outputs_item_is_lean():
    facts = dict.fromkeys(map(str, range(16)), "avc1.42001f")
    output = Output(
        id=3, job_id=1, account_id=7, index=0, url="https://o/a.mp4", target="s3://bucket/key", label="web", facts=facts
    )
    assert len(str(marshalled(to_item(output)))) < 1500
    assert not {"work_done", "thumbnails", "error_class"} & to_item(output).keys()


def test_ten_thousand_thumbnails_fit_an_item():
    thumbnails = [
        {"url": f"https://out.example/very/long/prefix/frame_{number:04d}.jpg", "width": 1280, "height": 720,
         "format": "jpg", "file_size_bytes": 90000 + number * 7 % 5000, "label": "poster"}
        for number in range(10_000)
    ]  # fmt: skip
    set_, _ = to_changes(Output, {"thumbnails": thumbnails})
    assert len(set_["thumbnails"]) < 200_000


def test_a_change_to_none_removes_and_an_unknown_field_is_refused():
    assert to_changes(Output, {"label": None, "job_id": 9}) == ({"of_job": 9}, ["label"])
    with pytest.raises(TypeError, match="no field colour"):
        to_changes(Output, {"colour": "red"})


def test_records_lie_at_resource_paths():
    assert [path_of(kind, 5) for kind in (Job, Input, Output, Account)] == [
        "jobs/5",
        "inputs/5",
        "outputs/5",
        "accounts/5",
    ]
