"""Which addresses may be connected to. Pure: no resolving, no sockets.

The rule is a whitelist: globally routable unicast only. `ipaddress.is_global` alone is not enough: its table differs
between Python releases, and it accepts addresses that carry another one inside (6to4, NAT64, Teredo).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from stepcoder.net.errors import BlockedAddress

IPAddress = IPv4Address | IPv6Address

# IANA special-purpose registry, IPv4.
_REFUSED_V4 = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",  # "this network": connects to ourselves on Linux
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT; clouds use it inside
        "127.0.0.0/8",
        "168.63.129.16/32",  # a cloud's host agent on a public-looking address
        "169.254.0.0/16",  # link-local: instance and task metadata
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
# IPv6: only 2000::/3 is global unicast. Everything else (mapped, NAT64, unique local, link- and site-local, multicast)
# lies outside it; these are the exceptions inside.
_GLOBAL_V6 = IPv6Network("2000::/3")
_REFUSED_V6 = tuple(
    IPv6Network(text)
    for text in (
        "2001::/23",  # protocol assignments: Teredo, ORCHID, benchmarking
        "2001:db8::/32",
        "2002::/16",  # 6to4: an IPv4 address inside
        "3fff::/20",
    )
)
# What an operator may open by name. Link-local, multicast, unspecified and reserved addresses stay shut even then.
_OPENABLE = tuple(
    ipaddress.ip_network(text)
    for text in (
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "::1/128",
        "fc00::/7",
    )
)
# Except for what a cloud keeps in those ranges: metadata, credentials of pods, name servers.
_METADATA = tuple(ipaddress.ip_network(text) for text in ("100.100.100.200/32", "fd00:ec2::/32", "fd20:ce::/32"))


def is_public(address: IPAddress) -> bool:
    """Whether an address is globally routable unicast and carries no other address inside."""
    if isinstance(address, IPv4Address):
        return address.is_global and not any(address in network for network in _REFUSED_V4)
    if getattr(address, "scope_id", None) is not None:
        return False
    return address.is_global and address in _GLOBAL_V6 and not any(address in network for network in _REFUSED_V6)


@dataclass(frozen=True)
class AddressPolicy:
    """The check of one connection. `allowed` holds (host, port) pairs; port None means any."""

    allowed: frozenset[tuple[str, int | None]] = field(default_factory=frozenset)

    @classmethod
    def parse(cls, allow_private_hosts: str) -> AddressPolicy:
        """From a comma-separated list of `host`, `host:port`, `[ipv6]` or `[ipv6]:port`. Raises ValueError."""
        entries = (entry.strip().lower() for entry in allow_private_hosts.split(","))
        return cls(frozenset(_host_and_port(entry) for entry in entries if entry))

    def check(self, host: str, port: int, addresses: Iterable[str]) -> None:
        """Refuse the host unless EVERY address it resolved to may be connected to. Raises BlockedAddress.

        One bad address among good ones refuses all: that is what rebinding looks like.
        """
        for text in addresses:
            if not self._accepts(host, port, text):
                raise BlockedAddress(
                    f"The host {host!r} does not lead to a public internet address, and this service does not connect "
                    "to private networks. Use a host that can be reached from the internet.",
                    address=text,
                )

    def _accepts(self, host: str, port: int, text: str) -> bool:
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            return False
        if is_public(address):
            return True
        named = self._names(host.lower().rstrip("."), port) or self._names(str(address), port)
        return named and _within(address, _OPENABLE) and not _within(address, _METADATA)

    def _names(self, host: str, port: int) -> bool:
        return (host, port) in self.allowed or (host, None) in self.allowed


def _within(address: IPAddress, networks: Iterable[IPv4Network | IPv6Network]) -> bool:
    return any(address in network for network in networks)


def _host_and_port(entry: str) -> tuple[str, int | None]:
    """Split one entry; an address is written the way `ipaddress` prints it, so that spellings compare equal."""
    host, port = entry, ""
    if entry.startswith("["):
        host, _, rest = entry[1:].partition("]")
        port = rest.removeprefix(":")
    elif entry.count(":") == 1:
        host, _, port = entry.partition(":")
    try:
        host = str(ipaddress.ip_address(host))
    except ValueError:
        host = host.rstrip(".")
    return host, int(port) if port else None
