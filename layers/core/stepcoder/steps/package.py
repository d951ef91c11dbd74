"""Package: one output from its stored pieces to its destination. What each kind does: the pack_* modules beside."""

from __future__ import annotations

from collections.abc import Callable

from stepcoder import runtime
from stepcoder.errors import Cancelled, EncodingError, OutputError
from stepcoder.mp4.errors import JoinError
from stepcoder.plan.model import OutputPlan, Plan
from stepcoder.records.store import Records, records
from stepcoder.states import TERMINAL_OUTPUT
from stepcoder.steps.delivery import Delivery
from stepcoder.steps.failing import fail_output
from stepcoder.steps.fallback import deliver_somewhere
from stepcoder.steps.pack_captions import pack_captions
from stepcoder.steps.pack_file import pack_file
from stepcoder.steps.pack_playlist import pack_playlist
from stepcoder.steps.pack_segments import pack_segments
from stepcoder.steps.variant import variant_of
from stepcoder.steps.workspace import Result, Workspace, package_result

_KINDS: dict[str, Callable[[Plan, OutputPlan, Delivery], Result]] = {
    "standard": pack_file,
    "segmented": pack_segments,
    "playlist": pack_playlist,
    "captions": pack_captions,
}


def package_output(job_id: int, output_id: int) -> dict[str, str]:
    """Deliver an output; the outcome is done, failed or stopped. Raises TryAgain where a retry may help."""
    workspace, store = Workspace(job_id), records()
    if workspace.result(package_result(output_id)) is not None:
        return {"outcome": "done"}
    plan = workspace.plan()
    output = plan.output(output_id)
    store.move_output(output_id, "uploading", event="Uploading")
    if store.output(output_id).state in TERMINAL_OUTPUT:
        return {"outcome": "stopped"}
    try:
        result = deliver_somewhere(output, lambda placed: _deliver(workspace, store, plan, placed))
    except Cancelled:
        return {"outcome": "stopped"}
    except JoinError as error:
        runtime.logger().error("pieces don't join", job_id=job_id, output_id=output_id, reason=str(error))
        sentence = "The encoded parts do not fit together: the source's timestamps are damaged."
        fail_output(store, output_id, OutputError("TranscodingError", sentence))
        return {"outcome": "failed"}
    except EncodingError as error:
        fail_output(store, output_id, error)
        return {"outcome": "failed"}
    workspace.save_result(package_result(output_id), {**result, "variant": variant_of(plan, output, result)})
    return {"outcome": "done"}


def _deliver(workspace: Workspace, store: Records, plan: Plan, output: OutputPlan) -> Result:
    """To one place. Where that fails, nothing stays there."""
    stills = [plan.thumbnail_set(name) for name in output.thumbnails]
    delivery = Delivery(workspace, store, output, stills)
    try:
        return _KINDS[output.kind](plan, output, delivery)
    except (Cancelled, JoinError, EncodingError):
        delivery.withdraw()
        raise
    finally:
        delivery.close()
        store.add_warnings(workspace.job_id, delivery.warnings)
