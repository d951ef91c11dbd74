"""The SAM CLI's commands as they are used here. What is proven with them is not said."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from scripts.sam_local.base_image import ROOT
from scripts.sam_local.children import Child, Failed, child, free_port, listens, run
from scripts.sam_local.engine import Engine
from stepcoder_local import sam_files

_SAM = ROOT / ".venv-sam" / "bin" / "sam"
_BUILD_SECONDS, _INVOKE_SECONDS, _START_SECONDS = 900, 300, 120


@dataclass(frozen=True)
class Sam:
    """SAM with an engine, for one architecture. Builds and logs go below `scratch`."""

    engine: Engine
    architecture: str
    scratch: Path

    @property
    def _built(self) -> Path:
        return self.scratch / "build" / "template.yaml"

    def _command(self, *arguments: str) -> list[str]:
        return [str(_SAM), *arguments, "--parameter-overrides", f"Architecture={self.architecture}"]

    def _environment(self, data: Path | None = None) -> dict[str, str]:
        found = {**self.engine.environment, "AWS_DEFAULT_REGION": "us-east-1", "SAM_CLI_TELEMETRY": "0"}
        found["ARCHITECTURE"] = self.architecture
        if data is not None:
            found["AWS_SHARED_CREDENTIALS_FILE"] = str(data / sam_files.DIRECTORY / sam_files.CREDENTIALS)
            # Keys of the user's own would be taken before those of the file.
            found.update({"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_SESSION_TOKEN": ""})
            found.update({"AWS_PROFILE": "default", "AWS_CONFIG_FILE": os.devnull})
        return found

    def build(self) -> None:
        """`sam build`. Raises Failed."""
        places = ["--build-dir", str(self._built.parent), "--cache-dir", str(self.scratch / "cache")]
        command = self._command("build", "--template", str(ROOT / "template.yaml"), *places)
        run(command, _BUILD_SECONDS, environment=self._environment(), directory=ROOT)

    def invoke(self, function: str, event: Path, data: Path) -> Any:
        """`sam local invoke`: what the function answered. Raises Failed."""
        arguments = ["-t", str(self._built), "-e", str(event), "--env-vars", str(_variables(data))]
        command = self._command("local", "invoke", function, *arguments, "--skip-pull-image")
        said = run(command, _INVOKE_SECONDS, environment=self._environment(data))
        try:
            return json.loads(said.strip().splitlines()[-1])
        except (IndexError, ValueError) as problem:
            raise Failed(f"{function} answered with something that is no JSON: {said[-500:]!r}") from problem

    @contextmanager
    def api(self, data: Path) -> Iterator[str]:
        """`sam local start-api`; its address."""
        port = free_port()
        with self._server("start-api", port, self._built, data, _variables(data)):
            yield f"http://127.0.0.1:{port}"

    @contextmanager
    def workers(self, data: Path, port: int, variables: Path, timeouts: Mapping[str, int]) -> Iterator[Child]:
        """`sam local start-lambda` at a port, some functions with another time limit (seconds) than deployed."""
        template = self._built.with_name("workers.yaml")
        content = yaml.safe_load(self._built.read_text())
        for function, seconds in timeouts.items():
            content["Resources"][function]["Properties"]["Timeout"] = seconds
        template.write_text(yaml.safe_dump(content, sort_keys=False))
        with self._server("start-lambda", port, template, data, variables) as server:
            yield server

    @contextmanager
    def _server(self, name: str, port: int, template: Path, data: Path, variables: Path) -> Iterator[Child]:
        arguments = ["-t", str(template), "-p", str(port), "--env-vars", str(variables)]
        command = self._command("local", name, *arguments, "--skip-pull-image", "--warm-containers", "LAZY")
        with child(command, self.scratch / f"{name}.log", self._environment(data)) as server:
            server.wait_until(lambda: listens(port), _START_SECONDS)
            yield server


def _variables(data: Path) -> Path:
    return data / sam_files.DIRECTORY / sam_files.VARIABLES
