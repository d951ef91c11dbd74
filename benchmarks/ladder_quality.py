"""`ladder_vmaf_delta_*`, `ladder_size_ratio_*`: how much worse and larger each rung is than plain ffmpeg's."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from benchmarks.films import FRAME_RATE
from benchmarks.ladder import RUNGS
from benchmarks.report import Measure
from benchmarks.workbench import Workbench

_EVERY_NTH_FRAME = 10


def measure(bench: Workbench) -> list[Measure]:
    """Per rung: VMAF lost against plain ffmpeg, and video bytes over its."""
    runs = bench.ladder_runs
    found = []
    for rung in RUNGS:
        files = [directory / f"{rung.name}.mp4" for directory in (runs.plain_files, runs.service_files)]
        plain_score, our_score = (
            vmaf(bench.ffmpeg, file, runs.source, bench.lengths.vmaf, bench.scratch) for file in files
        )
        plain_bytes, our_bytes = (video_bytes(file) for file in files)
        print(f"  {rung.name}p: VMAF {plain_score:.2f} and {our_score:.2f}, {plain_bytes} and {our_bytes} bytes")
        found.append(Measure(f"ladder_vmaf_delta_{rung.name}", plain_score - our_score, 0.3, "VMAF"))
        found.append(Measure(f"ladder_size_ratio_{rung.name}", our_bytes / plain_bytes, 1.0, "ratio"))
    return found


def vmaf(ffmpeg: str, encoded: Path, source: Path, seconds: int, scratch: Path) -> float:
    """Mean VMAF of the first `seconds`, the encoded picture enlarged to the source's size as a player would."""
    log = scratch / "vmaf.json"
    same_frames = f"trim=end_frame={seconds * FRAME_RATE},setpts=N/{FRAME_RATE}/TB"
    graph = (
        f"[0:v]{same_frames},scale=1920:1080:flags=bicubic[encoded];[1:v]{same_frames}[source];"
        f"[encoded][source]libvmaf=n_subsample={_EVERY_NTH_FRAME}:n_threads=2:log_fmt=json:log_path={log.name}"
    )
    # A set input rate numbers the frames: timestamps may differ by a container's rounding, frames may not.
    rate = ("-r", str(FRAME_RATE))
    command = [ffmpeg, "-v", "error", "-nostdin", *rate, "-i", str(encoded), *rate, "-i", str(source)]
    subprocess.run([*command, "-lavfi", graph, "-f", "null", "-"], check=True, cwd=scratch)
    return float(json.loads(log.read_text())["pooled_metrics"]["vmaf"]["mean"])


def video_bytes(path: Path) -> int:
    """Bytes of the video packets alone: containers and sound left out."""
    import av

    with av.open(str(path)) as container:
        return sum(packet.size for packet in container.demux(video=0))
