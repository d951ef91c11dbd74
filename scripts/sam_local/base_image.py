"""The image that SAM builds on: AWS's own where it can be had, else one put together from Debian and locked wheels.

The stand-in shows that everything is wired up; of Amazon Linux it says nothing. So it never gets into an engine that is
not our own, where it would be taken for the real one later.
"""

from __future__ import annotations

import re
import subprocess
from contextlib import suppress
from pathlib import Path

from scripts.sam_local.children import Failed, run
from scripts.sam_local.engine import Engine, unmount_below

ROOT = Path(__file__).resolve().parents[2]
# The Debian release that has a version of Python.
_RELEASES = {"3.11": "bookworm", "3.13": "trixie"}
_CLIENT = ("awslambdaric", "simplejson", "snapshot-restore-py")
_LEFT_OUT = ("proc/*", "sys/*", "dev/*", "var/cache", "var/lib/apt/lists", "usr/share/doc", "usr/share/locale")
_PULL_SECONDS, _MAKE_SECONDS = 900, 600


def tag(runtime: str, architecture: str) -> str:
    """SAM's name for the base image of a runtime such as python3.13."""
    return f"public.ecr.aws/lambda/python:{runtime.removeprefix('python')}-{architecture}"


def has_real(engine: Engine, image: str) -> bool:
    """Whether the engine has AWS's image, or fetched it now."""
    with suppress(Failed):
        engine.docker("image", "inspect", image)
        return True
    with suppress(Failed):
        engine.docker("pull", "--quiet", image, seconds=_PULL_SECONDS)
        return True
    return False


def make(engine: Engine, image: str, runtime: str, architecture: str, scratch: Path) -> None:
    """Make the stand-in in our own engine. Raises Failed."""
    version = runtime.removeprefix("python")
    if version not in _RELEASES:
        raise Failed(f"No Debian release is known here that has {runtime}, so its base image can't be made.")
    root = scratch / "rootfs"
    include = f"--include=ca-certificates,python{version}"
    try:
        run(["debootstrap", "--variant=minbase", include, _RELEASES[version], str(root)], _MAKE_SECONDS)
        _add_runtime(root, version, architecture, scratch)
        _import(engine, image, root)
    finally:
        unmount_below(root)


def _add_runtime(root: Path, version: str, architecture: str, scratch: Path) -> None:
    """What a Lambda function needs around Python: the runtime interface client, where AWS has it."""
    for name in ("var/task", "opt"):
        (root / name).mkdir(exist_ok=True)
    lock = scratch / "runtime.txt"
    lock.write_text(locked((ROOT / "requirements" / "dev.txt").read_text()))
    environment = {"ARCHITECTURE": architecture, "PYTHON_VERSION": version}
    command = [str(ROOT / "scripts" / "fetch-wheels"), str(lock), str(root / "var" / "runtime")]
    run(command, _MAKE_SECONDS, environment=environment)
    bootstrap = root / "var" / "runtime" / "bootstrap"
    bootstrap.write_text(Path(__file__).with_name("bootstrap").read_text().replace("@VERSION@", version))
    bootstrap.chmod(0o755)


def locked(lock: str) -> str:
    """The part of a lock that is about the runtime interface client, without the environments it is meant for."""
    entries = re.findall(r"^[a-z][^\n]*(?:\n    --hash[^\n]*)+", lock, re.MULTILINE)
    wanted = [entry for entry in entries if entry.startswith(tuple(f"{name}==" for name in _CLIENT))]
    return "".join(re.sub(r" ;[^\\\n]*", " ", entry) + "\n" for entry in wanted)


def _import(engine: Engine, image: str, root: Path) -> None:
    settings = ["WORKDIR /var/task", 'ENTRYPOINT ["/var/runtime/bootstrap"]', "ENV LAMBDA_TASK_ROOT=/var/task"]
    changes = [part for setting in settings for part in ("--change", setting)]
    excluded = [f"--exclude=./{name}" for name in _LEFT_OUT]
    with subprocess.Popen(["tar", "-C", str(root), *excluded, "-c", "."], stdout=subprocess.PIPE) as archive:
        if archive.stdout is None:
            raise Failed("tar gives no archive.")
        engine.docker("import", *changes, "-", image, seconds=_MAKE_SECONDS, stdin=archive.stdout.fileno())
