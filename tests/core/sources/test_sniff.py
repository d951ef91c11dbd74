from __future__ import annotations

import pytest

from stepcoder.errors import InputError
from stepcoder.sources import refuse_non_media, sniff
from tests.core.sources.fakes import FakeSource

MP4 = b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41"


@pytest.mark.parametrize(
    "first",
    [
        MP4,
        b"\x1a\x45\xdf\xa3\x01\x00\x00\x00",
        b"G@\x00\x10\x00\x00\xb0\r\x00\x01\xc1",
        b"RIFF\x24\x08\x00\x00WAVEfmt ",
        b"FLV\x01\x05\x00\x00\x00\x09",
        b"ID3\x03\x00\x00\x00\x00\x00\x00",
        b"\xff\xfb\x90\x44\x00",
        b"OggS\x00\x02",
        b"fLaC\x00\x00\x00\x22",
        b"YUV4MPEG2 W320 H240 F25:1 Ip A1:1 C420\nFRAME\n",
        b"[Script Info]\nTitle: x",
    ],
)
@pytest.mark.parametrize("content_type", [None, "video/mp4", "text/plain"])
def test_media_passes_whatever_the_label(first: bytes, content_type: str | None) -> None:
    sniff(first, content_type)


def test_binary_media_passes_even_with_a_html_label() -> None:
    sniff(MP4, "text/html; charset=utf-8")


@pytest.mark.parametrize(
    "first",
    [
        b"#EXTM3U\n#EXT-X-VERSION:3\n",
        b"\xef\xbb\xbf#EXTM3U\n",
        b"\n #EXTM3U\n",
        b"ffconcat version 1.0\nfile /etc/passwd\n",
        b"<?xml version='1.0'?>\n<MPD xmlns='urn:mpeg:dash:schema:mpd:2011'>",
        b"<mpd:MPD xmlns:mpd='x'>",
        b"<smil><body/></smil>",
        b"<?xml version='1.0'?><smil xmlns='http://www.w3.org/ns/SMIL'>",
        b"<SmoothStreamingMedia MajorVersion='2'>",
        b"[playlist]\nFile1=http://10.0.0.1/\n",
        b"[Reference]\r\nRef1=http://10.0.0.1/\r\n",
        b"<ASX version='3.0'>",
        b"<?wpl version='1.0'?>",
        b"<?quicktime type='application/x-quicktime-media-link'?>",
        b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\n",
        b"RTSPtextRTSP://host/film",
        b"http://10.0.0.1/film\n",
        b"file:///etc/passwd\n",
        b"# VobSub index file, v7\n",
        b"\xff\xfe" + "#EXTM3U\n".encode("utf-16-le"),
    ],
)
def test_files_that_point_elsewhere_are_refused(first: bytes) -> None:
    with pytest.raises(InputError) as caught:
        sniff(first, "video/mp4")
    assert caught.value.error_class == "UnsupportedEncodingError"


@pytest.mark.parametrize(
    ("first", "content_type"),
    [
        (b"<!DOCTYPE html><html>", "text/html"),
        (b"<!doctype HTML>\n", "video/mp4"),
        (b"  \n<html lang=en>", None),
        (b"<!-- hello --><html>", None),
        (b"<head><title>Login</title>", "application/octet-stream"),
        (b"<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>", "application/xml"),
        (b"<rss version='2.0'>", None),
        (b'{"error":"not found"}', "application/json"),
        (b'[{"a":1}]', None),
        (b"{}", None),
        (b"Not Found", "text/html"),
    ],
)
def test_pages_and_documents_are_refused(first: bytes, content_type: str | None) -> None:
    with pytest.raises(InputError) as caught:
        sniff(first, content_type)
    assert caught.value.error_class == "InvalidDownloadedFileTypeError"


def test_an_empty_file_has_no_media() -> None:
    with pytest.raises(InputError) as caught:
        refuse_non_media(FakeSource(b""))
    assert caught.value.error_class == "NoMediaError"


def test_a_source_is_judged_by_its_beginning() -> None:
    source = FakeSource(MP4 + b"\x00" * 100_000)
    refuse_non_media(source)
    assert source.reads == [(0, 4096)]
