"""A message in its final words, as a channel hands it on: the one value all senders take.

Everything about wording is settled here and nothing about the way: a sender
looks at no content, and what renders knows no server.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

__all__ = ["Rendered", "Sender"]


@dataclass(frozen=True, slots=True)
class Rendered:
    """One message for one recipient on one channel.

    `id` is the same at every try, so that a receiver can drop a double; `at` is
    when it was raised, not when it is sent. `recipient` is a mail address, or the
    name of a channel in the settings. `body` is what goes over the wire. `sender`
    is where bounces of a mail go; other channels have none.
    """

    id: str
    recipient: str
    at: datetime
    title: str
    body: bytes
    sender: str = ""


class Sender(Protocol):
    """A way to hand a finished message on."""

    async def send(self, message: Rendered) -> str:
        """Hand over one message; return the answer. Raises SendError."""
        ...

    async def close(self) -> None:
        """Let go of what was kept open between messages."""
        ...
