"""The Docker engine: the one that answers, or one of our own for the time of the test. No images, no SAM."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from scripts.sam_local.children import Failed, child, run

_PACKAGES = {"dockerd": "docker.io", "debootstrap": "debootstrap", "iptables": "iptables"}
_POLICY = Path("/usr/sbin/policy-rc.d")
_BRIDGE = "docker0"
_BRIDGE_ADDRESS = "172.30.0.1"
_INSTALL_SECONDS, _START_SECONDS = 600, 60


@dataclass(frozen=True)
class Engine:
    """A running engine. `socket` is None for the one that `docker` finds by itself; `own` if we started it."""

    socket: str | None = None
    own: bool = False

    @property
    def environment(self) -> Mapping[str, str]:
        """What makes docker and SAM use this one."""
        return {"DOCKER_HOST": self.socket} if self.socket else {}

    def docker(self, *arguments: str, seconds: float = 60, stdin: int | None = None) -> str:
        """What a docker command prints. Raises Failed."""
        return run(["docker", *arguments], seconds, environment=self.environment, stdin=stdin).strip()

    def answers(self) -> bool:
        with suppress(Failed):
            return bool(self.docker("version", "--format", "{{.Server.Version}}", seconds=20))
        return False

    def bridge_address(self) -> str:
        """Where containers reach this machine. Raises Failed."""
        found = self.docker("network", "inspect", "bridge", "--format", "{{(index .IPAM.Config 0).Gateway}}")
        if not found:
            raise Failed("The engine's bridge network has no gateway address, so containers can't reach this machine.")
        return found

    @contextmanager
    def without_leftovers(self) -> Iterator[None]:
        """Remove what containers of SAM's a block leaves behind: none, unless SAM was killed in it."""
        before = self._containers()
        try:
            yield
        finally:
            if left := self._containers() - before:
                self.docker("rm", "--force", *sorted(left))

    def _containers(self) -> set[str]:
        """The ids of SAM's containers, running or not."""
        return set(self.docker("ps", "-aq", "--no-trunc", "--filter", "label=sam.cli.container.type=lambda").split())


def inside_a_container() -> bool:
    return Path("/.dockerenv").exists() or Path("/run/.containerenv").exists()


def may_set_up(asked: bool) -> str | None:
    """Why no engine may be installed and started here; None if one may.

    Root of a container or a build machine made of one loses nothing by it. Everybody else has to ask for it.
    """
    if os.geteuid() != 0:
        return "an engine of our own needs root"
    if shutil.which("apt-get") is None:
        return "an engine of our own is installed with apt-get, which isn't here"
    if not asked and not inside_a_container():
        return "this is no container, so say SET_UP_ENGINE=yes to have Debian's docker.io installed and started"
    return None


def install() -> None:
    """Install what is missing; none of it is started. Raises Failed."""
    missing = [package for program, package in _PACKAGES.items() if shutil.which(program) is None]
    if not missing:
        return
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    with _no_services_started():
        run(["apt-get", "update", "-qq"], _INSTALL_SECONDS, environment=quiet)
        command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing, "debian-archive-keyring"]
        run(command, _INSTALL_SECONDS, environment=quiet)


@contextmanager
def _no_services_started() -> Iterator[None]:
    """Debian starts what it installs unless this file says no; images of containers mostly have it already."""
    if _POLICY.exists():
        yield
        return
    _POLICY.write_text("#!/bin/sh\nexit 101\n")
    _POLICY.chmod(0o755)
    try:
        yield
    finally:
        _POLICY.unlink()


@contextmanager
def own_engine(scratch: Path) -> Iterator[Engine]:
    """dockerd with a socket and a data root under `scratch`, gone afterwards with all it had. Raises Failed."""
    had_bridge = _bridge_exists()
    socket = f"unix://{scratch / 'docker.sock'}"
    settings = {
        "data-root": str(scratch / "data"),
        "exec-root": str(scratch / "run"),
        "pidfile": str(scratch / "docker.pid"),
        "hosts": [socket],
        "bip": f"{_BRIDGE_ADDRESS}/24",
        # The machine's packet filter and routing stay as they are: containers talk to this machine and to nobody else.
        "iptables": False,
        "ip6tables": False,
        "ip-forward": False,
        "ip-masq": False,
    }
    configuration = scratch / "daemon.json"
    configuration.write_text(json.dumps(settings))
    engine = Engine(socket, own=True)
    try:
        with child(["dockerd", "--config-file", str(configuration)], scratch / "dockerd.log") as daemon:
            daemon.wait_until(engine.answers, _START_SECONDS)
            yield engine
    finally:
        unmount_below(scratch)
        if not had_bridge and _bridge_exists():
            run(["ip", "link", "delete", _BRIDGE], 20)


def _bridge_exists() -> bool:
    return Path("/sys/class/net", _BRIDGE).exists()


def unmount_below(directory: Path) -> None:
    """Unmount whatever is mounted below a directory, the innermost first. Raises Failed."""
    lines = Path("/proc/mounts").read_text().splitlines()
    places = [place for line in lines if Path(place := line.split(" ")[1]).is_relative_to(directory)]
    for place in sorted(places, key=len, reverse=True):
        run(["umount", place], 30)
