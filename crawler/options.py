"""How a crawl behaves: the values its caller may set, checked when they are made."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawler.errors import CannotCrawlError
from storage.addresses import Network, is_allowed_literal

__all__ = ["CrawlOptions", "CrawlReport"]

_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class CrawlOptions:
    """What a crawl may do and how fast.

    `user_agent` says honestly who asks, with a contact. `allow_addresses` are networks in
    CIDR form that the address guard lets through although they are not public. `timeout_s`
    covers one page with all its redirects; `delay_s` is the least pause between two pages
    of one host. `proxy` is an `http://` URL, or "" for none; the environment's proxies are
    never used. Raises CannotCrawlError for a value that cannot work.
    """

    user_agent: str
    allow_addresses: tuple[str, ...] = ()
    timeout_s: float = 60.0
    max_size: int = 10 * _MIB  # after unpacking; the longest known policy is under 3 MiB
    delay_s: float = 1.0
    concurrency: int = 16
    obey_robots: bool = True
    proxy: str = ""
    browser_path: str = ""  # the Chromium or Chrome to draw pages with; "" = look for one
    browser_sandbox: bool = True  # as root there is none, whatever this says
    accept_language: str = "en, *;q=0.5"  # pinned, so that a site shows the same variant each time

    def __post_init__(self) -> None:
        if not self.user_agent.strip() or not self.user_agent.isprintable():
            raise CannotCrawlError(
                f"user_agent = {self.user_agent!r}: name who asks, and a contact"
            )
        for name in ("timeout_s", "max_size", "concurrency"):
            if getattr(self, name) <= 0:
                raise CannotCrawlError(f"{name} = {getattr(self, name)!r}: must be more than 0")
        if self.delay_s < 0:
            raise CannotCrawlError(f"delay_s = {self.delay_s!r}: must be 0 or more")
        _ = self.networks
        if self.proxy and (urlsplit(self.proxy).scheme != "http" or not self.proxy_host):
            raise CannotCrawlError("proxy: only http:// proxies work, as http://host:port")

    @property
    def networks(self) -> tuple[Network, ...]:
        return tuple(_network(text) for text in self.allow_addresses)

    @property
    def proxy_host(self) -> str:
        return urlsplit(self.proxy).hostname or ""

    def is_ours(self, host: str) -> bool:
        """Whether `host` is this machine or a literal address of an allowed network: no pauses."""
        return host == "localhost" or is_allowed_literal(host, self.networks)


@dataclass(frozen=True, slots=True)
class CrawlReport:
    """What a crawl did. `failed` counts by cause; `bytes` are of bodies after unpacking."""

    asked: int
    fetched: int
    failed: dict[str, int]
    seconds: float
    bytes: int


def _network(text: str) -> Network:
    try:
        return ipaddress.ip_network(text.strip(), strict=False)
    except ValueError as error:
        raise CannotCrawlError(
            f"allow_addresses: {text!r} is no network (try 10.0.0.0/8 or 192.168.1.7)"
        ) from error
