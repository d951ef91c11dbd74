"""Playlists must keep RFC 8216's rules whatever lengths, names and labels they are given."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepcoder.playlists.hls import (
    AudioChoice,
    MediaSegment,
    Variant,
    average_bit_rate,
    file_uri,
    master_playlist,
    media_playlist,
    peak_bit_rate,
    quoted,
    target_duration,
    uri_reference,
)

FRAME = Fraction(1001, 30000)
LENGTHS = st.lists(st.fractions(Fraction(1, 100), 20), min_size=1, max_size=40)


def segments(*durations: Fraction | int, size: int = 1000) -> list[MediaSegment]:
    return [MediaSegment(f"f-{number:05d}.ts", Fraction(length), size) for number, length in enumerate(durations, 1)]


def test_a_ts_playlist() -> None:
    assert media_playlist(segments(300 * FRAME, 300 * FRAME, 7 * FRAME)) == (
        "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:11\n#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:VOD\n"
        "#EXT-X-INDEPENDENT-SEGMENTS\n#EXTINF:10.010000,\nf-00001.ts\n#EXTINF:10.010000,\nf-00002.ts\n"
        "#EXTINF:0.233567,\nf-00003.ts\n#EXT-X-ENDLIST\n"
    )


def test_an_fmp4_playlist_names_its_init_segment_and_a_version_that_knows_it() -> None:
    text = media_playlist(segments(4), init_uri="init.mp4")
    assert "#EXT-X-VERSION:7\n" in text and '#EXT-X-MAP:URI="init.mp4"\n' in text


def test_independence_is_claimed_only_if_true() -> None:
    assert "INDEPENDENT" not in media_playlist(segments(4), independent=False)
    assert "INDEPENDENT" not in master_playlist([Variant("a.m3u8", 1)], independent=False)


def test_byte_ranges_raise_the_version() -> None:
    text = media_playlist([MediaSegment("f.ts", Fraction(4), 500, 1000)])
    assert "#EXT-X-VERSION:4\n" in text and "#EXT-X-BYTERANGE:500@1000\nf.ts\n" in text


@given(LENGTHS)
def test_lengths_add_up_to_the_true_length_at_every_segment(lengths: list[Fraction]) -> None:
    total, shown = Fraction(0), Fraction(0)
    found = re.findall(r"#EXTINF:(\d+\.\d{6}),", media_playlist(segments(*lengths)))
    for length, text in zip(lengths, found, strict=True):
        total += length
        shown += Fraction(text)
        assert abs(total - shown) <= Fraction(1, 2_000_000)


@given(LENGTHS, st.sampled_from([2, 3]))
def test_no_segment_is_longer_than_the_target(lengths: list[Fraction], version: int) -> None:
    text = media_playlist(segments(*lengths), version=version)
    found = re.findall(r"#EXTINF:([\d.]+),", text)
    assert all(round(float(length)) <= target_duration(lengths) for length in found)
    assert version == 3 or all("." not in length for length in found)


def test_an_empty_playlist_still_has_a_target() -> None:
    assert "#EXT-X-TARGETDURATION:1\n" in media_playlist([])


def test_a_master_playlist_keeps_the_order_it_is_given() -> None:
    variants = [
        Variant("mid.m3u8", 900_000, 700_000, (640, 360), "avc1.64001e,mp4a.40.2", FRAME**-1),
        Variant("high.m3u8", 5_000_000, resolution=(1920, 1080)),
        Variant("audio.m3u8", 70_000, codecs="mp4a.40.2"),
    ]
    assert master_playlist(variants) == (
        "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-INDEPENDENT-SEGMENTS\n"
        "#EXT-X-STREAM-INF:BANDWIDTH=900000,AVERAGE-BANDWIDTH=700000,RESOLUTION=640x360,"
        'CODECS="avc1.64001e,mp4a.40.2",FRAME-RATE=29.970\nmid.m3u8\n'
        "#EXT-X-STREAM-INF:BANDWIDTH=5000000,RESOLUTION=1920x1080\nhigh.m3u8\n"
        '#EXT-X-STREAM-INF:BANDWIDTH=70000,CODECS="mp4a.40.2"\naudio.m3u8\n'
    )


def test_audio_choices_are_named_by_the_streams_that_use_them() -> None:
    text = master_playlist(
        [Variant("v.m3u8", 1, audio="aac")],
        audio=[AudioChoice("aac", "English", "en", "en.m3u8", default=True), AudioChoice("aac", "Muxed")],
    )
    assert "#EXT-X-VERSION:4\n" in text
    assert (
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="aac",NAME="English",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES,URI="en.m3u8"'
        in text
    )
    assert '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="aac",NAME="Muxed",DEFAULT=NO,AUTOSELECT=YES\n' in text
    assert '#EXT-X-STREAM-INF:BANDWIDTH=1,AUDIO="aac"\n' in text


ANY_TEXT = st.text(st.characters(exclude_categories=()))  # half surrogates too: JSON can hold them


@given(ANY_TEXT, ANY_TEXT.filter(bool), ANY_TEXT)
def test_nothing_a_customer_names_can_add_a_line_or_an_attribute(label: str, path: str, codecs: str) -> None:
    text = master_playlist([Variant(path, 1, codecs=codecs)], audio=[AudioChoice(label, label, None, path)])
    assert text.encode()
    lines = text.splitlines()
    assert len(lines) == 6 and not lines[5].startswith("#")
    assert lines[3].count('"') == 6 and lines[4].count('"') in (0, 2)
    media = media_playlist([MediaSegment(path, Fraction(1))], init_uri=path)
    assert len(media.splitlines()) == 10 and media.count('"') == 2


@pytest.mark.parametrize(
    ("name", "uri"),
    [
        ("film-00001.ts", "film-00001.ts"),
        ("my film #1?.ts", "my%20film%20%231%3F.ts"),
        ("100%.ts", "100%25.ts"),
        ("a:b.ts", "a%3Ab.ts"),
        ("ü.ts", "%C3%BC.ts"),
        ("..", "./.."),
    ],
)
def test_file_names_become_uris(name: str, uri: str) -> None:
    assert file_uri(name) == uri


@pytest.mark.parametrize(
    ("text", "uri"),
    [
        ("https://cdn.example.com/a%20b.m3u8?x=1&y=2#t", "https://cdn.example.com/a%20b.m3u8?x=1&y=2#t"),
        ("../low/index.m3u8", "../low/index.m3u8"),
        ("#EXT-X-ENDLIST", "%23EXT-X-ENDLIST"),
        ("a\nb", "a%0Ab"),
        ('a"b c', "a%22b%20c"),
    ],
)
def test_customer_uris_are_kept_but_for_what_no_uri_may_hold(text: str, uri: str) -> None:
    assert uri_reference(text) == uri
    assert uri_reference(uri) == uri


def test_quotes_and_line_breaks_cannot_end_a_string() -> None:
    assert quoted('say "hi"\r\n#EXT') == "\"say 'hi'  #EXT\""


def test_the_peak_is_that_of_the_busiest_stretch() -> None:
    quiet, busy = segments(10, 10, 10), segments(10, 10, size=4000)
    assert peak_bit_rate([*quiet, *busy]) == 3200
    assert average_bit_rate([*quiet, *busy]) == (3 * 1000 + 2 * 4000) * 8 // 50
    assert average_bit_rate([]) == peak_bit_rate([]) == 0


def test_a_tiny_busy_segment_is_no_peak_by_itself() -> None:
    parts = [*segments(10), MediaSegment("end.ts", Fraction(1, 100), 1000)]
    assert peak_bit_rate(parts) < 2000
