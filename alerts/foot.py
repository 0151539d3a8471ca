"""How a mail ends: why its reader gets it, and the ways to stop it. Pure."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from alerts.envelope import Envelope, MailOptions
from alerts.phrases import Phrases

__all__ = ["Foot", "foot_of"]


@dataclass(frozen=True, slots=True)
class Foot:
    """`why` and `how` are sentences, `ways` are (label, address) to follow."""

    why: str
    how: str
    ways: tuple[tuple[str, str], ...] = ()


def foot_of(envelope: Envelope, options: MailOptions, phrases: Phrases, role: str) -> Foot:
    """Return the end of a mail. `role`: reader, operator or asked (who has not said yes yet)."""
    recipient, leave = envelope.recipient, envelope.leave
    command = f"clausewatch unsubscribe {recipient}"
    ways: list[tuple[str, str]] = []
    if leave is not None and role == "reader":
        named = (("foot.unsubscribe", leave.url or leave.mailto), ("foot.pause", leave.pause_url))
        ways = [(phrases.say(key), url) for key, url in named if _can_be_followed(url)]
    if role == "reader":
        how = phrases.say("foot.write", address=options.address, command=command)
    else:
        how = phrases.say("foot.stop", command=command)
    return Foot(phrases.say(f"foot.{role}", recipient=recipient), how, tuple(ways))


def _can_be_followed(url: str) -> bool:
    return urlsplit(url).scheme in ("https", "http", "mailto")
