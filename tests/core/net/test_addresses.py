from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stepcoder.net import AddressPolicy, BlockedAddress, Client
from stepcoder.net.addresses import is_public
from tests.core.net.servers import WebServer, client, resolver, status


@pytest.mark.parametrize("host", ["8.8.8.8", "1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "2a00:1450::1"])
def test_public_addresses_pass(host: str) -> None:
    assert is_public(ipaddress.ip_address(host))
    AddressPolicy().check("media.example", 443, [host])


def test_one_private_address_among_public_ones_refuses_the_host() -> None:
    with pytest.raises(BlockedAddress):
        AddressPolicy().check("media.example", 443, ["8.8.8.8", "10.0.0.1"])


def test_the_message_does_not_tell_the_private_address() -> None:
    with pytest.raises(BlockedAddress) as caught:
        AddressPolicy().check("media.example", 443, ["10.1.2.3"])
    assert "10.1.2.3" not in str(caught.value)
    assert caught.value.address == "10.1.2.3"


@pytest.mark.parametrize(
    ("allowed", "host", "port", "address"),
    [
        ("minio", "minio", 9000, "172.18.0.3"),
        ("minio:9000", "minio", 9000, "172.18.0.3"),
        (" Minio:9000 , other", "MINIO.", 9000, "10.0.0.3"),
        ("127.0.0.1:8080", "127.0.0.1", 8080, "127.0.0.1"),
        ("[::1]:8080", "::1", 8080, "::1"),
        ("::1", "::1", 8080, "::1"),
        ("[fd12::0001]", "nas", 80, "fd12::1"),
        ("10.0.0.5", "nas.example", 80, "10.0.0.5"),
        ("localhost", "localhost", 3000, "127.0.0.1"),
    ],
)
def test_a_named_private_host_passes(allowed: str, host: str, port: int, address: str) -> None:
    AddressPolicy.parse(allowed).check(host, port, [address])


@pytest.mark.parametrize(
    ("allowed", "host", "port", "address"),
    [
        ("minio:9000", "minio", 9001, "172.18.0.3"),
        ("minio", "other", 9000, "172.18.0.3"),
        ("minio", "xminio", 9000, "172.18.0.3"),
        ("minio", "minio.evil.example", 9000, "172.18.0.3"),
        ("minio", "minio", 80, "169.254.169.254"),
        ("minio", "minio", 80, "fd00:ec2::254"),
        ("minio", "minio", 80, "fd00:ec2::23"),
        ("minio", "minio", 80, "100.100.100.200"),
        ("minio", "minio", 80, "0.0.0.0"),  # noqa: S104
        ("minio", "minio", 80, "224.0.0.1"),
        ("minio", "minio", 80, "::ffff:127.0.0.1"),
        ("169.254.169.254", "169.254.169.254", 80, "169.254.169.254"),
        ("127.0.0.1", "evil.example", 80, "127.0.0.2"),
        ("", "localhost", 80, "127.0.0.1"),
        ("*", "localhost", 80, "127.0.0.1"),
    ],
)
def test_nothing_else_passes(allowed: str, host: str, port: int, address: str) -> None:
    with pytest.raises(BlockedAddress):
        AddressPolicy.parse(allowed).check(host, port, [address])


def test_text_that_is_no_address_is_refused() -> None:
    with pytest.raises(BlockedAddress):
        AddressPolicy().check("x", 80, ["not an address"])


Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
NOT_GLOBAL = [
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "::/8",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "100::/64",
        "2001::/32",
        "2001:db8::/32",
        "2002::/16",
        "fc00::/7",
        "fe80::/9",
        "ff00::/8",
    )
]


def addresses(version: int) -> st.SearchStrategy[Address]:
    def within(network: Network) -> st.SearchStrategy[Address]:
        return st.integers(0, network.num_addresses - 1).map(lambda offset: network[offset])

    return st.sampled_from([network for network in NOT_GLOBAL if network.version == version]).flatmap(within)


def forms_of_v4(address: Address) -> list[str]:
    number, (a, b, c, d) = int(address), address.packed
    inside_v6 = [
        f"::ffff:{address}",
        f"::{address}",
        f"64:ff9b::{address}",
        f"2002:{a:02x}{b:02x}:{c:02x}{d:02x}::1",
        f"::ffff:{a:02x}{b:02x}:{c:02x}{d:02x}",
        f"2001:0:{a:02x}{b:02x}:{c:02x}{d:02x}::",
    ]
    return [
        str(address),
        str(number),
        hex(number),
        f"0{number:o}",
        f"{a:#x}.{b:#x}.{c:#x}.{d:#x}",
        f"0{a:o}.0{b:o}.0{c:o}.0{d:o}",
        f"{a}.{number & 0xFFFFFF}",
        f"{a}.{b}.{number & 0xFFFF}",
        f"{a:#x}.{b}.0{c:o}.{d}",
        *(f"[{text}]" for text in inside_v6),
    ]


@settings(max_examples=150, deadline=None)
@given(address=addresses(4), data=st.data())
def test_any_notation_of_a_non_global_ipv4_address_is_refused(
    address: ipaddress.IPv4Address, data: st.DataObject
) -> None:
    form = data.draw(st.sampled_from(forms_of_v4(address)))
    with pytest.raises(BlockedAddress):
        Client(resolve=resolver()).open(f"http://{form}:9/")


@settings(max_examples=100, deadline=None)
@given(address=addresses(6), exploded=st.booleans())
def test_any_notation_of_a_non_global_ipv6_address_is_refused(address: Address, exploded: bool) -> None:
    with pytest.raises(BlockedAddress):
        Client(resolve=resolver()).open(f"http://[{address.exploded if exploded else address}]:9/")


@settings(max_examples=100, deadline=None)
@given(address=addresses(4), name=st.from_regex(r"[a-z]{1,10}\.example", fullmatch=True))
def test_any_name_of_a_non_global_address_is_refused(address: Address, name: str) -> None:
    with pytest.raises(BlockedAddress):
        Client(resolve=resolver({name: [str(address)]})).open(f"http://{name}:9/")


def test_a_rebinding_name_is_checked_at_every_connection() -> None:
    answers = [["8.8.8.8"], ["127.0.0.1"]]
    with WebServer({"/": status(200)}) as trap:
        guarded = client("", names={})
        guarded._resolve = lambda host, port, *rest: resolver({host: answers.pop(0)})(host, port)
        guarded.policy.check("rebind.example", 80, [entry[4][0] for entry in guarded._resolve("rebind.example", 80)])
        with pytest.raises(BlockedAddress):
            guarded.open(f"http://rebind.example:{trap.server_port}/")
        assert trap.connections == 0
