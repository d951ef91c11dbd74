"""The model of a job on AWS, by hand-made figures."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.lambda_model import Assumptions, Film, Measured, hd_minutes, predict

GIVEN = Assumptions(vcpu_speed=0.5, parallel_efficiency=1.0, encode_megabytes=1769 * 4)
FILM = Film(
    seconds=100, bytes_per_second=1e6, video_tasks=10, video_task_seconds=10, audio_tasks=1, audio_task_seconds=100
)
MEASURED = Measured(video_cpu=2.0, audio_cpu=0.01, package_cpu=0.001, output_bytes=[4e5, 1e5])


def test_the_slowest_task_sets_the_pace() -> None:
    # 10 s of film at 2 CPU s each on 4 processors of half the speed: 10 s, and one for opening and storing.
    assert predict(FILM, MEASURED, GIVEN).steps["encode"] == pytest.approx(2.0 + 11 * 1.5)
    sound = replace(MEASURED, audio_cpu=0.2)
    assert predict(FILM, sound, GIVEN).steps["encode"] == pytest.approx(2.0 + (1 + 100 * 0.2 / 0.5) * 1.5)


def test_more_tasks_than_functions_take_more_rounds() -> None:
    crowded = replace(GIVEN, concurrency=6)
    assert predict(FILM, MEASURED, crowded).steps["encode"] == 2 * predict(FILM, MEASURED, GIVEN).steps["encode"]


def test_time_is_the_sum_of_the_steps_and_cost_of_the_kinds() -> None:
    found = predict(FILM, MEASURED, GIVEN)
    assert found.wall == sum(found.steps.values())
    assert found.cost == sum(found.costs.values())
    assert 0 < found.arm_saving < found.costs["compute"]


def test_compute_is_billed_by_memory_and_time() -> None:
    twice_as_dear = replace(GIVEN, gb_second_x86=2 * GIVEN.gb_second_x86)
    costs = [predict(FILM, MEASURED, given).costs["compute"] for given in (GIVEN, twice_as_dear)]
    assert costs[1] == pytest.approx(2 * costs[0])


def test_the_largest_output_is_packaged_longest() -> None:
    larger = replace(MEASURED, output_bytes=[8e7, 1e5])
    assert predict(FILM, larger, GIVEN).steps["package"] > 100 + GIVEN.cold_start


def test_an_sd_minute_is_half_an_hd_minute() -> None:
    assert hd_minutes(FILM, hd=2, sd=3) == pytest.approx(100 / 60 * 3.5)
