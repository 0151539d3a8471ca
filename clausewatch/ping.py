"""A sign of life to a dead-man's switch: a request to an address of the operator's, once a minute.

Whoever waits there tells the operator when it stops. Nothing is sent but the
request, and what is answered is not read.
"""

from aiohttp import ClientSession, ClientTimeout

__all__ = ["ping"]

_PATIENCE = ClientTimeout(total=20)


async def ping(url: str) -> None:
    """Ask for `url`. Raises ClientError or TimeoutError, or an error status as ClientError."""
    async with ClientSession(timeout=_PATIENCE) as session, session.get(url) as answer:
        answer.raise_for_status()
