"""The command: write the document, or say whether the written one is up to date. What is in it is document.py."""

from __future__ import annotations

import argparse
import json
import sys

from scripts.openapi import videosdk
from scripts.openapi.document import openapi
from scripts.openapi.operation import Json, Undocumented
from scripts.openapi.operations import OPERATIONS
from scripts.openapi.routes import FUNCTIONS, routes
from stepcoder.dialects.videosdk.dialect import VideoSdk

FILE = FUNCTIONS / "openapi.json"
VIDEOSDK_FILE = FUNCTIONS / "openapi_videosdk.json"


def text() -> str:
    """The document as it is stored. Raises Undocumented."""
    return _written(openapi(routes(), OPERATIONS))


def videosdk_text() -> str:
    """The other one, for VideoSDK's clients. Raises Undocumented."""
    return _written(videosdk.document(routes(VideoSdk)))


def _written(document: Json) -> str:
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m scripts.openapi", description="Write functions/api/openapi.json.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if the file is not up to date")
    check = parser.parse_args().check
    try:
        fresh = {FILE: text(), VIDEOSDK_FILE: videosdk_text()}
    except Undocumented as problem:
        print(problem, file=sys.stderr)
        return 1
    for file, content in fresh.items():
        if check and (not file.exists() or file.read_text() != content):
            print(f"{file.name} is not up to date: run `make openapi`.", file=sys.stderr)
            return 1
        if not check:
            file.write_text(content)
    return 0


if __name__ == "__main__":
    sys.exit(main())
