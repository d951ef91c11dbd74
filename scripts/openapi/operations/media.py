"""Entries of /inputs and /outputs."""

from __future__ import annotations

from scripts.openapi.operation import Operation

_RUNNING = {"state": "processing", "current_event_progress": 55.1}

MEDIA: tuple[Operation, ...] = (
    Operation(
        id="getInput",
        method="GET",
        path="/inputs/{input_id}",
        tag="Inputs and outputs",
        summary="Everything about an input",
        answer="InputDetails",
    ),
    Operation(
        id="getInputProgress",
        method="GET",
        path="/inputs/{input_id}/progress",
        tag="Inputs and outputs",
        summary="How far an input is",
        answer="InputProgress",
        example={
            "state": "processing",
            "current_event": "Downloading",
            "current_event_progress": 55.1,
            "progress": 49.6,
        },
    ),
    Operation(
        id="getOutput",
        method="GET",
        path="/outputs/{output_id}",
        tag="Inputs and outputs",
        summary="Everything about an output",
        answer="OutputDetails",
    ),
    Operation(
        id="getOutputProgress",
        method="GET",
        path="/outputs/{output_id}/progress",
        tag="Inputs and outputs",
        summary="How far an output is",
        answer="OutputProgress",
        example={
            "state": "processing",
            "current_event": "Transcoding",
            "current_event_progress": 55.1,
            "progress": 48.9,
        },
    ),
)
