import pytest

from stepcoder.billing import Amount, UsageLine
from stepcoder.errors import TryAgain
from stepcoder.records import usage
from stepcoder.records.model import Output
from tests.cloud import at_once

DAY = "2031-04-05"


@pytest.fixture
def outputs(cloud):
    """Eight finished outputs of account 7."""
    job = cloud.add_job(8)
    cloud.run_to_end(job)
    return cloud.records.outputs(job)


def usage_items(cloud, monkeypatch=None):
    """Paths of all counters."""
    table = cloud.records.table
    found = table._client.scan(TableName=table.name)["Items"]
    return sorted(item["path"]["S"] for item in found if item["path"]["S"].startswith("usage/"))


def test_an_output_is_counted_once(cloud, outputs):
    one = outputs[0]
    assert cloud.records.uncounted_outputs([one.id]) == [one]
    assert cloud.records.count_usage(one, "tv", Amount(24, 48))
    assert not cloud.records.count_usage(one, "tv", Amount(24, 48))
    assert cloud.records.uncounted_outputs([one.id]) == []
    assert cloud.records.usage(7, [DAY]) == [UsageLine(DAY, "tv", Amount(24, 48))]
    assert cloud.records.usage_of_month(7, "2031-04") == Amount(24, 48)


def test_the_mark_does_not_show_on_the_record(cloud, outputs):
    cloud.records.count_usage(outputs[0], None, Amount(4, 4))
    assert cloud.records.output(outputs[0].id) == outputs[0]


def test_counted_many_times_at_once_is_counted_once(cloud, outputs):
    answers = at_once(*[lambda: cloud.records.count_usage(outputs[0], None, Amount(4, 8))] * 8)
    assert answers.count(True) == 1
    assert answers.count(False) == 7
    assert cloud.records.usage(7, [DAY]) == [UsageLine(DAY, None, Amount(4, 8))]


def test_outputs_counted_at_once_are_all_counted(cloud, outputs):
    groupings = [None, "tv", "tv", "radio", None, "tv", "ümlaut", "radio"]
    pairs = list(zip(outputs, groupings, strict=True))
    answers = at_once(*[lambda pair=pair: cloud.records.count_usage(*pair, Amount(24, 6)) for pair in pairs])
    assert answers == [True] * 8
    found = {line.grouping: line.amount.encoded for line in cloud.records.usage(7, [DAY])}
    assert found == {None: 48, "tv": 72, "radio": 48, "ümlaut": 24}
    assert cloud.records.usage_of_month(7, "2031-04") == Amount(8 * 24, 8 * 6)


@pytest.mark.parametrize("state", ["uploading", "failed", "cancelled"])
def test_only_finished_outputs_are_counted(cloud, state):
    job = cloud.add_job(1)
    cloud.records.move_output(job.output_ids[0], "processing")
    cloud.records.move_output(job.output_ids[0], state)
    (output,) = cloud.records.outputs(job)
    assert cloud.records.uncounted_outputs([output.id]) == []
    assert not cloud.records.count_usage(output, None, Amount(4, 4))
    assert usage_items(cloud) == []


def test_accounts_days_and_months_are_apart(cloud):
    for account_id, day in ((7, "2031-04-30"), (7, "2031-05-01"), (77, "2031-05-01")):
        cloud.clock.now = cloud.clock.now.replace(month=int(day[5:7]), day=int(day[8:]))
        job = cloud.add_job(1, account_id=account_id)
        cloud.run_to_end(job)
        cloud.records.count_usage(cloud.records.output(job.output_ids[0]), None, Amount(account_id, 0))
    days = ["2031-04-29", "2031-04-30", "2031-05-01"]
    found = {line.day: line.amount.encoded for line in cloud.records.usage(7, days)}
    assert found == {"2031-04-30": 7, "2031-05-01": 7}
    assert [line.amount.encoded for line in cloud.records.usage(77, days)] == [77]
    assert cloud.records.usage_of_month(7, "2031-05") == Amount(7, 0)


@pytest.mark.parametrize("grouping", ["tv", "e", "b:tv", "size", "path", "a.b[0]#:v1 ☃", "x" * 255])
def test_a_grouping_may_be_called_anything(cloud, outputs, grouping):
    cloud.records.count_usage(outputs[0], grouping, Amount(24, 6))
    cloud.records.count_usage(outputs[1], None, Amount(4, 4))
    expected = [UsageLine(DAY, grouping, Amount(24, 6)), UsageLine(DAY, None, Amount(4, 4))]
    assert sorted(cloud.records.usage(7, [DAY]), key=str) == sorted(expected, key=str)
    assert cloud.records.usage(7, [DAY], grouping) == expected[:1]
    assert cloud.records.usage(7, [DAY], grouping + "?") == []


def test_groupings_that_find_a_page_full_go_to_the_next_and_stay_there(cloud, outputs, monkeypatch):
    monkeypatch.setattr(usage, "FULL_PAGE", 100)
    monkeypatch.setattr(usage, "SHARDS", 1)
    monkeypatch.setattr(usage, "LANES", 1)
    names = ["a", "b", "c", "d", "e", "a", "c", "e"]
    for output, name in zip(outputs, names, strict=True):
        assert cloud.records.count_usage(output, name, Amount(4, 1))
    pages = [path for path in usage_items(cloud) if DAY in path]
    assert pages == [f"usage/7/{DAY}/0/{number}" for number in range(3)]
    found = {line.grouping: line.amount.encoded for line in cloud.records.usage(7, [DAY])}
    assert found == {"a": 8, "b": 4, "c": 8, "d": 4, "e": 8}
    assert [line.amount.encoded for line in cloud.records.usage(7, [DAY], "e")] == [8]


def test_a_day_of_unlike_groupings_stays_below_what_an_item_holds(cloud, outputs, monkeypatch):
    """400 KB: the longest names, two attributes each. A page is measured as DynamoDB measures it."""
    table = cloud.records.table
    name = "é" * 240
    item = {"size": usage.FULL_PAGE - 1}
    item |= {f"{kind}:{name}{number:04}": 10**20 for kind in "eb" for number in range(usage.FULL_PAGE // 1040)}
    table.put(f"usage/7/{DAY}/{usage._shard('new', outputs[0].id % usage.LANES)}/0", item)
    assert cloud.records.count_usage(outputs[0], "new", Amount(4, 4))
    largest = table.get(f"usage/7/{DAY}/{usage._shard('new', outputs[0].id % usage.LANES)}/0")
    assert sum(len(key.encode()) + 21 for key in largest) < 400_000
    assert "e:new" in largest


def test_outputs_of_one_grouping_spread_over_several_items(cloud, outputs):
    for output in outputs:
        cloud.records.count_usage(output, None, Amount(4, 4))
    assert len([path for path in usage_items(cloud) if DAY in path]) == usage.LANES
    assert len(cloud.records.usage(7, [DAY])) == 1


def test_two_months_are_read_in_few_calls(cloud, monkeypatch):
    calls = []
    table = cloud.records.table
    batch = type(table)._batch
    monkeypatch.setattr(type(table), "_batch", lambda self, keys: calls.append(len(keys)) or batch(self, keys))
    days = [f"2031-{month:02}-{day:02}" for month in (3, 5) for day in range(1, 32)]
    cloud.records.usage(7, days)
    assert len(calls) == 5
    calls.clear()
    cloud.records.usage(7, days, "tv")
    assert len(calls) == 3


def test_when_the_counters_are_too_busy_nothing_is_counted(cloud, outputs, monkeypatch):
    from stepcoder.aws.table import Conflict

    def always_moved(self, actions):
        raise Conflict(reasons=["None", "ConditionalCheckFailed", "None"])

    with monkeypatch.context() as busy:
        busy.setattr(type(cloud.records.table), "transact", always_moved)
        with pytest.raises(TryAgain):
            cloud.records.count_usage(outputs[0], None, Amount(4, 4))
    assert cloud.records.uncounted_outputs([outputs[0].id])
    assert usage_items(cloud) == []


def test_counters_do_not_expire(cloud, outputs):
    cloud.records.count_usage(outputs[0], "tv", Amount(4, 4))
    for path in usage_items(cloud):
        assert "expires_at" not in cloud.records.table.get(path)


def test_an_output_counted_twice_by_different_readers_counts_on_the_day_it_finished(cloud, outputs):
    """Counting late, when its job ends the next day, changes nothing about the day."""
    stale: Output = outputs[0]
    cloud.clock.advance(days=1)
    assert cloud.records.count_usage(stale, None, Amount(4, 4))
    assert [line.day for line in cloud.records.usage(7, [DAY, "2031-04-06"])] == [DAY]
