"""All of Swift in one process, for tests: run by the Python of an environment that has Swift, never imported by tests.

    python one_process.py directory port

`port` is the proxy's; the next free ones become those of the account, container and object servers. Data stay in the
directory: a second run there finds what the first one stored. Prints "ready" once requests are answered.
"""

import eventlet

eventlet.monkey_patch()

import logging  # noqa: E402
import os  # noqa: E402
import pathlib  # noqa: E402
import pwd  # noqa: E402
import socket  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402

KINDS = ("account", "container", "object")
SWIFT = """
[swift-hash]
swift_hash_path_prefix = stepcoder
swift_hash_path_suffix = tests
[storage-policy:0]
name = one
default = yes
"""
BACKEND = """
[DEFAULT]
user = {user}
swift_dir = {directory}
devices = {directory}/devices
mount_check = false
[pipeline:main]
pipeline = {kind}-server
[app:{kind}-server]
use = egg:swift#{kind}
"""
# tempauth is Swift's own way of signing in without Keystone; s3api gives its users S3's protocol with HMAC keys.
PROXY = """
[DEFAULT]
user = {user}
swift_dir = {directory}
[pipeline:main]
pipeline = catch_errors gatekeeper healthcheck cache bulk s3api tempauth copy container-quotas slo dlo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
allow_account_management = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:healthcheck]
use = egg:swift#healthcheck
[filter:cache]
paste.filter_factory = one_process:memory_cache
[filter:bulk]
use = egg:swift#bulk
[filter:s3api]
use = egg:swift#s3api
s3_acl = false
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
user_test_reader = reading
storage_url_scheme = http
[filter:copy]
use = egg:swift#copy
[filter:container-quotas]
use = egg:swift#container_quotas
[filter:slo]
use = egg:swift#slo
[filter:dlo]
use = egg:swift#dlo
"""


class MemoryCache:
    """What Swift asks of memcached, for as long as the process lives: tokens, above all."""

    def __init__(self):
        self._kept = {}

    def get(self, key, raise_on_error=False):
        value, until = self._kept.get(key, (None, 0))
        return value if until == 0 or until > time.time() else None

    def set(self, key, value, serialize=True, time=0, min_compress_len=0, raise_on_error=False):
        # As memcached has it: more than a month is a date, less a number of seconds.
        self._kept[key] = (value, time if time == 0 or time > 30 * 86400 else clock() + time)

    def delete(self, key, server_key=None):
        self._kept.pop(key, None)

    def incr(self, key, delta=1, time=0):
        value = max(0, int(self.get(key) or 0) + int(delta))
        self.set(key, value, time=time)
        return value

    def decr(self, key, delta=1, time=0):
        return self.incr(key, -delta, time)


clock = time.time


def memory_cache(_defaults, **_settings):
    cache = MemoryCache()

    def around(app):
        def with_cache(environ, start_response):
            environ["swift.cache"] = cache
            return app(environ, start_response)

        return with_cache

    return around


def main(directory, port):
    logging.disable(logging.CRITICAL)
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "devices" / "disk").mkdir(parents=True, exist_ok=True)
    (directory / "swift.conf").write_text(SWIFT)
    from swift.common import utils

    utils.SWIFT_CONF_FILE = str(directory / "swift.conf")
    sockets = {kind: eventlet.listen(("127.0.0.1", 0), backlog=128) for kind in KINDS}
    front = eventlet.listen(("127.0.0.1", port), backlog=128)
    for kind in KINDS:
        build_ring(directory, kind, sockets[kind].getsockname()[1])
    for kind in KINDS:
        serve(directory, kind, BACKEND, sockets[kind])
    serve(directory, "proxy", PROXY, front)
    print("ready", flush=True)
    while True:
        eventlet.sleep(3600)


def build_ring(directory, kind, port):
    from swift.common.ring import RingBuilder

    builder = RingBuilder(part_power=4, replicas=1, min_part_hours=0)
    builder.add_dev(
        {"region": 1, "zone": 1, "ip": "127.0.0.1", "port": port, "device": "disk", "weight": 1}
        | {"replication_ip": "127.0.0.1", "replication_port": port, "meta": "", "id": 0}
    )
    builder.rebalance()
    builder.get_ring().save(str(directory / f"{kind}.ring.gz"))


def serve(directory, kind, text, listener):
    from eventlet import wsgi
    from swift.common.wsgi import loadapp

    conf = directory / f"{kind}-server.conf"
    conf.write_text(text.format(directory=directory, kind=kind, user=pwd.getpwuid(os.getuid()).pw_name))
    app = loadapp(str(conf), global_conf={"log_name": kind})
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    eventlet.spawn(wsgi.server, listener, app, log_output=False, capitalize_response_headers=False)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]).resolve(), int(sys.argv[2]))
