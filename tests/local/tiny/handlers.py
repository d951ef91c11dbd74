"""Handlers of the tiny service: each does one thing the tests need a sandbox to do."""

from __future__ import annotations

import json
import os
import subprocess
import time
import uuid
from pathlib import Path
from typing import Any


def echo(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """What arrived, and who answered."""
    body = {"event": event, "pid": os.getpid(), "word": os.environ.get("WORD"), "tmp": os.environ["TMPDIR"]}
    return {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": json.dumps(body)}


def work(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Obeys the event: sleep, raise, exit, answer too much, leave a child behind."""
    if "child" in event:
        child = subprocess.Popen(["sleep", str(event["child"])], start_new_session=bool(event.get("session")))
        Path(os.environ["NOTES"], "child").write_text(str(child.pid))
    if "sleep" in event:
        time.sleep(event["sleep"])
    if event.get("fail"):
        raise ValueError("told to fail")
    if "exit" in event:
        os._exit(event["exit"])
    if "answer" in event:
        return {"text": "x" * event["answer"]}
    Path(os.environ["TMPDIR"], "left-behind").touch()
    return {
        "pid": os.getpid(),
        "n": event.get("n"),
        "left": context.get_remaining_time_in_millis(),
        "tmp": os.environ["TMPDIR"],
        "environment": dict(os.environ),
        "arn": context.invoked_function_arn,
    }


def take(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Takes messages, except those that say bad."""
    bad = [record["messageId"] for record in event["Records"] if record["body"] == "bad"]
    for record in event["Records"]:
        _write({"take": record["body"]})
    return {"batchItemFailures": [{"itemIdentifier": identity} for identity in bad]}


def note(event: dict[str, Any], context: Any) -> None:
    """Writes the event down."""
    _write({"function": context.function_name, "event": event})


def _write(value: dict[str, Any]) -> None:
    draft = Path(os.environ["NOTES"], uuid.uuid4().hex)
    draft.write_text(json.dumps(value))
    draft.rename(draft.with_suffix(".json"))
