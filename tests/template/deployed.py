"""The template as plain data, for the tests beside it."""

from __future__ import annotations

from typing import Any

from stepcoder_local.intrinsics import parse
from tests.architecture import house

TEMPLATE = parse((house.ROOT / "template.yaml").read_text())


def resources(kind: str) -> dict[str, dict[str, Any]]:
    """Logical id → properties of the resources of one type, e.g. `AWS::S3::Bucket`."""
    return {name: item["Properties"] for name, item in TEMPLATE["Resources"].items() if item["Type"] == kind}


FUNCTIONS = {
    name: {**TEMPLATE["Globals"]["Function"], **own} for name, own in resources("AWS::Serverless::Function").items()
}
