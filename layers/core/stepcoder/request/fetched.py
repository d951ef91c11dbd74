"""The kind of value that names a file to be fetched besides the input. Inputs and outputs themselves: addresses.py."""

from __future__ import annotations

from stepcoder.request.addresses import InputUrl
from stepcoder.request.setting import Wrong


class FileUrl(InputUrl):
    """Anywhere an input can be. The texts recorded for inputs speak of inputs, so that these are others."""

    def read(self, value: object) -> str:
        try:
            return super().read(value)
        except Wrong as wrong:
            raise Wrong(wrong.allowed or self.allowed, verdict=wrong.verdict) from None
