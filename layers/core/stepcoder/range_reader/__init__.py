"""The loopback server through which ffmpeg reads inputs: 127.0.0.1 only, one unguessable path per input, byte ranges.

ffmpeg never sees a customer's URL, resolves no name and speaks no TLS. What is served comes from sources/; nothing is
decided here.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from stepcoder.range_reader.served import Blocks, LocalFile, OneStream, Served
from stepcoder.range_reader.server import Server
from stepcoder.sources.blocks import BlockCache, Closed
from stepcoder.sources.protocol import RangedSource

__all__ = ["RangeReader"]

_CACHED_BLOCKS = 16  # of 1 MiB, per source: ffmpeg returns to indexes and to neighbourhoods when it seeks
_PARALLEL_READS = 6
_MOST_AHEAD = 8  # blocks: half of what is kept, so that reading ahead never drops what is about to be sent


class RangeReader:
    """Use as a context manager; leaving it ends every connection and thread. `error` is the first failure upstream.

    Call `check` when ffmpeg has ended, whatever it said: it only knows that its input broke off.
    """

    def __init__(self) -> None:
        self.error: BaseException | None = None
        self._served: dict[str, Served] = {}
        self._caches: list[BlockCache] = []
        self._pool = ThreadPoolExecutor(_PARALLEL_READS, thread_name_prefix="read-ahead")
        self._server = Server(self)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.1}, name="range-reader", daemon=True
        )
        self._thread.start()

    def serve(self, source: RangedSource, connections: int = 5) -> str:
        """The URL under which ffmpeg can read the source, by range if the source can.

        At most `connections` ranges (0 counts as 1) are asked for at once, whoever wants them.
        """
        if not source.supports_ranges:
            return self.serve_stream(source.stream())
        lines = max(1, connections)
        cache = BlockCache(source, capacity=_CACHED_BLOCKS, executor=self._pool, connections=lines)
        self._caches.append(cache)
        return self._publish(Blocks(cache, ahead=min(_MOST_AHEAD, max(1, lines - 1))))

    def serve_file(self, path: Path | str) -> str:
        """The URL of a local file."""
        return self._publish(LocalFile(Path(path)))

    def serve_stream(self, pieces: Iterator[bytes]) -> str:
        """The URL of a stream of unknown length. It can be read once, from its beginning."""
        return self._publish(OneStream(pieces))

    def check(self) -> None:
        """Raise the first failure upstream, if there was one."""
        if self.error is not None:
            raise self.error

    def close(self) -> None:
        """End all connections and threads; waits for reads from upstream that are under way."""
        for cache in self._caches:
            cache.close()
        self._server.shutdown()
        self._server.hang_up()
        self._pool.shutdown(wait=True)
        self._server.server_close()
        self._thread.join()

    def find(self, path: str) -> Served | None:
        return self._served.get(path.removeprefix("/"))

    def note(self, error: BaseException) -> None:
        if self.error is None and not isinstance(error, Closed):
            self.error = error

    def _publish(self, served: Served) -> str:
        token = secrets.token_urlsafe(32)
        self._served[token] = served
        return f"http://127.0.0.1:{self._server.server_port}/{token}"

    def __enter__(self) -> RangeReader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
