import pytest
from botocore.exceptions import ClientError

from stepcoder.aws import table as table_module
from stepcoder.aws.expressions import absent, equals, less_than
from stepcoder.aws.table import Conflict, Put, Table, Update
from stepcoder.errors import TryAgain
from tests.cloud import at_once


@pytest.fixture
def table(cloud):
    return Table("jobs-table")


def test_an_item_is_read_back_with_its_path(table):
    table.put_new("things/1", {"name": "a", "size": 3, "share": 0.5, "parts": [1, {"deep": None}]})
    assert table.get("things/1") == {
        "path": "things/1",
        "name": "a",
        "size": 3,
        "share": 0.5,
        "parts": [1, {"deep": None}],
    }
    assert table.get("things/2") is None


def test_a_taken_path_is_a_conflict_that_shows_what_is_there(table):
    table.put_new("things/1", {"name": "first"})
    with pytest.raises(Conflict) as caught:
        table.put_new("things/1", {"name": "second"})
    assert caught.value.item == {"path": "things/1", "name": "first"}
    table.put("things/1", {"name": "third"})
    assert table.get("things/1")["name"] == "third"


def test_a_taken_path_may_be_written_over_on_a_condition(table):
    def put(order):
        table.transact([Put(path="things/1", item={"order": order}, over=less_than("order", order))])

    put("b")
    for not_later in ("a", "b"):
        with pytest.raises(Conflict):
            put(not_later)
    put("c")
    assert table.get("things/1")["order"] == "c"


def test_an_update_sets_adds_removes_and_returns_the_item(table):
    table.put_new("things/1", {"name": "a", "old": 1, "count": 2})
    update = Update(path="things/1", set_={"name": "b"}, set_once={"name2": "c"}, add={"count": 3}, remove=["old"])
    assert table.update(update) == {"path": "things/1", "name": "b", "name2": "c", "count": 5}
    assert table.update(Update(path="things/1", set_once={"name2": "d"}))["name2"] == "c"


def test_a_failed_condition_changes_nothing_and_shows_what_is_there(table):
    table.put_new("things/1", {"state": "open"})
    with pytest.raises(Conflict) as caught:
        table.update(Update(path="things/1", set_={"state": "shut"}, when=equals("state", "ajar")))
    assert caught.value.item["state"] == "open"
    with pytest.raises(Conflict) as caught:
        table.update(Update(path="things/2", set_={"state": "shut"}, when=equals("state", "ajar")))
    assert caught.value.item is None


def test_a_transaction_is_all_or_nothing(table):
    table.put_new("things/1", {"state": "open"})
    actions = [
        Put(path="things/2", item={"state": "new"}),
        Update(path="things/1", set_={"state": "shut"}, when=equals("state", "ajar")),
    ]
    with pytest.raises(Conflict) as caught:
        table.transact(actions)
    assert caught.value.reasons == ("None", "ConditionalCheckFailed")
    assert table.get("things/2") is None


def test_any_number_of_items_can_be_read_at_once(table):
    for number in range(0, 230, 2):
        table.put_new(f"things/{number}", {"number": number})
    found = table.get_many(f"things/{number}" for number in [*range(230), 4, 4])
    assert sorted(item["number"] for item in found.values()) == list(range(0, 230, 2))


def test_racing_writers_have_one_winner_and_lose_no_addition(table):
    first = at_once(*[lambda: table.put_new("things/1", {"count": 0}) for _ in range(8)])
    assert [type(result) for result in first].count(Conflict) == 7
    at_once(*[lambda: table.update(Update(path="things/1", add={"count": 1})) for _ in range(12)])
    assert table.get("things/1")["count"] == 12


class Scripted:
    """A client whose calls fail as told before they succeed."""

    def __init__(self, *failures: Exception) -> None:
        self.failures, self.calls = list(failures), 0

    def _next(self, **request):
        self.calls += 1
        if self.failures:
            raise self.failures.pop(0)
        return {}

    update_item = put_item = transact_write_items = get_item = _next


def refused(code: str, status: int = 400, **response) -> ClientError:
    return ClientError(
        {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}, **response}, "TransactWriteItems"
    )


@pytest.fixture
def patient(monkeypatch):
    monkeypatch.setattr(table_module, "_pause", lambda attempt: None)


def test_collisions_between_transactions_are_repeated(patient):
    collision = refused("TransactionCanceledException", CancellationReasons=[{"Code": "TransactionConflict"}])
    client = Scripted(collision, collision)
    Table("t", client).transact([Put(path="a", item={})])
    assert client.calls == 3


def test_an_update_that_meets_a_transaction_is_repeated(patient):
    client = Scripted(refused("TransactionConflictException"))
    assert Table("t", client).update(Update(path="a", set_={"n": 1}, when=absent("n"))) == {}
    assert client.calls == 2


def test_endless_collisions_and_throttling_are_try_again(patient):
    collision = refused("TransactionCanceledException", CancellationReasons=[{"Code": "TransactionConflict"}])
    with pytest.raises(TryAgain):
        Table("t", Scripted(*[collision] * 50)).transact([Put(path="a", item={})])
    with pytest.raises(TryAgain):
        Table("t", Scripted(*[refused("TransactionConflictException")] * 50)).update(Update(path="a", set_={"n": 1}))
    with pytest.raises(TryAgain):
        Table("t", Scripted(refused("ThrottlingException"))).get("a")


def test_a_malformed_transaction_is_not_repeated(patient):
    client = Scripted(refused("TransactionCanceledException", CancellationReasons=[{"Code": "ValidationError"}]))
    with pytest.raises(ClientError):
        Table("t", client).transact([Put(path="a", item={})])
    assert client.calls == 1


class HalfAnswers:
    """A client that answers one key per batch and postpones the rest."""

    def batch_get_item(self, RequestItems):
        (keys,) = (request["Keys"] for request in RequestItems.values())
        rest = {"t": {"Keys": keys[1:]}} if keys[1:] else {}
        return {"Responses": {"t": [keys[0]]}, "UnprocessedKeys": rest}


def test_postponed_keys_are_asked_for_again(patient):
    assert sorted(Table("t", HalfAnswers()).get_many(["a", "b", "c"])) == ["a", "b", "c"]
