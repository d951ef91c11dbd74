from __future__ import annotations

from stepcoder.process.progress import Progress, ProgressParser

BLOCK = (
    b"frame=120\nfps=59.9\nstream_0_0_q=28.0\nbitrate=1200.5kbits/s\ntotal_size=262192\nout_time_us=4000000\n"
    b"out_time_ms=4000000\nout_time=00:00:04.000000\ndup_frames=0\ndrop_frames=0\nspeed=1.99x\nprogress=continue\n"
)


def test_reads_a_block() -> None:
    assert ProgressParser().feed(BLOCK) == Progress(120, 4_000_000, 262_192, 1.99, False)


def test_blocks_may_come_in_pieces() -> None:
    parser = ProgressParser()
    seen = [parser.feed(BLOCK[position : position + 1]) for position in range(len(BLOCK))]
    assert [progress for progress in seen if progress] == [Progress(120, 4_000_000, 262_192, 1.99, False)]
    assert seen[-1] is not None


def test_the_newest_of_several_blocks_counts() -> None:
    later = BLOCK.replace(b"frame=120", b"frame=240").replace(b"continue", b"end")
    assert ProgressParser().feed(BLOCK + later) == Progress(240, 4_000_000, 262_192, 1.99, True)


def test_what_ffmpeg_does_not_know_yet_is_nought() -> None:
    block = b"frame=  0\nout_time_us=N/A\ntotal_size=N/A\nspeed=N/A\nprogress=continue\n"
    assert ProgressParser().feed(block) == Progress()
    assert ProgressParser().feed(b"out_time_us=-21333\nspeed=   2x\nprogress=continue\n") == Progress(speed=2.0)
