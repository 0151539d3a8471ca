"""Which addresses may be connected to: public ones, and networks that were allowed by name.

The rule looks at the numbers that are about to be connected to, never at a name or
at how an address was written, so odd spellings (octal, decimal, mapped) gain nothing.
It resolves nothing and connects to nothing: the rooms that go out apply it, `crawler.guard`
to pages and `alerts.senders.http` to webhooks.

Source: IANA special-purpose address registries (RFC 6890); RFC 6052 and RFC 8215 for
addresses that carry an IPv4 address inside.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from typing import TypeAlias

__all__ = ["Address", "Network", "is_allowed", "is_allowed_literal"]

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

# Spelled out, because `is_global` differs between patch releases of Python and counts
# multicast and some relays as global. An address must pass both.
_NEVER = tuple(
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8",  # this host
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT, and some clouds' metadata
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local, and most clouds' metadata
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "::/128",
        "::1/128",
        "64:ff9b:1::/48",  # NAT64 for local use: where it leads is not known here
        "100::/64",
        "2001::/23",  # protocol assignments, with Teredo and benchmarking inside
        "2001:db8::/32",
        "3fff::/20",
        "5f00::/16",
        "fc00::/7",
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
    )
)

# Prefixes whose last or inner 32 bits are an IPv4 address: the address that counts.
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_COMPATIBLE = ipaddress.IPv6Network("::/96")
_TRANSLATED = ipaddress.IPv6Network("::ffff:0:0:0/96")


def is_allowed(text: str, allowed: Sequence[Network]) -> bool:
    """Whether a numeric address, as the resolver gave it, may be connected to."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return _is_in(address, allowed) or _is_public(address)


def is_allowed_literal(host: str, allowed: Sequence[Network]) -> bool:
    """Whether a URL's host is itself an address inside one of the allowed networks."""
    try:
        return _is_in(ipaddress.ip_address(host.strip("[]")), allowed)
    except ValueError:
        return False


def _is_in(address: Address, networks: Sequence[Network]) -> bool:
    inner = _inner(address)
    return any(address in network or inner in network for network in networks)


def _is_public(address: Address) -> bool:
    inner = _inner(address)
    if inner is not address:
        return _is_public(inner)
    return address.is_global and not any(address in network for network in _NEVER)


def _inner(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 address leads to, or the address itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address in _NAT64 or address in _TRANSLATED:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if address in _COMPATIBLE and int(address) > 1:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address
