"""Our words for what the analysis names: topics, directions, severities, document kinds, dates.

The only place where they are spelt for readers, so that mails, subject lines
and text parts say the same thing.
"""

from datetime import UTC, date, datetime

__all__ = [
    "EDITS",
    "day",
    "document",
    "effect",
    "instant",
    "tone",
    "topic",
]

_SEVERITIES = {"high": "high severity", "medium": "medium severity", "low": "low severity"}

_DIRECTIONS = {
    "weaker": "Less protection for you",
    "stronger": "More protection for you",
    "mixed": "Mixed for you",
    "neutral": "Neutral for you",
}

EDITS = {"reworded": "Reworded", "added": "Added", "removed": "Removed", "moved": "Moved"}

_TOPICS = {
    "ai_training": "AI training",
    "choice": "Choices",
    "access": "Access to data",
    "contact": "Contact",
    "disputes": "Disputes",
    "legal_basis": "Legal basis",
    "policy_change": "Changes to the policy",
    "regional": "Regional rights",
    "sale": "Sale of data",
    "transfers": "International transfers",
    "use": "Use of data",
}

_DOCUMENTS = {
    "privacy": "privacy policy",
    "cookies": "cookie policy",
    "cookie": "cookie policy",
    "terms": "terms",
    "dpa": "data processing agreement",
    "subprocessors": "list of subprocessors",
    "": "policy",
}


def topic(name: str) -> str:
    """Return a topic as readers know it; an unknown one reads as it is named."""
    return _TOPICS.get(name) or name.replace("_", " ").capitalize()


def document(kind: str) -> str:
    """Return what kind of document this is, in lower case, to stand in a sentence."""
    return _DOCUMENTS.get(kind.lower(), kind.replace("_", " ").replace("-", " "))


def effect(severity: str, direction: str) -> str:
    """Say what a change means to its reader, as in "Less protection for you, high severity"."""
    words = (_DIRECTIONS.get(direction, ""), _SEVERITIES.get(severity, ""))
    said = ", ".join(word for word in words if word)
    return said[:1].upper() + said[1:]


def tone(severity: str, direction: str) -> str:
    """Return "good", "bad", "warn" or "calm": the colour beside the words of `effect`."""
    if direction == "stronger":
        return "good"
    if direction == "weaker" and severity in ("high", "medium"):
        return "bad"
    return "calm" if severity == "low" or direction == "neutral" else "warn"


def day(at: date) -> str:
    """Return the day, as in "3 June 2026"."""
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year}"


def instant(at: datetime) -> str:
    """Return the minute in UTC, as in "3 June 2026, 14:05 UTC"."""
    at = at.astimezone(UTC)
    return f"{day(at)}, {at:%H:%M} UTC"


# Not strftime("%B"): mails must not change with the locale of the machine.
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip
