"""The command: write the document, or say whether the written one is up to date. What is in it is document.py."""

from __future__ import annotations

import argparse
import json
import sys

from scripts.openapi.document import openapi
from scripts.openapi.operation import Undocumented
from scripts.openapi.operations import OPERATIONS
from scripts.openapi.routes import FUNCTIONS, routes

FILE = FUNCTIONS / "openapi.json"


def text() -> str:
    """The document as it is stored. Raises Undocumented."""
    return json.dumps(openapi(routes(), OPERATIONS), indent=1, ensure_ascii=False) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m scripts.openapi", description="Write functions/api/openapi.json.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if the file is not up to date")
    check = parser.parse_args().check
    try:
        fresh = text()
    except Undocumented as problem:
        print(problem, file=sys.stderr)
        return 1
    if check and (not FILE.exists() or FILE.read_text() != fresh):
        print(f"{FILE.name} is not up to date: run `make openapi`.", file=sys.stderr)
        return 1
    if not check:
        FILE.write_text(fresh)
    return 0


if __name__ == "__main__":
    sys.exit(main())
