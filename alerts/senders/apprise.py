"""Messages to chat services, through the optional package Apprise.

A target's address is the secret itself (a token in a URL), so no error, log or
row repeats a part of it. Apprise makes its own connections: our address rule
does not bind it.
"""

import asyncio
import logging
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from alerts.errors import SendError
from alerts.harmless import one_line
from alerts.rendered import Rendered

__all__ = ["AppriseSender", "ChatTarget"]

log = logging.getLogger(__name__)

_REPLY = 300
_LEAST_SECRET = 4  # characters; a shorter part of an address is no secret and may be any word
_PARTS = re.compile(r"[/:@?&=,#\s]{1,8}")


@dataclass(frozen=True, slots=True)
class ChatTarget:
    """One address as Apprise writes it, such as "slack://token/#channel"."""

    url: str = field(repr=False)
    timeout_s: float = 30.0


class AppriseSender:
    """Tells the targets that the settings name."""

    def __init__(self, targets: Mapping[str, ChatTarget]) -> None:
        self._targets = dict(targets)

    def __repr__(self) -> str:
        return f"AppriseSender({', '.join(sorted(self._targets))})"

    async def send(self, message: Rendered) -> str:
        """Hand one message to its service. Raises SendError; what was refused is tried again."""
        target = self._targets.get(message.recipient)
        if target is None:
            name = one_line(message.recipient, 100)
            raise SendError(f"no chat is called {name!r} in the settings", permanent=False)
        try:
            async with asyncio.timeout(target.timeout_s + 5):
                said = await _notify(target, message)
        except TimeoutError:
            raise SendError(f"no answer within {target.timeout_s:g} s", permanent=False) from None
        return said

    async def close(self) -> None:
        """Nothing stays open between messages."""


async def _notify(target: ChatTarget, message: Rendered) -> str:
    with warnings.catch_warnings():
        # Its plugins are imported at the first use, and some import what Python will drop.
        warnings.simplefilter("ignore", DeprecationWarning)
        apprise = _library()
        asset = apprise.AppriseAsset(app_id="Clausewatch", app_desc="Clausewatch")
        service = apprise.Apprise(asset=asset)
        is_known = service.add(target.url)
    if not is_known:
        raise SendError("Apprise does not know this kind of address", permanent=False)
    result = await service.async_notify(
        title=message.title,
        body=message.body.decode("utf-8"),
        body_format=apprise.NotifyFormat.TEXT,
        timeout=target.timeout_s,
    )
    if result:
        return "taken by the service"
    said = "; ".join(str(entry.message) for entry in result.logs())
    raise SendError(_without_secrets(said, target.url) or "the service refused it", permanent=False)


def _library() -> Any:  # an optional package
    try:
        import apprise
    except ImportError:
        raise SendError(
            "chat services need the extra package: pip install 'clausewatch[channels]'",
            permanent=False,
        ) from None
    return apprise


def _without_secrets(text: str, url: str) -> str:
    """Return what went wrong without any part of the address."""
    parts = {part for part in _PARTS.split(url) if len(part) >= _LEAST_SECRET}
    for part in sorted(parts, key=len, reverse=True):
        text = text.replace(part, "***")
    return one_line(text, _REPLY)
