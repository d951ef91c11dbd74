"""Reading what `ffmpeg -progress pipe:1` writes: blocks of key=value lines, each closed by a `progress=` line. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """How far ffmpeg is: frames of the first video output, microseconds of output, bytes written, times real time."""

    frame: int = 0
    out_time_us: int = 0
    total_size: int = 0
    speed: float | None = None
    finished: bool = False


class ProgressParser:
    """Feed it bytes as they come; it returns the newest complete block, if one was completed."""

    def __init__(self) -> None:
        self._rest = b""
        self._values: dict[str, str] = {}

    def feed(self, data: bytes) -> Progress | None:
        *lines, self._rest = (self._rest + data).split(b"\n")
        newest = None
        for line in lines:
            key, _, value = line.decode("utf-8", "replace").strip().partition("=")
            self._values[key] = value.strip()
            if key == "progress":
                newest = self._block()
        return newest

    def _block(self) -> Progress:
        values, self._values = self._values, {}
        return Progress(
            frame=max(0, int(_number(values.get("frame")) or 0)),
            # Negative or N/A until the first packet is out.
            out_time_us=max(0, int(_number(values.get("out_time_us")) or 0)),
            total_size=max(0, int(_number(values.get("total_size")) or 0)),
            speed=_number(values.get("speed", "").removesuffix("x")),
            finished=values.get("progress") == "end",
        )


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None
