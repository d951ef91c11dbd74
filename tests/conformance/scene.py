"""Where the rules are acted out: an embedded service, its accounts and jobs, servers it may reach. No rules here."""

from __future__ import annotations

import itertools
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from stepcoder_local.ready import Ready
from tests.conformance import accounts, cast, sources
from tests.conformance.line import Line
from tests.conformance.table import Table
from tests.conformance.wire import Call, Reply, get, post
from tests.core.net.servers import Handler, WebServer
from tests.journeys.client import Customer
from tests.journeys.conftest import Hook
from tests.local.embedded import service_process

_NAME = re.compile(r"\{([A-Za-z0-9_.-]+)\}")


class Scene:
    """Names in braces: {film} is a job's id, {film.input} its input's, {film.web} the output's labelled so, {film.0}
    the first output's; {key}, {key.other} are keys; {upload}, {output}, {work} buckets; {web} the web server's address.
    """

    def __init__(self, ready: Ready, web: WebServer) -> None:
        self.ready, self.web = ready, web
        self.patience = 60.0  # seconds
        self.customer = Customer(ready, None)  # type: ignore[arg-type]
        self.table = Table(ready)
        self._numbers = itertools.count(1)
        self._keys: dict[str, str] = {"": ready.api_key}
        self._hooks: dict[str, Hook] = {}
        self.methods: set[tuple[str, str]] = set()  # by which the hooks were called
        self._created: dict[str, Reply] = {}
        self._made: dict[str, Any] = {}
        self._missed: dict[str, AssertionError] = {}
        self.over = threading.Event()  # set when nothing more is asked of the scene
        self.strict: Scene  # another one, with the rate limits as they are by default
        self._line = Line(ready.base_url)

    # What a rule asks.

    def send(self, call: Call) -> Reply:
        """One exchange."""
        headers = {name: self.fill(value) for name, value in call.headers.items()}
        if call.key is not None:
            headers["Zencoder-Api-Key"] = self.fill(call.key)
        body = call.body
        if isinstance(body, dict | list):
            body = json.dumps(self.fill_all(body)).encode()
        elif isinstance(body, str):
            body = self.fill(body).encode()
        if body is not None and call.content_type is not None:
            headers["Content-Type"] = call.content_type
        return self._line.exchange(call.method, call.base + self.fill(call.path), body, headers)

    def created(self, name: str) -> Reply:
        """What POST /jobs answered for a job of the cast."""
        return self._created[name]

    def details(self, name: str) -> Any:
        """The job's details once it is as its part wants it."""
        return self.once(f"details of {name}", lambda: self._awaited(name))

    def _awaited(self, name: str) -> Any:
        reply, part = self._created[name], cast.PARTS[name]
        assert reply.status == 201, f"the job {name!r} was refused: {reply}"
        call = get(f"/jobs/{reply.document['id']}", key=part.key)
        return self.until(call, part.ready, part.seconds).document["job"]

    def told(self, name: str, position: int = 0) -> Reply:
        """A delivery to the hook of that name, by its order of arrival."""
        made: Reply = self.once(f"delivery {position} to {name}", lambda: self._delivered(name, position))
        return made

    def _delivered(self, name: str, position: int) -> Reply:
        call = self.hook(name).wait(position + 1, self.patience)[position]
        return Reply(0, call.headers, call.body)

    def hook(self, name: str) -> Hook:
        if name not in self._hooks:
            self._hooks[name] = Hook(self.web, f"/hooks/{name}")
            receive = self.web.routes[f"/hooks/{name}"]

            def noted(handler: Handler) -> None:
                self.methods.add((name, handler.command))
                receive(handler)

            self.web.routes[f"/hooks/{name}"] = noted
        return self._hooks[name]

    def until(self, call: Call, fits: Callable[[Any], bool], seconds: float | None = None) -> Reply:
        """The first answer whose document fits."""
        end = time.monotonic() + (self.patience if seconds is None else seconds)
        while True:
            reply = self.send(call)
            assert reply.status == 200, f"{call.path}: {reply}"
            if fits(reply.document):
                return reply
            assert time.monotonic() < end, f"{call.path}, at last: {reply}"
            time.sleep(0.15)

    def job(self, body: dict[str, Any], **more: Any) -> int:
        """A new job's id."""
        reply = self.send(post("/jobs", body, **more))
        assert reply.status == 201, reply
        return int(reply.document["id"])

    @contextmanager
    def downloading(self) -> Iterator[str]:
        """The URL of a source whose download does not end before this does: a worker is busy with it as long."""
        over, path = threading.Event(), f"/slow-{next(self._numbers)}.mp4"
        self.web.routes[path] = sources.slow(over)
        try:
            yield self.web.url(path)
        finally:
            over.set()

    def ended(self, job: int, key: str = "{key}") -> Any:
        """A job's details once it has ended."""
        return self.until(get(f"/jobs/{job}", key=key), cast.has_ended).document["job"]

    def copy(self, name: str, **changes: Any) -> dict[str, int]:
        """Records like those of a job of the cast, with other ids and changed attributes; see Table.copy."""
        return self.copies(name, 1, **changes)[0]

    def copies(self, name: str, times: int, **changes: Any) -> list[dict[str, int]]:
        """The same several times. They notify nobody."""
        quiet: dict[str, Any] = {"notifications": None}
        changes["of_job"] = quiet | changes.get("of_job", {})
        changes["of_outputs"] = quiet | changes.get("of_outputs", {})
        details = self.details(name)
        outputs = [each["id"] for each in details["output_media_files"]]
        return self.table.copy(details["id"], details["input_media_file"]["id"], outputs, times=times, **changes)

    def once(self, name: str, make: Callable[[], Any]) -> Any:
        """Something several rules need, made by the first of them. If that failed, it fails for the others at once."""
        if name in self._missed:
            raise AssertionError(f"{name}, as before: {self._missed[name]}")
        if name not in self._made:
            try:
                self._made[name] = make()
            except AssertionError as missed:
                self._missed[name] = missed
                raise
        return self._made[name]

    def account(self, name: str) -> str:
        """The key of another account, made at first use."""
        return self.fill(f"{{key.{name}}}")

    # How names become values.

    def fill(self, text: str) -> str:
        return _NAME.sub(lambda found: str(self._value(found[1])), text)

    def fill_all(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {self.fill(name): self.fill_all(each) for name, each in value.items()}
        if isinstance(value, list):
            return [self.fill_all(each) for each in value]
        return self.fill(value) if isinstance(value, str) else value

    def _value(self, name: str) -> Any:
        known = {
            "upload": self.ready.upload_bucket,
            "output": self.ready.output_bucket,
            "work": self.ready.work_bucket,
            "web": self.web.url("").rstrip("/"),
            "webhost": f"127.0.0.1:{self.web.server_port}",
        }
        first, _, rest = name.partition(".")
        if first in known:
            return known[first]
        if first == "folder":
            return f"s3://{self.ready.output_bucket}/made-{next(self._numbers)}/"
        if first in ("hook", "hookplace"):
            url = self.hook(rest).url
            return url if first == "hook" else url.removeprefix("http://")
        if first == "key":
            return self._key(rest)
        if first == "md5":
            return sources.md5_of(f"{rest}.mp4")
        if first == "made":
            return self._made[rest]
        return self._id(first, rest)

    def _key(self, name: str) -> str:
        if name not in self._keys:
            self._keys[name] = accounts.key_of(self, name)
        return self._keys[name]

    def _id(self, job: str, rest: str) -> int:
        details = self.details(job)
        if not rest:
            return int(details["id"])
        if rest == "input":
            return int(details["input_media_file"]["id"])
        outputs = details["output_media_files"]
        if rest.isdigit():
            return int(outputs[int(rest)]["id"])
        return int(next(each["id"] for each in outputs if each["label"] == rest))

    # Its course.

    def begin(self) -> None:
        """Put the sources where they are found and hand in every job of the cast, the slow ones first."""
        sources.set_out_sources(self)
        self.hook("vain").statuses = [500]
        for name, part in cast.PARTS.items():
            body = self.fill_all(part.body)
            self._created[name] = self.send(post("/jobs", body, key=part.key, base=part.base))

    def end(self) -> None:
        """Nothing keeps working for a job that nobody will look at again."""
        self.over.set()
        for name, reply in self._created.items():
            if reply.status == 201 and cast.PARTS[name].endless:
                self.send(Call("PUT", f"/jobs/{reply.document['id']}/cancel"))


@contextmanager
def playing(data: Path, *arguments: str) -> Iterator[Scene]:
    """A scene on a service process of its own."""
    with WebServer() as web:
        hosts = f"127.0.0.1:{web.server_port}"
        with service_process(data, "--allow-private-hosts", hosts, *arguments) as (ready, _):
            yield Scene(ready, web)
