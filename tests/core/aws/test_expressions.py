from stepcoder.aws.expressions import (
    Placeholders,
    absent,
    condition_text,
    equals,
    exists,
    less_than,
    one_of,
    update_text,
)


def test_conditions_nest_and_reuse_names():
    placeholders = Placeholders()
    condition = one_of("state", {"waiting", "queued"}) & (absent("event") | less_than("event", 3))
    text = condition_text(condition, placeholders)
    assert text == "(#n0 IN (:v0, :v1) AND (attribute_not_exists(#n1) OR #n1 < :v2))"
    assert placeholders.names == {"#n0": "state", "#n1": "event"}
    assert placeholders.values == {":v0": {"S": "queued"}, ":v1": {"S": "waiting"}, ":v2": {"N": "3"}}


def test_a_condition_without_values_sends_no_empty_map():
    placeholders = Placeholders()
    assert condition_text(exists("path"), placeholders) == "attribute_exists(#n0)"
    assert placeholders.as_arguments() == {"ExpressionAttributeNames": {"#n0": "path"}}


def test_an_update_names_each_verb_once():
    placeholders = Placeholders()
    text = update_text(placeholders, set_={"a": 1, "b": 2}, add={"n": 3}, remove=["x", "y"], set_once={"once": 4})
    assert text == ("SET #n0 = :v0, #n1 = :v1, #n2 = if_not_exists(#n2, :v2) ADD #n3 :v3 REMOVE #n4, #n5")


def test_update_and_condition_share_their_placeholders():
    placeholders = Placeholders()
    update_text(placeholders, set_={"state": "failed"}, add={}, remove=[], set_once={})
    assert condition_text(equals("state", "waiting"), placeholders) == "#n0 = :v1"
