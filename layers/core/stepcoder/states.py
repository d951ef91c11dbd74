"""The states of jobs, inputs and outputs and the only ways between them (zencoder-api 4.1). Pure; no storage here."""

from __future__ import annotations

TERMINAL_JOB = frozenset({"finished", "failed", "cancelled"})
TERMINAL_INPUT = frozenset({"finished", "failed", "cancelled"})
TERMINAL_OUTPUT = frozenset({"finished", "failed", "cancelled", "skipped", "no_input"})

JOB_STATES = frozenset({"pending", "waiting", "processing"}) | TERMINAL_JOB
INPUT_STATES = frozenset({"pending", "waiting", "assigning", "processing"}) | TERMINAL_INPUT
OUTPUT_STATES = frozenset({"waiting", "queued", "assigning", "ready", "processing", "uploading"}) | TERMINAL_OUTPUT

LIVE = (JOB_STATES | INPUT_STATES | OUTPUT_STATES) - TERMINAL_JOB - TERMINAL_INPUT - TERMINAL_OUTPUT

# Where each state may be entered from. A repeated step finds its own state already there and changes nothing.
JOB_ENTERED_FROM: dict[str, frozenset[str]] = {
    "waiting": frozenset({"pending"}),
    "processing": frozenset({"pending", "waiting"}),
    "finished": frozenset({"processing"}),
    "failed": frozenset({"pending", "waiting", "processing"}),
    "cancelled": frozenset({"pending", "waiting", "processing"}),
}
# The one way back (zencoder-api 2.4): a resubmit makes any job pending again but a finished one, and its unfinished
# parts waiting. It is no step of an attempt, so it is not among the entries above.
JOB_RESUBMITTED_FROM = JOB_STATES - {"finished"}
INPUT_ENTERED_FROM: dict[str, frozenset[str]] = {
    "waiting": frozenset({"pending"}),
    "assigning": frozenset({"pending", "waiting"}),
    "processing": frozenset({"pending", "waiting", "assigning"}),
    "finished": frozenset({"processing"}),
    "failed": frozenset({"pending", "waiting", "assigning", "processing"}),
    "cancelled": frozenset({"pending", "waiting", "assigning", "processing"}),
}
_OUTPUT_LIVE = frozenset({"waiting", "queued", "assigning", "ready", "processing", "uploading"})
OUTPUT_ENTERED_FROM: dict[str, frozenset[str]] = {
    "queued": frozenset({"waiting"}),
    "assigning": frozenset({"waiting", "queued"}),
    "ready": frozenset({"waiting", "queued", "assigning"}),
    "processing": frozenset({"waiting", "queued", "assigning", "ready"}),
    "uploading": frozenset({"waiting", "queued", "processing"}),
    "finished": frozenset({"uploading"}),
    "failed": _OUTPUT_LIVE,
    "cancelled": _OUTPUT_LIVE,
    "skipped": frozenset({"waiting", "queued"}),
    "no_input": frozenset({"waiting", "queued"}),
}


def job_outcome(output_states: list[str]) -> str:
    """The terminal job state that follows from its outputs' terminal states (zencoder-api 4.1, aggregation)."""
    if any(state == "cancelled" for state in output_states):
        return "cancelled"
    if all(state in ("finished", "skipped") for state in output_states):
        return "finished"
    return "failed"
