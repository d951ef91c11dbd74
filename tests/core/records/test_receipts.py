from stepcoder.records.model import Input, Job
from stepcoder.records.receipts import Receipt


def create(records, receipt):
    job_id, input_id, _ = records.new_ids(0)
    job = Job(id=job_id, account_id=7, input_id=input_id, output_ids=())
    source = Input(id=input_id, job_id=job_id, account_id=7, url="s3://in/a.mov")
    records.create(job, source, [], {}, receipt)
    return job_id


def test_a_receipt_leads_to_the_job_it_was_written_with(cloud):
    receipt = Receipt(7, "key", "print")
    assert cloud.records.receipt(receipt) is None
    job_id = create(cloud.records, receipt)
    assert cloud.records.receipt(receipt) == (job_id, "print")
    assert cloud.records.receipt(Receipt(8, "key", "print")) is None


def test_in_an_order_the_latest_counts_for_all_before_it(cloud):
    first = create(cloud.records, Receipt(7, "key", "", "02"))
    assert cloud.records.receipt(Receipt(7, "key", "", "01")) == (first, "")
    assert cloud.records.receipt(Receipt(7, "key", "", "02")) == (first, "")
    assert cloud.records.receipt(Receipt(7, "key", "", "03")) is None
    second = create(cloud.records, Receipt(7, "key", "", "03"))
    assert cloud.records.receipt(Receipt(7, "key", "", "02")) == (second, "")
