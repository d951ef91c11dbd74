"""What a ready file says: how to reach a running service. Finding a running one is running.py."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

READY_FILE = "service.json"


@dataclass(frozen=True)
class Ready:
    """How to reach a running service: the content of a ready file."""

    base_url: str
    api_key: str
    notification_secret: str
    signing_secret: str
    s3_endpoint: str
    access_key_id: str
    secret_access_key: str
    region: str
    output_bucket: str
    upload_bucket: str
    upload_prefix: str
    videosdk_api_key: str
    videosdk_secret: str
    work_bucket: str
    data_dir: str
    pid: int = field(default_factory=os.getpid)
