"""The embedded DynamoDB keeps DynamoDB's promises when many call at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import Item
from moto.dynamodb.models.table import Table

from stepcoder_local import transactions
from stepcoder_local.cloud import Cloud

CLIENTS = 8
ROUNDS = 25


@pytest.fixture
def items(cloud: Cloud) -> Iterator[Any]:
    client = cloud.client("dynamodb")
    client.create_table(
        TableName="shared",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "path", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "path", "KeyType": "HASH"}],
    )
    yield client
    client.delete_table(TableName="shared")


def at_once(run: Callable[[int], None]) -> None:
    threads = [threading.Thread(target=run, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def add(items: Any, path: str) -> int:
    answer = items.update_item(
        TableName="shared",
        Key={"path": {"S": path}},
        UpdateExpression="ADD n :one",
        ExpressionAttributeValues={":one": {"N": "1"}},
        ReturnValues="ALL_NEW",
    )
    return int(answer["Attributes"]["n"]["N"])


def put(path: str, **more: Any) -> dict[str, Any]:
    return {"Put": {"TableName": "shared", "Item": {"path": {"S": path}}, **more}}


def only_new(path: str) -> dict[str, Any]:
    return put(path, ConditionExpression="attribute_not_exists(#p)", ExpressionAttributeNames={"#p": "path"})


def found(items: Any) -> dict[str, Any]:
    return {item["path"]["S"]: item for item in items.scan(TableName="shared")["Items"]}


def test_a_counter_is_never_told_twice(items: Any) -> None:
    told: list[int] = []
    at_once(lambda _: told.extend(add(items, "counter") for _ in range(ROUNDS)))
    assert sorted(told) == list(range(1, CLIENTS * ROUNDS + 1))


def test_of_many_that_want_a_place_one_gets_it(items: Any) -> None:
    won: list[int] = []

    def want(number: int) -> None:
        for each in range(ROUNDS):
            try:
                items.transact_write_items(TransactItems=[only_new(f"place {each}"), put(f"{number} {each}")])
                won.append(each)
            except items.exceptions.TransactionCanceledException:
                continue

    at_once(want)
    assert sorted(won) == list(range(ROUNDS))
    assert len(found(items)) == 2 * ROUNDS


def test_a_transaction_that_fails_takes_nothing_of_others_with_it(items: Any) -> None:
    items.put_item(TableName="shared", Item={"path": {"S": "taken"}})
    stop = threading.Event()

    def fail() -> None:
        while not stop.is_set():
            with pytest.raises(ClientError):
                items.transact_write_items(TransactItems=[put("x"), only_new("taken")])

    failing = threading.Thread(target=fail)
    failing.start()
    at_once(lambda number: [add(items, f"kept {number}") for _ in range(ROUNDS)] and None)
    stop.set()
    failing.join()
    assert {path: item["n"]["N"] for path, item in found(items).items() if "n" in item} == {
        f"kept {number}": str(ROUNDS) for number in range(CLIENTS)
    }


def test_a_transaction_that_fails_leaves_every_item_as_it_was(items: Any) -> None:
    items.put_item(TableName="shared", Item={"path": {"S": "old"}, "n": {"N": "1"}, "m": {"M": {"a": {"S": "b"}}}})
    items.put_item(TableName="shared", Item={"path": {"S": "gone"}})
    before = found(items)
    key = {"TableName": "shared", "Key": {"path": {"S": "old"}}}
    values = {":text": {"S": "c"}, ":number": {"N": "5"}}
    change = {**key, "UpdateExpression": "SET m.a = :text ADD n :number", "ExpressionAttributeValues": values}
    delete = {"TableName": "shared", "Key": {"path": {"S": "gone"}}}
    check = {
        "TableName": "shared",
        "Key": {"path": {"S": "nowhere"}},
        "ConditionExpression": "attribute_exists(#p)",
        "ExpressionAttributeNames": {"#p": "path"},
    }
    with pytest.raises(items.exceptions.TransactionCanceledException) as cancelled:
        items.transact_write_items(
            TransactItems=[{"Update": change}, {"Delete": delete}, put("new"), {"ConditionCheck": check}]
        )
    reasons = [reason["Code"] for reason in cancelled.value.response["CancellationReasons"]]
    assert reasons == ["None", "None", "None", "ConditionalCheckFailed"]
    assert found(items) == before


def test_a_transaction_copies_what_it_touches_and_nothing_else(items: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(30):
        items.put_item(TableName="shared", Item={"path": {"S": f"other {number}"}})
    copied: list[Item] = []
    copy = Item.__deepcopy__
    monkeypatch.setattr(Item, "__deepcopy__", lambda item, memo: copied.append(item) or copy(item, memo))
    items.transact_write_items(TransactItems=[put("other 1"), put("new"), only_new("newer")])
    assert len(copied) <= 3


def test_afterwards_moto_has_its_own_again(items: Any) -> None:
    transactions.uninstall()
    try:
        assert DynamoDBBackend.transact_write_items is transactions._moto_transact
        assert "__deepcopy__" not in vars(Table)
        transactions.uninstall()
    finally:
        transactions.install()
