from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from stepcoder_local import cli, running
from stepcoder_local.api_client import ApiClient, ServiceError, problems
from stepcoder_local.encode_command import Request, encode, placed_under, read_outputs
from stepcoder_local.progress_bar import ProgressBar, describe
from stepcoder_local.transfers import inside, references

BASE = "s3://bucket/encode/1/"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ('[{"label": "a"}, {"label": "b"}]', 2),
        ('{"outputs": [{"label": "a"}]}', 1),
        ('{"input": "x", "output": {"label": "a"}}', 1),
        ('{"label": "a"}', 1),
    ],
)
def test_outputs_are_read_in_every_form_the_api_takes(tmp_path: Path, text: str, count: int) -> None:
    path = tmp_path / "outputs.json"
    path.write_text(text)

    outputs = read_outputs(path)

    assert len(outputs) == count
    assert outputs[0]["label"] == "a"


@pytest.mark.parametrize("text", ["[", "[]", "[1]", '"a"'])
def test_senseless_outputs_are_a_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "outputs.json"
    path.write_text(text)

    with pytest.raises(ServiceError, match=r"outputs\.json"):
        read_outputs(path)


@pytest.mark.parametrize(
    ("output", "number", "expected"),
    [
        ({}, 0, {"base_url": BASE, "filename": "film.mp4"}),
        ({}, 1, {"base_url": BASE, "filename": "film-2.mp4"}),
        ({"label": "a/b", "format": "ts"}, 0, {"base_url": BASE, "filename": "a-b.ts"}),
        ({"label": "x", "type": "segmented"}, 0, {"base_url": BASE + "x/", "filename": "x.m3u8"}),
        ({"label": "x", "type": "playlist"}, 0, {"base_url": BASE, "filename": "x.m3u8"}),
        ({"filename": "own.mp4"}, 0, {"base_url": BASE, "filename": "own.mp4"}),
        ({"url": "s3://mine/a.mp4"}, 0, {"url": "s3://mine/a.mp4"}),
        (
            {"url": "s3://mine/a.mp4", "thumbnails": {"number": 1}},
            0,
            {"thumbnails": [{"number": 1, "base_url": BASE + "film-thumbnails/"}]},
        ),
    ],
)
def test_outputs_without_a_place_get_one(output: dict[str, Any], number: int, expected: dict[str, Any]) -> None:
    placed = placed_under(output, BASE, "film", number)

    assert {name: placed[name] for name in expected} == expected


def test_only_a_job_whose_outputs_all_finished_has_no_problems() -> None:
    good = {"state": "finished", "output_media_files": [{"id": 1, "state": "finished"}]}
    bad = {"state": "failed", "output_media_files": [{"id": 1, "state": "failed", "error_message": "It broke."}]}
    cancelled = {"state": "cancelled", "output_media_files": []}

    assert problems(good) == []
    assert problems(bad) == ["Output 1 did not finish: It broke."]
    assert problems(cancelled) == ["The job is cancelled."]


def test_a_lost_input_is_told_once() -> None:
    job = {
        "state": "failed",
        "input_media_file": {"state": "failed", "error_message": "No such file."},
        "output_media_files": [{"id": 1, "state": "no_input"}],
    }

    assert problems(job) == ["The input failed: No such file."]


def test_a_missing_file_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ready = dict.fromkeys(running.Ready.__dataclass_fields__, "x") | {"pid": 1}
    ready |= {"base_url": "http://127.0.0.1:1/api/v2", "s3_endpoint": "http://127.0.0.1:1", "region": "us-east-1"}
    (tmp_path / "service.json").write_text(json.dumps(ready))

    with pytest.raises(ServiceError, match="There is no file"):
        encode(Request(str(tmp_path / "nothing.mp4"), tmp_path / "out", data=tmp_path))


def test_a_service_that_is_not_there_is_a_sentence() -> None:
    with pytest.raises(ServiceError, match="can't be reached"):
        ApiClient("http://127.0.0.1:1/api/v2", "key").progress(1)


def test_a_local_file_needs_a_service_on_this_machine(tmp_path: Path) -> None:
    with pytest.raises(ServiceError, match="give an s3, http or https URL"):
        encode(Request("film.mp4", tmp_path, service="http://127.0.0.1:1/api/v2", key="k"))


def test_errors_end_the_command_with_status_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = cli.main(["encode", "x.mp4", "--service", "http://127.0.0.1:1/api/v2", "--key", "k", "-o", str(tmp_path)])

    assert status == 1
    assert "this machine's files" in capsys.readouterr().err


def test_a_dead_services_file_is_not_believed(tmp_path: Path) -> None:
    ready = dict.fromkeys(running.Ready.__dataclass_fields__, "x") | {"pid": 2**22 + 1}
    (tmp_path / "service.json").write_text(json.dumps(ready))

    assert running.find(tmp_path) is None
    assert running.find(tmp_path / "nowhere") is None


def test_a_playlist_names_its_files() -> None:
    text = '#EXTM3U\n#EXT-X-MAP:URI="init.mp4"\n#EXTINF:6,\nseg-1.m4s\n\nseg-2.m4s\n#EXT-X-ENDLIST\n'

    assert list(references(text)) == ["init.mp4", "seg-1.m4s", "seg-2.m4s"]


@pytest.mark.parametrize("name", ["../a", "a/../../b", ".", ""])
def test_names_that_lead_elsewhere_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError):
        inside(tmp_path, name)


def test_progress_never_goes_back_and_is_not_repeated() -> None:
    stream = io.StringIO()
    with ProgressBar(stream) as bar:
        for percent, note in ((0, "a"), (3, "a"), (50, "a"), (20, "a"), (20, "b"), (100, "b")):
            bar.show(percent, note)

    assert stream.getvalue().splitlines() == ["  0.0 %  a", " 50.0 %  a", " 50.0 %  b", "100.0 %  b"]


@pytest.mark.parametrize(
    ("progress", "expected"),
    [
        ({"state": "finished"}, (100.0, "finished")),
        ({"state": "waiting"}, (0.0, "waiting")),
        (
            {"state": "processing", "progress": 2.5, "input": {"current_event": "Downloading"}, "outputs": []},
            (2.5, "downloading the input"),
        ),
        (
            {
                "state": "processing",
                "progress": 50,
                "outputs": [{"current_event": "Transcoding"}, {"state": "waiting"}, {"current_event": "Transcoding"}],
            },
            (50.0, "2 transcoding, 1 waiting"),
        ),
    ],
)
def test_progress_in_words(progress: dict[str, Any], expected: tuple[float, str]) -> None:
    assert describe(progress) == expected
