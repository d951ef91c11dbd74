"""Imports point down, in no circle, and each outside thing has one door."""

from __future__ import annotations

import ast
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter

import pytest

from tests.architecture import house


def test_every_module_is_on_the_map() -> None:
    wrong = [name for name in house.modules() if house.floor(name) is None]
    assert not wrong, "\n".join(wrong)


def test_the_map_has_no_room_that_the_house_lacks() -> None:
    wrong = [name for name in house.FLOORS if name not in house.modules()]
    assert not wrong, "\n".join(wrong)


def test_imports_point_down() -> None:
    wrong = []
    for module in house.modules().values():
        here = house.floor(module.name) or ""
        for other in house.our_imports(module):
            if other != "stepcoder" and house.floor(other) not in house.MAY_IMPORT.get(here, set()):
                wrong.append(f"{module.name} ({here}) imports {other} ({house.floor(other)})")
    assert not wrong, "\n".join(wrong)


def test_no_imports_go_in_a_circle() -> None:
    graph = {module.name: house.our_imports(module) - {module.name} for module in house.modules().values()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


# Which modules may import what. Names are prefixes; `stepcoder_local` stands for AWS and may do as AWS does.
DOORS = {
    "ffmpeg": ("stepcoder.commands",),
    "subprocess": ("stepcoder.process",),
    "multiprocessing": (),
    "av": ("stepcoder.probe",),
    "boto3": (),  # runtime makes clients with botocore alone
    "botocore": ("stepcoder.runtime", "stepcoder.aws", "stepcoder.sources", "stepcoder.destinations"),
    "requests": ("stepcoder.net.sessions",),
    "urllib3": ("stepcoder.net", "stepcoder.aws.faults", "stepcoder.object_stores"),
    "socket": ("stepcoder.net", "stepcoder.transfers", "stepcoder.range_reader.server"),
    "ssl": ("stepcoder.net", "stepcoder.transfers"),
    "ftplib": ("stepcoder.transfers",),
    "paramiko": ("stepcoder.transfers",),
    "cryptography": ("stepcoder.sources.ciphers", "stepcoder.transfers"),
    "swiftclient": ("stepcoder.object_stores",),
    "azure": ("stepcoder.object_stores",),
    "smtplib": (),
    "asyncio": (),
    "socketserver": (),
    "http.client": ("stepcoder.net",),
    "urllib.request": ("stepcoder.net",),
    "moto": (),
    "imageio_ffmpeg": (),
}


def _starts(name: str, prefixes: tuple[str, ...]) -> bool:
    return any(name == prefix or name.startswith(prefix + ".") for prefix in prefixes)


@pytest.mark.parametrize("outside", DOORS)
def test_outside_things_have_one_door(outside: str) -> None:
    wrong = [
        f"{module.place}:{found.line}"
        for module in house.modules().values()
        if house.floor(module.name) != "local" and not _starts(module.name, DOORS[outside])
        for found in house.imports(module)
        if _starts(found.module, (outside,))
    ]
    assert not wrong, "\n".join(wrong)


IMPURE = ("os", "time", "socket", "random", "secrets", "threading", "asyncio", "tempfile", "shutil", "logging")
CLOCKS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "datetime.datetime.now"}


def test_the_kernel_is_pure() -> None:
    """No clock, no environment, no chance, no threads, no network."""
    wrong = []
    for module in house.modules().values():
        if house.floor(module.name) != "kernel":
            continue
        wrong += [f"{module.place}:{found.line}" for found in house.imports(module) if _starts(found.module, IMPURE)]
        wrong += [
            f"{module.place}:{node.lineno} {ast.unparse(node)}"
            for node in ast.walk(module.tree)
            if isinstance(node, ast.Attribute) and ast.unparse(node) in CLOCKS
        ]
    assert not wrong, "\n".join(wrong)


def test_the_environment_is_read_in_the_runtime_only() -> None:
    """`process` hands a few of its names on to the programs it starts, but settles nothing by them."""
    wrong = [
        f"{module.place}:{node.lineno}"
        for module in house.modules().values()
        if house.floor(module.name) not in ("local", "runtime") and not _starts(module.name, ("stepcoder.process",))
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node) in ("os.environ", "os.getenv", "os.environb")
    ]
    assert not wrong, "\n".join(wrong)


def test_api_functions_start_without_the_heavy_imports() -> None:
    """A botocore session costs a cold start 200 ms; no API function needs PyAV or ffmpeg-python at all."""
    handlers = [name for name in house.modules() if name.startswith("api.")]
    heavy = ("boto3", "botocore.session", "av", "ffmpeg", "moto", "numpy")
    program = (
        f"import importlib, sys\nfor name in {handlers}: importlib.import_module(name)\n"
        f"print(*[name for name in {heavy} if name in sys.modules])"
    )
    path = [str(house.ROOT / "layers/core"), str(house.ROOT / "functions")]
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = {path}\n{program}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == []
