"""One HTTP request to an address that a person set, with limits; refused when it leads inward.

The address rule is `storage.addresses`, applied to the numbers that are about to
be connected to. No redirect is followed, no proxy asked, no cookie kept.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from alerts.errors import SendError
from alerts.senders.reach import Answer, Reach
from storage.addresses import Network, is_allowed

__all__ = ["head", "post"]

_MOST_BYTES = 2000  # of an answer; what is longer is no answer to a webhook


async def post(url: str, body: bytes, headers: Mapping[str, str], reach: Reach) -> Answer:
    """Send one POST request and return the answer. Raises SendError, which never repeats the address."""
    return await _guarded("POST", url, body, headers, reach)


async def head(url: str, headers: Mapping[str, str], reach: Reach) -> Answer:
    """Send one HEAD request and return the answer. Raises SendError, as `post` does."""
    return await _guarded("HEAD", url, b"", headers, reach)


async def _guarded(
    method: str, url: str, body: bytes, headers: Mapping[str, str], reach: Reach
) -> Answer:
    host = urlsplit(url).hostname or ""
    if _is_literal(host) and not is_allowed(host, reach.networks):
        raise SendError(_refusal(host, [host]), permanent=False)
    try:
        async with asyncio.timeout(reach.timeout_s):
            return await _request(method, url, body, headers, reach)
    except TimeoutError:
        raise SendError(
            f"{host}: no answer within {reach.timeout_s:g} s", permanent=False
        ) from None
    except _RefusedError as error:
        raise SendError(str(error), permanent=False) from None
    except aiohttp.ClientConnectorError as error:
        why = error.os_error
        if isinstance(why, _RefusedError):
            raise SendError(str(why), permanent=False) from None
        said = why.strerror or str(why) or type(why).__name__
        raise SendError(f"{host}: {said}", permanent=False) from None
    except (aiohttp.ClientError, OSError, ValueError) as error:
        # Only the kind: the words of these may quote the address, which may hold a secret.
        raise SendError(f"{host}: {type(error).__name__}", permanent=False) from None


async def _request(
    method: str, url: str, body: bytes, headers: Mapping[str, str], reach: Reach
) -> Answer:
    async with (
        aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                resolver=_Guarded(reach.networks),
                use_dns_cache=False,
                force_close=True,
                ssl=reach.tls or True,
            ),
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=reach.timeout_s),
            trust_env=False,
        ) as session,
        session.request(
            method, url, data=body or None, headers=headers, allow_redirects=False
        ) as response,
    ):
        start = await response.content.read(_MOST_BYTES)
        return Answer(
            status=response.status,
            retry_after=response.headers.get("Retry-After", ""),
            location=response.headers.get("Location", ""),
            date=response.headers.get("Date", ""),
            body=start.decode("utf-8", "replace"),
        )


class _RefusedError(OSError):
    """A name leads to no address that may be connected to."""


class _Guarded(AbstractResolver):
    """Answers with the addresses of a name that may be connected to; it is asked for each connection."""

    def __init__(self, networks: Sequence[Network]) -> None:
        self._inner = ThreadedResolver()
        self._networks = networks

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        allowed = [row for row in found if is_allowed(row["host"], self._networks)]
        if not allowed:
            raise _RefusedError(_refusal(host, [row["host"] for row in found]))
        return allowed

    async def close(self) -> None:
        await self._inner.close()


def _refusal(host: str, addresses: Sequence[str]) -> str:
    at = "" if [host] == [*addresses] else f" is {', '.join(sorted(set(addresses)))},"
    return f"{host}{at} not a public address; allow its network in the channel's allow_addresses"


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True
