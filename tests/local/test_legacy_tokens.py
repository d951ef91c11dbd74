"""Whether tokens that never expire are taken: from the command line to the functions' environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from stepcoder_local import template
from stepcoder_local.cli import parser

TEMPLATE = Path(__file__).resolve().parents[2] / "template.yaml"


@pytest.mark.parametrize(("words", "asked"), [(["serve"], False), (["serve", "--legacy-tokens"], True)])
def test_the_command_line_asks_for_them(words: list[str], asked: bool) -> None:
    assert parser().parse_args(words).legacy_tokens is asked


@pytest.mark.parametrize("given", ["yes", "no"])
def test_the_functions_are_told(given: str) -> None:
    declared = template.load(TEMPLATE, "http://127.0.0.1:1", LegacyTokens=given)
    assert declared.functions["EncoderFunction"].environment["STEPCODER_LEGACY_TOKENS"] == given
    assert declared.functions["FilesFunction"].environment["STEPCODER_LEGACY_TOKENS"] == given
