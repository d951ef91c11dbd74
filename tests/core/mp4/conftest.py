"""Films are encoded once per session: encoding them is the slow part."""

from __future__ import annotations

import pytest

from tests.core.mp4.films import Film, make_film


@pytest.fixture(scope="session", params=["ntsc", "pal", "short-tail", "no-b-frames"])
def film(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Film:
    directory = tmp_path_factory.mktemp(request.param)
    if request.param == "ntsc":
        return make_film(directory, "30000/1001", [0, 40, 80, 107])
    if request.param == "pal":
        return make_film(directory, "25", [0, 30, 60, 83], own_timeline=True)
    if request.param == "short-tail":  # one frame: ffmpeg writes another edit list than for the chunks before
        return make_film(directory, "24000/1001", [0, 30, 60, 61])
    return make_film(directory, "30", [0, 40, 80, 100], b_frames=0)


@pytest.fixture(scope="session")
def ntsc(tmp_path_factory: pytest.TempPathFactory) -> Film:
    return make_film(tmp_path_factory.mktemp("one"), "30000/1001", [0, 40, 80, 107])
