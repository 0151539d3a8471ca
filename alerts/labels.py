"""How readers know what the analysis names: topics, directions, severities, document kinds, dates.

The only place where they are spelt, so that mails, subject lines and text
parts say the same thing. English unless `phrases` are of another language.
"""

from datetime import UTC, date, datetime

from alerts.phrases import Phrases, phrases_in

__all__ = ["clock", "day", "document", "effect", "instant", "is_plural", "tone", "topic"]

_ENGLISH = phrases_in("en")
_DOCUMENTS = {"cookie": "cookies", "": "policy"}  # what else a known kind is called
_KINDS = frozenset({"privacy", "cookies", "terms", "dpa", "subprocessors", "policy"})
_SINGULAR = _KINDS - {"terms"}


def topic(name: str, phrases: Phrases = _ENGLISH) -> str:
    """Return a topic as readers know it; an unknown one reads as it is named."""
    if phrases.has(f"topic.{name}"):
        return phrases.say(f"topic.{name}")
    return name.replace("_", " ").capitalize()


def document(kind: str, phrases: Phrases = _ENGLISH) -> str:
    """Return what kind of document this is, as it stands inside a sentence."""
    known = _known(kind)
    if known in _KINDS:
        return phrases.say(f"document.{known}")
    return kind.replace("_", " ").replace("-", " ")


def is_plural(kind: str) -> bool:
    """Whether a verb after the document may have to be in the plural: of other kinds we cannot know."""
    return _known(kind) not in _SINGULAR


def effect(severity: str, direction: str, phrases: Phrases = _ENGLISH) -> str:
    """Say what a change means to its reader, as in "Less protection for you, high severity"."""
    keys = (f"direction.{direction}", f"severity.{severity}")
    words = [phrases.say(key) for key in keys if phrases.has(key)]
    said = words[0] if len(words) == 1 else ""
    if len(words) == 2:
        said = phrases.say("form.both", first=words[0], second=words[1])
    return said[:1].upper() + said[1:]


def tone(severity: str, direction: str) -> str:
    """Return "good", "bad", "warn" or "calm": the colour beside the words of `effect`."""
    if direction == "stronger":
        return "good"
    if direction == "weaker" and severity in ("high", "medium"):
        return "bad"
    return "calm" if severity == "low" or direction == "neutral" else "warn"


def day(at: date, phrases: Phrases = _ENGLISH) -> str:
    """Return the day, as in "3 June 2026"."""
    first_of_french = phrases.language == "fr" and at.day == 1
    number = "1er" if first_of_french else str(at.day)
    # Not strftime("%B"): mails must not change with the locale of the machine.
    return phrases.say("form.day", day=number, month=phrases.months[at.month - 1], year=at.year)


def clock(at: datetime, phrases: Phrases = _ENGLISH) -> str:
    """Return the time of day as `at` has it, as in "14:05"."""
    return f"{at:%H} h {at:%M}" if phrases.language == "fr" else f"{at:%H:%M}"


def instant(at: datetime, phrases: Phrases = _ENGLISH) -> str:
    """Return the minute in UTC, as in "3 June 2026, 14:05 UTC"."""
    at = at.astimezone(UTC)
    return phrases.say("form.instant", day=day(at, phrases), time=clock(at, phrases))


def _known(kind: str) -> str:
    return _DOCUMENTS.get(kind.lower(), kind.lower())
