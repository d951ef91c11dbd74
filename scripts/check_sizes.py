"""Checks that each built function fits into Lambda with its layers, and that programs are for the right processor.

    python scripts/check_sizes.py [--architecture x86_64|arm64]

Reads what `sam build` left in .aws-sam/build. Prints a table; the exit status is 1 when something doesn't fit.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from stepcoder_local.intrinsics import parse

BUILD = Path(__file__).resolve().parent.parent / ".aws-sam" / "build"

# A function and its layers, unzipped; the console's "250 MB" (Lambda quotas).
LIMIT = 262_144_000

# e_machine in an ELF header.
MACHINES = {"x86_64": 62, "arm64": 183}


def size(directory: Path) -> int:
    """Bytes of all files below a directory."""
    return sum(path.stat().st_size for path in directory.rglob("*") if path.is_file())


def foreign_programs(directory: Path, architecture: str) -> Iterator[Path]:
    """Programs and libraries for another processor."""
    for path in directory.rglob("*"):
        if not path.is_file():
            continue
        with path.open("rb") as file:
            head = file.read(20)
        if head[:4] == b"\x7fELF" and int.from_bytes(head[18:20], "little") != MACHINES[architecture]:
            yield path


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--architecture", choices=MACHINES, default="x86_64")
    parser.add_argument("--build", type=Path, default=BUILD)
    arguments = parser.parse_args()
    build: Path = arguments.build
    if not (build / "template.yaml").exists():
        print("Nothing is built: run `make build` first.")
        return 1

    resources = parse((build / "template.yaml").read_text())["Resources"]
    layers = {name: size(build / name) for name, item in resources.items() if item["Type"].endswith("::LayerVersion")}
    problems = [
        f"{path.relative_to(build)} is not for {arguments.architecture}."
        for name in layers
        for path in foreign_programs(build / name, arguments.architecture)
    ]

    print(f"{'layer':<24}{'bytes':>14}")
    for name, count in layers.items():
        print(f"{name:<24}{count:>14,}")
    print(f"\n{'function with layers':<24}{'bytes':>14}{'of limit':>10}  layers")
    for name, item in resources.items():
        if item["Type"] != "AWS::Serverless::Function":
            continue
        used = [reference["Ref"] for reference in item["Properties"]["Layers"]]
        total = size(build / name) + sum(layers[layer] for layer in used)
        print(f"{name:<24}{total:>14,}{total / LIMIT:>10.1%}  {', '.join(used)}")
        if total >= LIMIT:
            problems.append(f"{name} has {total:,} bytes with its layers; Lambda takes {LIMIT:,}.")

    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
