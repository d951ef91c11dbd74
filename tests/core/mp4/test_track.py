"""What an init segment says about its track."""

from __future__ import annotations

import pytest

from stepcoder.mp4.boxes import box
from stepcoder.mp4.errors import JoinError
from stepcoder.mp4.fragments import FragmentIndex
from stepcoder.mp4.track import Track
from tests.core.mp4.films import Film
from tests.core.mp4.tracks import edit_list, made_moov


def test_facts_of_real_tracks(ntsc: Film) -> None:
    video, audio = FragmentIndex.of_file(ntsc.chunks[0]).track, FragmentIndex.of_file(ntsc.whole_audio).track
    assert (video.is_video, video.timescale, video.width >> 16, video.height >> 16) == (True, 30000, 160, 120)
    assert video.media_time == 2002  # two frames of delay before the first B-frame can be shown
    assert (audio.is_video, audio.timescale, audio.media_time) == (False, 48000, 0)


def test_empty_time_before_the_edit_is_a_later_start() -> None:
    # 500 ticks of the movie's 1000 per second.
    assert Track.from_moov(made_moov(b"vide", 30000, edit_list((500, -1), (0, 2002)))).media_time == 2002 - 15000


def test_several_edits_are_refused() -> None:
    with pytest.raises(JoinError, match="several edits"):
        Track.from_moov(made_moov(b"vide", 30000, edit_list((500, 0), (500, 100))))


def test_tracks_of_other_kinds_are_refused() -> None:
    with pytest.raises(JoinError, match="subt"):
        Track.from_moov(made_moov(b"subt", 1000))


def test_a_clock_without_ticks_is_refused() -> None:
    with pytest.raises(JoinError, match="clock"):
        Track.from_moov(made_moov(b"vide", 0))


def test_a_moov_without_track_is_refused() -> None:
    with pytest.raises(JoinError, match="holds 0"):
        Track.from_moov(box(b"moov"))


def test_what_does_not_match_is_named() -> None:
    one = Track.from_moov(made_moov(b"vide", 30000))
    one.must_match(Track.from_moov(made_moov(b"vide", 30000)), "b")
    for moov, what in (
        (made_moov(b"vide", 25000), "timescale"),
        (made_moov(b"soun", 30000), "handler"),
        (made_moov(b"vide", 30000, codec=b"else"), "stsd"),
    ):
        with pytest.raises(JoinError, match=f"b can't be joined.*{what} differs"):
            one.must_match(Track.from_moov(moov), "b")
