"""A client of one OpenAI-compatible endpoint: one question, one answer, or a SummaryError.

Whatever listens there may be slow, broken or lying. A question has one deadline
and its answer a size; no redirect is followed and no proxy asked, so that the
quotes go nowhere but to the address that was set.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from alerts.content import AlertContent
from alerts.errors import SummaryError
from alerts.harmless import one_line
from alerts.prompt import answer_of, question, said

__all__ = ["Endpoint", "summarise"]

_MOST_BYTES = 256 * 1024  # a real answer has some 2 kB, a few dozen with a model's thoughts
_WHY = {
    400: "does the model know this much?",
    401: "is the key right?",
    403: "may the key do this?",
    404: "are the address and the name of the model right?",
    429: "too many questions, or the account is used up",
}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Who is asked. `url` is the part before "/chat/completions", without a slash at its end."""

    url: str
    model: str
    timeout_s: float = 20.0
    key: str = field(default="", repr=False)


async def summarise(content: AlertContent, endpoint: Endpoint) -> str:
    """Return what the model makes of a change: one harmless paragraph.

    Takes at most `endpoint.timeout_s`. Raises SummaryError.
    """
    try:
        async with asyncio.timeout(endpoint.timeout_s):
            body = await _post(question(content, endpoint.model), endpoint)
    except TimeoutError:
        raise SummaryError(f"no answer within {endpoint.timeout_s:g} s") from None
    except aiohttp.ClientConnectorError as error:
        raise SummaryError(f"cannot be reached: {one_line(str(error), 200)}") from error
    except (aiohttp.ClientError, ValueError, OSError) as error:
        # Only the kind: the words of these may quote the answer, and that a key.
        raise SummaryError(f"speaks no HTTP or broke off: {type(error).__name__}") from None
    words = answer_of(body)
    if endpoint.key and endpoint.key in words:
        raise SummaryError("the answer repeats the key; it is not kept")
    return said(words)


async def _post(asked: dict[str, Any], endpoint: Endpoint) -> bytes:  # JSON values
    headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
    if endpoint.key:
        headers["Authorization"] = f"Bearer {endpoint.key}"
    async with (
        aiohttp.ClientSession(
            auto_decompress=False,  # a small answer stays a small answer
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=endpoint.timeout_s),
            trust_env=False,
        ) as session,
        session.post(
            f"{endpoint.url}/chat/completions", json=asked, headers=headers, allow_redirects=False
        ) as response,
    ):
        if response.status != 200:
            why = _WHY.get(response.status, "")
            raise SummaryError(f"answered with status {response.status}" + (why and f": {why}"))
        return await _read(response.content)


async def _read(stream: aiohttp.StreamReader) -> bytes:
    body = bytearray()
    async for chunk in stream.iter_any():
        body += chunk
        if len(body) > _MOST_BYTES:
            raise SummaryError(f"the answer is longer than {_MOST_BYTES} bytes")
    return bytes(body)
