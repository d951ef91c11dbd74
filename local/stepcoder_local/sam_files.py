"""What `sam local` needs to run the functions in containers beside this cloud: their variables and its keys.

Which functions there are and what they are told is the template's; how containers are started, SAM's.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from .declared import Template
from .private_file import write_private

DIRECTORY = "sam-local"
VARIABLES = "variables.json"
CREDENTIALS = "credentials"
_ENDPOINT = "AWS_ENDPOINT_URL"
_LAYERED = "STEPCODER_FFMPEG"  # in a container it is where the layer has it


def write(data: Path, template: Template, cloud: Mapping[str, str], extra: Mapping[str, str]) -> Path:
    """Write both files under the data directory; the directory they are in.

    `cloud` are the AWS_* variables, `extra` what embedded mode sets differently, both as for sandboxes. SAM sets only
    variables that the template declares, for each function by its logical id.
    """
    directory = data / DIRECTORY
    told = {_ENDPOINT: cloud[_ENDPOINT], **{name: value for name, value in extra.items() if name != _LAYERED}}
    variables = {logical: {**function.environment, **told} for logical, function in template.functions.items()}
    write_private(directory / VARIABLES, json.dumps(variables, indent=2))
    keys = {name.lower(): cloud[name] for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")}
    keys["region"] = cloud["AWS_REGION"]  # SAM asks for one
    lines = ["[default]", *(f"{name} = {value}" for name, value in keys.items())]
    write_private(directory / CREDENTIALS, "\n".join(lines) + "\n")
    return directory
