"""What a mail is besides its content: who gets it, who sends it, how large it may be. Values."""

from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr

from alerts.links import Leave

__all__ = ["Envelope", "MailOptions"]

_MOST_BYTES = 100_000  # Gmail hides what comes after about 102 kB


@dataclass(frozen=True, slots=True)
class MailOptions:
    """What the settings say about mails. `sender` may carry a name: "Watch <watch@example.org>".

    `bounces` is the envelope sender, where other servers send what they could not
    deliver; "" is the sender's own address. `public_url` is where readers reach
    our web pages, "" where they do not: mails then name commands.
    """

    sender: str = "Clausewatch <clausewatch@localhost>"
    most_bytes: int = _MOST_BYTES
    bounces: str = ""
    public_url: str = ""

    @property
    def address(self) -> str:
        """The bare address of the sender."""
        return parseaddr(self.sender)[1]

    @property
    def envelope_sender(self) -> str:
        """The bare address that bounces go to."""
        return parseaddr(self.bounces)[1] or self.address


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a delivery row fixes about its mail. `leave` are the ways out that it offers."""

    recipient: str
    message_id: str
    date: datetime
    language: str = "en"
    leave: Leave | None = None
