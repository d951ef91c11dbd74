"""probe(): what a file contains, exactly, by reading as little of it as possible. Each step is a module here.

structure → opening → choose → head → tail → jumps → describe. `MeteredFile` is the only way to the bytes.
"""

from __future__ import annotations

from stepcoder.probe.inspection import probe

__all__ = ["probe"]
