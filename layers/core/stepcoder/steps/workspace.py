"""The job's room in the work bucket: where the plan, chunks and results lie, and how they are read and written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from stepcoder import runtime
from stepcoder.aws.objects import Objects
from stepcoder.plan.model import Plan, Task, Wave

# What a task or a packaging leaves behind, as JSON.
Result = dict[str, Any]


class Workspace:
    """Objects below `jobs/<id>/` of the work bucket. Everything in it may be written twice with the same content."""

    def __init__(self, job_id: int, objects: Objects | None = None) -> None:
        self.job_id = job_id
        self.bucket = runtime.settings().work_bucket
        self.objects = objects or Objects()

    def key(self, name: str) -> str:
        return f"jobs/{self.job_id}/{name}"

    def url(self, name: str) -> str:
        return f"s3://{self.bucket}/{self.key(name)}"

    def has(self, name: str) -> bool:
        return self.objects.exists(self.bucket, self.key(name))

    def write_json(self, name: str, value: Any) -> None:
        self.objects.put_json(self.bucket, self.key(name), value)

    def read_json(self, name: str) -> Any:
        return self.objects.get_json(self.bucket, self.key(name))

    def read_range(self, name: str, offset: int, length: int) -> Iterator[bytes]:
        return self.objects.stream(self.bucket, self.key(name), offset, length)

    def save_plan(self, plan: Plan) -> None:
        self.objects.put(self.bucket, self.key("plan.json"), plan.model_dump_json(), "application/json")

    def plan(self) -> Plan:
        return Plan.model_validate_json(self.objects.get(self.bucket, self.key("plan.json")))

    def write_tasks(self, wave: Wave) -> dict[str, Any]:
        """The wave's task lists for the distributed Map; returns the state's view of the wave: ids and keys only."""
        return {
            "job_id": self.job_id,
            "wave": wave.index,
            "analysis": self._write_list(f"tasks/{wave.index}-analysis.json", wave.analysis),
            "tasks": self._write_list(f"tasks/{wave.index}-encode.json", wave.tasks),
            "outputs": [{"job_id": self.job_id, "output_id": output_id} for output_id in wave.output_ids],
        }

    def _write_list(self, name: str, tasks: Sequence[Task]) -> dict[str, Any]:
        self.write_json(name, [{"job_id": self.job_id, "task_id": task.id} for task in tasks])
        return {"bucket": self.bucket, "key": self.key(name), "count": len(tasks)}

    def result(self, task_id: str) -> Result | None:
        """What a finished task left behind; None if it never finished."""
        name = f"results/{task_id}.json"
        found: Result | None = self.read_json(name) if self.has(name) else None
        return found

    def save_result(self, task_id: str, result: Result) -> None:
        """The last thing a task does: from now on a repeat returns at once."""
        self.write_json(f"results/{task_id}.json", result)

    def clear(self) -> None:
        """Remove everything of the job. The bucket's lifecycle rule would, a few days later."""
        self.objects.delete_prefix(self.bucket, self.key(""))


def package_result(output_id: int) -> str:
    """Name of an output's packaging among the results."""
    return f"package-{output_id}"


def chunk_name(rendition: str, chunk: int) -> str:
    return f"video/{rendition}/{chunk:05d}.mp4"


def piece_name(rendition: str, piece: int) -> str:
    return f"audio/{rendition}/{piece:04d}.mp4"


def passlog_name(rendition: str, chunk: int, file: str) -> str:
    return f"passlog/{rendition}/{chunk:05d}/{file}"


def captions_name(output_id: int, extension: str) -> str:
    return f"captions/{output_id}.{extension}"


def watermark_name(digest: str) -> str:
    return f"watermarks/{digest}.png"


def still_name(set_id: str, number: int, extension: str) -> str:
    return f"stills/{set_id}/{number:04d}.{extension}"
