"""Which addresses may be connected to, over the whole of both address families."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.addresses import is_allowed, is_allowed_literal

PRIVATE_V4 = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "224.0.0.0/4",
    "240.0.0.0/4",
]
private_v4 = st.sampled_from(PRIVATE_V4).flatmap(
    lambda text: st.ip_addresses(network=ipaddress.ip_network(text))
)


@given(private_v4)
def test_private_addresses_are_refused_in_every_form(address: ipaddress.IPv4Address) -> None:
    inside = int(address)
    forms = [
        str(address),
        f"::ffff:{address}",
        str(ipaddress.IPv6Address(inside)),
        str(ipaddress.IPv6Address((0x64FF9B << 96) | inside)),
        str(ipaddress.IPv6Address((0x2002 << 112) | (inside << 80))),
        str(ipaddress.IPv6Address((0xFFFF << 48) | inside)),
        str(ipaddress.IPv6Address((0x20010000 << 96) | (inside ^ 0xFFFFFFFF))),
    ]
    assert [form for form in forms if is_allowed(form, ())] == []


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "1.1.1.1", "93.184.216.34", "2606:4700::1111", "2a00:1450::1", "64:ff9b::808:808"],
)
def test_public_addresses_are_allowed(address: str) -> None:
    assert is_allowed(address, ())


@given(st.ip_addresses(v=6, network="fc00::/7") | st.ip_addresses(v=6, network="fe80::/10"))
def test_private_v6_addresses_are_refused_with_and_without_a_zone(
    address: ipaddress.IPv6Address,
) -> None:
    assert not is_allowed(str(address), ())
    assert not is_allowed(f"{address}%eth0", ())


@given(st.ip_addresses())
def test_an_address_that_was_allowed_by_name_is_allowed(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    assert is_allowed(str(address), (ipaddress.ip_network(str(address)),))


def test_a_mapped_address_is_allowed_with_the_address_inside() -> None:
    assert is_allowed("::ffff:10.1.2.3", (ipaddress.ip_network("10.0.0.0/8"),))


@given(st.text(max_size=30))
def test_what_is_no_address_is_refused(text: str) -> None:
    try:
        ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        assert not is_allowed(text, (ipaddress.ip_network("0.0.0.0/0"),))


def test_a_literal_counts_only_in_its_plain_form() -> None:
    loopback = (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1"))

    hosts = ["127.0.0.1", "[::1]", "::1", "127.1", "localhost", "8.8.8.8", ""]
    assert [host for host in hosts if is_allowed_literal(host, loopback)] == [
        "127.0.0.1",
        "[::1]",
        "::1",
    ]
