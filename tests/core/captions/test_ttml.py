"""DFXP as it is written in the wild: ways to write times, styles by reference, other namespaces."""

from __future__ import annotations

import pytest

from stepcoder.captions.cues import Run
from stepcoder.captions.ttml import BadCaptions, read_ttml

TTS = 'xmlns:tts="http://www.w3.org/2006/10/ttaf1#styling"'


def paragraph(attributes: str, words: str = "words", root: str = "", head: str = "") -> str:
    return f"<tt {root} {TTS}><head>{head}</head><body><div><p {attributes}>{words}</p></div></body></tt>"


@pytest.mark.parametrize(
    ("begin", "milliseconds"),
    [
        ("00:00:01", 1000), ("00:00:01.5", 1500), ("100:00:00.25", 360_000_250), ("00:00:01:15", 1500),
        ("2h", 7_200_000), ("1.5m", 90_000), (" 3s ", 3000), ("250ms", 250), ("45f", 1500), ("7t", 7000),
    ],
)  # fmt: skip
def test_times_are_read_in_every_way_of_ttml(begin: str, milliseconds: int) -> None:
    (cue,) = read_ttml(paragraph(f'begin="{begin}" dur="1s"')).cues
    assert (cue.start, cue.end) == (milliseconds, milliseconds + 1000)


@pytest.mark.parametrize(
    ("root", "begin", "milliseconds"),
    [
        ('ttp:frameRate="25" xmlns:ttp="http://www.w3.org/ns/ttml#parameter"', "00:00:01:05", 1200),
        ('frameRate="30" frameRateMultiplier="1000 1001"', "30f", 1001),
        ('tickRate="10000000"', "15000000t", 1500),
        ('frameRate="25"', "50t", 2000),
    ],
)
def test_rates_are_the_file_s(root: str, begin: str, milliseconds: int) -> None:
    (cue,) = read_ttml(paragraph(f'begin="{begin}" end="9999s"', root=root)).cues
    assert cue.start == milliseconds


@pytest.mark.parametrize(
    "attributes", ['begin="soon" end="2s"', 'begin="1s"', 'begin="1s" end="2x"', 'begin="1" end="2s"']
)
def test_times_that_are_none_are_not_guessed(attributes: str) -> None:
    with pytest.raises(BadCaptions):
        read_ttml(paragraph(attributes))


@pytest.mark.parametrize("root", ['frameRate="0"', 'frameRate="x"', 'tickRate="-1"', 'frameRateMultiplier="1 0"'])
def test_rates_that_are_none_neither(root: str) -> None:
    with pytest.raises(BadCaptions):
        read_ttml(paragraph('begin="1s" end="2s"', root=root))


def test_styles_come_from_the_element_its_style_and_what_it_is_in() -> None:
    head = (
        '<styling><style xml:id="s" tts:fontStyle="italic" tts:textAlign="right"/>'
        '<style xml:id="b" tts:fontWeight="bold"/></styling>'
    )
    words = (
        'a<span tts:fontStyle="normal" style="b">b<span tts:textDecoration="underline">c</span></span>'
        "<metadata>x</metadata>d"
    )
    (cue,) = read_ttml(paragraph('begin="1s" end="2s" style="s nothing"', words, head=head)).cues
    assert cue.align == "right"
    assert [run for run in cue.lines[0] if run.text] == [
        Run("a", italic=True),
        Run("b", bold=True),
        Run("c", bold=True, underline=True),
        Run("d", italic=True),
    ]


def test_no_div_and_no_language_are_no_captions_and_no_language() -> None:
    assert read_ttml("<tt><body/></tt>").cues == ()
    assert read_ttml(paragraph('begin="1s" end="2s"')).language is None
    assert read_ttml(paragraph('begin="1s" end="2s"', root='xml:lang="pt-BR"')).language == "pt-BR"


@pytest.mark.parametrize("text", ["", "<tt>", "<html/>", "no XML"])
def test_what_is_no_dfxp(text: str) -> None:
    with pytest.raises(BadCaptions):
        read_ttml(text)
