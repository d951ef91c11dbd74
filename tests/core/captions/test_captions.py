"""Captions keep their words, times and styles from any format that is read to any that is written."""

from __future__ import annotations

import time
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from stepcoder.captions import WRITERS, Captions, read_captions
from stepcoder.captions.cues import Cue, Run
from stepcoder.errors import InputError

SHOWN = "https://media.example/en"
WEBVTT = """WEBVTT - a film

NOTE of no account

1
00:01.000 --> 00:00:03.500 align:start position:10%
Hello <i>world</i> &amp; &lt;you&gt;
second line

00:00:04.000 --> 00:00:06.120
Ümläut — dash
"""
SRT = """1
00:00:01,000 --> 00:00:03,500 X1:10 X2:20
Hello <i>world</i> & <you>
<font color="red">{\\an8}second line</font>

2
00:00:04,000 --> 00:00:06,120
Ümläut — dash
"""
DFXP = """<?xml version="1.0" encoding="utf-8"?>
<tt xml:lang="de" xmlns="http://www.w3.org/ns/ttml" xmlns:tts="http://www.w3.org/ns/ttml#styling">
 <body>
  <div>
   <p begin="00:00:01.000" end="00:00:03.500">Hello <span tts:fontStyle="italic">world</span>
      &amp; &lt;you&gt;<br/>second line</p>
   <p begin="4s" dur="2120ms" tts:textAlign="right">Ümläut — dash</p>
  </div>
  <div><p begin="00:00:09.000" end="00:00:10.000">of another div</p></div>
 </body>
</tt>
"""
SAMI = """<SAMI><HEAD><STYLE TYPE="text/css"><!--
P {margin-left: 1pt;}
.DECC {Name: German; lang: de-DE; SAMI_Type: CC;}
.ENCC {Name: English; lang: en-US; SAMI_Type: CC;}
--></STYLE></HEAD><BODY>
<SYNC start="1000"><P class="ENCC">of another language
<P class="DECC">Hello <i>world</i> &amp; &lt;you&gt;<br>second line
<SYNC start="3500"><P class="DECC">&nbsp;
<SYNC start="4000"><P class="DECC">Ümläut — dash
<SYNC start="6120"><P class="DECC">&nbsp;
</BODY></SAMI>
"""
WORDS = [(1000, 3500, ["Hello world & <you>", "second line"]), (4000, 6120, ["Ümläut — dash"])]
SOURCES = {"webvtt": WEBVTT, "srt": SRT, "dfxp": DFXP, "sami": SAMI}


def words(captions: Captions) -> list[tuple[int, int, list[str]]]:
    return [(cue.start, cue.end, ["".join(run.text for run in line) for line in cue.lines]) for cue in captions.cues]


def read(text: str) -> Captions:
    return read_captions(text.encode(), SHOWN)


@pytest.mark.parametrize("name", SOURCES)
def test_words_times_and_lines_are_read(name: str) -> None:
    """Of DFXP the first div, of SAMI the first language."""
    captions = read(SOURCES[name])
    assert words(captions) == WORDS
    italic = [run.text for cue in captions.cues for line in cue.lines for run in line if run.italic]
    assert italic == ["world"]
    assert captions.language == {"dfxp": "de", "sami": "de-DE"}.get(name)


@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.parametrize("written", ["webvtt", "dfxp"])
def test_what_is_written_says_the_same(name: str, written: str) -> None:
    captions = read(SOURCES[name])
    again = read(WRITERS[written](captions))
    assert words(again) == WORDS
    assert [cue.lines[0][-1].italic for cue in again.cues] == [cue.lines[0][-1].italic for cue in captions.cues]


@pytest.mark.parametrize("name", SOURCES)
def test_scc_says_the_same_within_its_means(name: str) -> None:
    """Times on frames; a cue that follows at once is late by what its bytes take."""
    again = words(read(WRITERS["scc"](read(SOURCES[name]))))
    assert [lines for _, _, lines in again] == [lines for _, _, lines in WORDS]
    for (start, end, _), (wanted_start, wanted_end, _) in zip(again, WORDS, strict=True):
        assert wanted_start - 120 <= start <= wanted_start + 350
        assert wanted_end - 70 <= end <= wanted_end + 70


def test_scc_shows_what_it_has_of_every_character() -> None:
    text = "naïve Ñandú ♪ ½ “quoted” 日本"
    (cue,) = read(WRITERS["scc"](Captions((Cue(2000, 4000, ((Run(text),),)),)))).cues
    assert "".join(run.text for run in cue.lines[0]) == "naïve Ñandú ♪ ½ “quoted” ??"


def test_long_lines_are_folded_for_scc() -> None:
    text = " ".join(["word"] * 12)
    (cue,) = read(WRITERS["scc"](Captions((Cue(2000, 9000, ((Run(text),),)),)))).cues
    lines = ["".join(run.text for run in line) for line in cue.lines]
    assert " ".join(lines) == text and max(map(len, lines)) <= 32


def test_alignment_of_dfxp_is_kept() -> None:
    captions = read(DFXP)
    assert [cue.align for cue in captions.cues] == [None, "right"]
    assert "00:00:04.000 --> 00:00:06.120 align:right\n" in WRITERS["webvtt"](captions)
    assert [cue.align for cue in read(WRITERS["dfxp"](captions)).cues] == [None, "right"]


def test_styles_are_kept_within_each_other() -> None:
    captions = read("WEBVTT\n\n00:01.000 --> 00:02.000\n<b>bold <i>both</i></b> <u>line</u></i> plain\n")
    (cue,) = captions.cues
    styles = [(run.text.strip(), run.bold, run.italic, run.underline) for run in cue.lines[0] if run.text.strip()]
    assert styles == [("bold", 1, 0, 0), ("both", 1, 1, 0), ("line", 0, 0, 1), ("plain", 0, 0, 0)]
    assert "<b><i>both</i></b>" in WRITERS["webvtt"](captions) or "<i><b>" in WRITERS["webvtt"](captions)


def test_text_can_not_end_a_cue_or_open_a_tag() -> None:
    lines = ((Run("a --> b"),), (Run("<i>&amp;</i>"),))
    captions = Captions((Cue(0, 1000, lines),), "x\" y='")
    for name in ("webvtt", "dfxp"):
        assert words(read(WRITERS[name](captions))) == [(0, 1000, ["a --> b", "<i>&amp;</i>"])]
    root = ElementTree.fromstring(WRITERS["dfxp"](captions))  # noqa: S314 - just written
    assert root.attrib["{http://www.w3.org/XML/1998/namespace}lang"] == "x\" y='"


def test_cues_come_in_order_and_those_nobody_would_see_are_left_out() -> None:
    times = ["00:05.000 --> 00:06.000", "00:01.000 --> 00:02.000", "00:03.000 --> 00:03.000", "00:04.000 --> 00:03.000"]
    captions = read("WEBVTT\n\n" + "\n\n".join(f"{time}\nwords" for time in times))
    assert [cue.start for cue in captions.cues] == [1000, 5000]
    assert all(one.start <= other.start for one, other in pairwise(captions.cues))


def test_long_films_have_hours() -> None:
    captions = read("1\n123:59:59,5 --> 124:00:01,25\nlate\n")
    assert words(captions) == [(446_399_500, 446_401_250, ["late"])]
    assert "123:59:59.500 --> 124:00:01.250" in WRITERS["webvtt"](captions)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_other_encodings_are_told_by_their_bytes(encoding: str) -> None:
    assert words(read_captions(SRT.encode(encoding), SHOWN)) == WORDS


def test_elements_may_carry_a_prefix() -> None:
    text = (
        '<tt:tt xmlns:tt="http://www.w3.org/ns/ttml"><tt:body><tt:div>'
        '<tt:p begin="00:00:01.000" end="00:00:02.000">one<tt:br/>two</tt:p></tt:div></tt:body></tt:tt>'
    )
    assert words(read(text)) == [(1000, 2000, ["one", "two"])]


@pytest.mark.parametrize("data", [b"", b"<html><body>Not here</body></html>", b"\x89PNG\r\n\x1a\n", b"1\n2\n3\n"])
def test_what_is_no_captions_file_is_said_to_be_none(data: bytes) -> None:
    with pytest.raises(InputError, match=f"{SHOWN} is no captions file") as caught:
        read_captions(data, SHOWN)
    assert caught.value.error_class == "InvalidDownloadedFileTypeError"


@pytest.mark.parametrize(
    "text",
    [
        "WEBVTT\n",
        "WEBVTT\n\nsoon --> later\nwords",
        "WEBVTT\n\n00:01.000 --> 00:01.000\nnever seen",
        "Scenarist_SCC V1.0\n\n",
        "Scenarist_SCC V1.0\n\nnonsense\t94ae",
        "<tt></tt>",
        "<tt><body><div><p>words without time</p></div></body></tt>",
        "<SAMI><BODY><SYNC><P>words without time</BODY></SAMI>",
    ],
)
def test_a_damaged_or_empty_one_is_unreadable(text: str) -> None:
    with pytest.raises(InputError, match=SHOWN) as caught:
        read(text)
    assert caught.value.error_class == "UnreadableFileError"


@pytest.mark.parametrize("declared", ['a "boom"', 'a SYSTEM "file:///etc/passwd"', 'a PUBLIC "a" "http://127.0.0.1/"'])
def test_entities_are_refused(declared: str) -> None:
    text = f"<!DOCTYPE tt [<!ENTITY {declared}>]>" + DFXP.partition("?>")[2].replace("second line", "&a;")
    with pytest.raises(InputError):
        read(text)
    assert words(read("<!DOCTYPE tt>" + DFXP.partition("?>")[2])) == WORDS


def test_more_sami_than_can_be_read_in_time_is_refused() -> None:
    with pytest.raises(InputError, match="of SAMI 1000000 characters are read at most"):
        read(SAMI + " " * 1_000_000)


def test_the_captions_of_a_long_film_are_read_in_seconds() -> None:
    cues = tuple(Cue(i * 1000, i * 1000 + 900, ((Run(f"number {i}"),),)) for i in range(5000))
    began = time.monotonic()
    for name in ("webvtt", "dfxp"):
        assert len(read(WRITERS[name](Captions(cues))).cues) == 5000
    assert time.monotonic() - began < 10
