from __future__ import annotations

from typing import Any

import pytest

from stepcoder_local.intrinsics import Resolver, TemplateError, parse


def resolver(text: str = "Resources: {}", **parameters: str) -> Resolver:
    given = {"AWS::Region": "us-east-1", **parameters}
    return Resolver(parse(text), given, lambda name: f"<{name}>", lambda name, part: f"<{name}.{part}>")


@pytest.mark.parametrize(
    ("yaml", "expected"),
    [
        ("!Ref Table", "<Table>"),
        ("!Ref AWS::Region", "us-east-1"),
        ("!GetAtt Table.Arn", "<Table.Arn>"),
        ("!GetAtt [Table, Arn]", "<Table.Arn>"),
        ('!Sub "${AWS::Region}/${Table}/${Table.Arn}/${!Literal}"', "us-east-1/<Table>/<Table.Arn>/${Literal}"),
        ('!Sub ["${a}-${Table}", {a: !Ref Stage}]', "prod-<Table>"),
        ('!Join [",", [a, !Ref Stage]]', "a,prod"),
        ("!If [IsProd, big, small]", "big"),
        ("!If [IsTest, big, small]", "small"),
        ('!Select [1, !Split [",", "a,b"]]', "b"),
        ("!FindInMap [Sizes, !Ref Stage, Memory]", 7),
        ("!Base64 hi", "aGk="),
        ('{"Fn::Sub": "${Table}"}', "<Table>"),
        ("[a, !If [IsTest, b, !Ref AWS::NoValue]]", ["a"]),
        ("{a: 1, b: !If [IsTest, b, !Ref AWS::NoValue]}", {"a": 1}),
    ],
)
def test_functions_are_evaluated(yaml: str, expected: Any) -> None:
    text = """
    Conditions:
      IsProd: !Equals [!Ref Stage, prod]
      IsTest: !And [!Not [!Condition IsProd], !Or [!Equals [1, 1], !Equals [1, 2]]]
    Mappings: {Sizes: {prod: {Memory: 7}}}
    """
    found = resolver(text, Stage="prod")

    assert found.resolve(parse(f"value: {yaml}")["value"]) == expected


def test_an_unknown_function_is_refused() -> None:
    with pytest.raises(TemplateError, match="Fn::ImportValue"):
        resolver().resolve(parse("value: !ImportValue other")["value"])


def test_yaml_cannot_make_python_objects() -> None:
    with pytest.raises(Exception, match=r"could not determine|constructor"):
        parse("value: !!python/object/apply:os.getcwd []")
