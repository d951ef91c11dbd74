"""The files of a job's captions outputs: each fetched once, read, and written in the formats asked for.

It all happens where the plan is made, by the one function that has the parsers; packaging only delivers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache

from stepcoder import runtime
from stepcoder.errors import InputError
from stepcoder.net import redact
from stepcoder.plan.assets import CaptionsFile, Unusable
from stepcoder.plan.planner import OutputWish
from stepcoder.steps.named_files import NamedFiles
from stepcoder.steps.workspace import Workspace, captions_name

# A film of 24 hours has no more; parsers take some seconds for as much.
_MOST_BYTES = 5_000_000


def fetch_captions(
    wanted: Sequence[OutputWish], files: NamedFiles, workspace: Workspace
) -> Mapping[int, CaptionsFile | Unusable]:
    """What every captions output is to deliver, by output id. Raises TryAgain."""
    fetch = cache(lambda url: files.fetch(url, _MOST_BYTES))
    asked = [wish for wish in wanted if wish.caption_url is not None]
    return {wish.output_id: _written(wish, wish.caption_url or "", fetch, workspace) for wish in asked}


def _written(
    wish: OutputWish, url: str, fetch: Callable[[str], bytes], workspace: Workspace
) -> CaptionsFile | Unusable:
    # Loaded here: only this step's layers have the parsers.
    from stepcoder.captions import WRITERS, read_captions

    try:
        captions = read_captions(fetch(url), redact(url))
    except InputError as error:
        runtime.logger().warning(
            "captions unusable", output_id=wish.output_id, error_class=error.error_class, reason=error.message
        )
        return Unusable(error_class=error.error_class, message=error.message)
    name = captions_name(wish.output_id, wish.wishes.container)
    text = WRITERS[wish.wishes.container](captions)
    workspace.objects.put(workspace.bucket, workspace.key(name), text.encode())
    return CaptionsFile(name=name)
