"""The address rule at connect time, as the reactor's name resolver.

Every connection of the reactor asks its name resolver, also for URLs that hold an
address, for each redirect and for robots.txt, and connects to what it answers. So this
is the one gate, and nothing lies between the check and the use. The rule itself is
`storage.addresses`.

The resolver belongs to the reactor, not to a crawl: crawls with one policy share it,
a crawl with another waits its turn, and without a crawl nothing gets through.
"""

from __future__ import annotations

import asyncio
import socket
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from twisted.internet.interfaces import IAddress, IHostnameResolver, IResolutionReceiver
from zope.interface import implementer  # type: ignore[import-untyped]  # ships no types

from crawler.errors import FetchError
from storage.addresses import Network, is_allowed

__all__ = ["Guard", "Policy", "vet_host"]

_REMEMBERED = 1_000  # hosts whose refusal is kept until it was reported


@dataclass(frozen=True, slots=True)
class Policy:
    """What may be connected to: public addresses and `networks`, or one proxy and nothing else."""

    networks: tuple[Network, ...] = ()
    proxy_host: str = ""

    def lets_through(self, host: str, address: str) -> bool:
        if self.proxy_host:
            return host == self.proxy_host
        return is_allowed(address, self.networks)


@implementer(IHostnameResolver)
class Guard:
    """Answers with the addresses of a name that the policy lets through."""

    def __init__(self, inner: Any) -> None:  # zope's interfaces are no types to mypy
        self._inner = inner
        self._policy: Policy | None = None
        self._users = 0
        self._freed = asyncio.Condition()
        self._refused: OrderedDict[str, tuple[str, ...]] = OrderedDict()

    @asynccontextmanager
    async def under(self, policy: Policy, *, given_up: Callable[[], bool]) -> AsyncIterator[None]:
        """Let connections through by `policy`; wait while another policy is at work.

        A crawl that gave up waiting (see `nudge`) is let in with no right to connect.
        """

        def is_free() -> bool:
            return not self._users or self._policy == policy

        async with self._freed:
            await self._freed.wait_for(lambda: is_free() or given_up())
            if is_admitted := is_free():
                self._policy = policy
                self._users += 1
        try:
            yield
        finally:
            if is_admitted:
                await self._leave()

    async def nudge(self) -> None:
        """Have the crawls that wait look whether they gave up."""
        async with self._freed:
            self._freed.notify_all()

    async def _leave(self) -> None:
        async with self._freed:
            self._users -= 1
            if not self._users:
                self._policy = None
                self._freed.notify_all()

    def refused(self, host: str) -> tuple[str, ...]:
        """Return the addresses for which the last lookup of `host` came to nothing."""
        return self._refused.get(host, ())

    def resolveHostName(  # noqa: N802 - Twisted's interface
        self,
        resolutionReceiver: Any,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type[IAddress]] | None = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> Any:
        if not _is_name(hostName):  # getaddrinfo would raise where nobody listens
            resolutionReceiver.resolutionBegan(None)
            resolutionReceiver.resolutionComplete()
            return None
        return self._inner.resolveHostName(
            _Vetted(resolutionReceiver, self, hostName, self._policy),
            hostName,
            portNumber,
            addressTypes,
            transportSemantics,
        )

    def note(self, host: str, refused: Sequence[str]) -> None:
        """Remember why a host has no address, for the report of the failed connection."""
        self._refused.pop(host, None)
        if refused:
            self._refused[host] = tuple(refused)
        while len(self._refused) > _REMEMBERED:
            self._refused.popitem(last=False)


@implementer(IResolutionReceiver)
class _Vetted:
    """Passes on the addresses of one lookup that the policy lets through."""

    def __init__(self, receiver: Any, guard: Guard, host: str, policy: Policy | None) -> None:
        self._receiver = receiver
        self._guard = guard
        self._host = host
        self._policy = policy
        self._passed = 0
        self._refused: list[str] = []

    def resolutionBegan(self, resolutionInProgress: Any) -> None:  # noqa: N802, N803
        self._receiver.resolutionBegan(resolutionInProgress)

    def addressResolved(self, address: IAddress) -> None:  # noqa: N802
        numeric = str(getattr(address, "host", ""))
        if self._policy is not None and self._policy.lets_through(self._host, numeric):
            self._passed += 1
            self._receiver.addressResolved(address)
        else:
            self._refused.append(numeric)

    def resolutionComplete(self) -> None:  # noqa: N802
        self._guard.note(self._host, [] if self._passed else self._refused)
        self._receiver.resolutionComplete()


def _is_name(host: str) -> bool:
    try:
        host.encode("idna")
    except UnicodeError:
        return False
    return True


async def vet_host(host: str, networks: Sequence[Network]) -> None:
    """Raise FetchError when a host that a proxy is to connect to has a private address.

    A name that cannot be looked up here passes: behind many proxies only the proxy can.
    """
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return
    refused = [str(row[4][0]) for row in found if not is_allowed(str(row[4][0]), networks)]
    if refused:
        raise FetchError("blocked_address", f"{host} is {', '.join(sorted(set(refused)))}")
