"""When a film is made anew."""

from __future__ import annotations

from dataclasses import replace

from benchmarks.films import feature, fingerprint, short_clip


def test_a_film_is_made_anew_when_recipe_or_ffmpeg_change() -> None:
    recipe = feature(180)
    changed = [replace(recipe, options=(*recipe.options, "-bf", "2")), feature(60), short_clip(180)]
    found = {fingerprint(each, "ffmpeg-9") for each in (recipe, *changed)} | {fingerprint(recipe, "bin/ffmpeg-10")}
    assert len(found) == 5
    assert fingerprint(recipe, "a/ffmpeg-9") == fingerprint(recipe, "b/ffmpeg-9")
