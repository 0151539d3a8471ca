"""What an alert says, frozen when it is raised: a mail can be rebuilt from it for days.

Values that go into a JSON column and come back equal. It quotes the page as the
analysis saw it; making that harmless is the mail's work, not done here.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, date, datetime
from typing import Any

from alerts.quoting import Pieces

__all__ = ["AlertContent", "Aside", "Point", "Summary", "storable"]


@dataclass(frozen=True, slots=True)
class Point:
    """One changed passage, as told: findings that rest on the same words are one point.

    `topics` are in the order of the findings. `pieces` are the marked words, ()
    when the passage came or went as a whole.
    """

    topics: tuple[str, ...]
    kind: str
    direction: str
    severity: str
    heading: str
    before: str
    after: str
    reasons: tuple[str, ...] = ()
    pieces: Pieces = ()


@dataclass(frozen=True, slots=True)
class Aside:
    """A change that does not count. kind: reworded, added, removed, moved.

    Of a reworded passage `before` and `after` are the changed words only.
    """

    kind: str
    heading: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Summary:
    """What a language model wrote of an alert. No part of it: nothing was decided by these words."""

    model: str
    text: str


@dataclass(frozen=True, slots=True)
class AlertContent:
    """Everything a mail about one change says.

    `thread` names the policy's mails as one conversation (a Message-ID that is
    never sent). `effective` and `updated` are the page's own claims. `points`
    and `asides` are the first ones; `all_points` and `all_asides` count all.
    `unconfirmed`: told at first sight, before a second look. `unverified`: why the
    connection that brought the new text, or the one before, cannot be trusted.
    """

    policy: str
    service: str
    document: str
    url: str
    title: str
    lang: str
    headline: str
    topics: tuple[str, ...]
    direction: str
    severity: str
    from_snapshot: int
    to_snapshot: int
    first_seen: datetime
    before_last_seen: datetime
    thread: str
    points: tuple[Point, ...]
    all_points: int
    asides: tuple[Aside, ...] = ()
    all_asides: int = 0
    effective: date | None = None
    updated: date | None = None
    unconfirmed: bool = False
    unverified: str = ""

    def to_json(self) -> dict[str, Any]:  # JSON values
        """Return it as JSON values; `from_json` gives an equal content back."""
        values: dict[str, Any] = storable(asdict(self))
        for name in ("first_seen", "before_last_seen", "effective", "updated"):
            values[name] = values[name].isoformat() if values[name] else None
        return values

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "AlertContent":  # JSON values
        """Read what `to_json` wrote. Fields it does not know are left aside."""
        known = {field.name: values[field.name] for field in fields(cls) if field.name in values}
        known["topics"] = tuple(known["topics"])
        known["points"] = tuple(_point(point) for point in known["points"])
        known["asides"] = tuple(Aside(**aside) for aside in known["asides"])
        for name in ("first_seen", "before_last_seen"):
            known[name] = datetime.fromisoformat(known[name]).astimezone(UTC)
        for name in ("effective", "updated"):
            known[name] = date.fromisoformat(known[name]) if known.get(name) else None
        return cls(**known)


def storable(value: Any) -> Any:  # JSON values, or dates on their way there
    """Replace what no database takes: NUL and halves of characters."""
    if isinstance(value, str):
        return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {name: storable(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [storable(inner) for inner in value]
    return value


def _point(values: Mapping[str, Any]) -> Point:  # JSON values
    lists = {name: tuple(values[name]) for name in ("topics", "reasons")}
    pieces = tuple((op, text) for op, text in values["pieces"])
    return Point(**{**values, **lists, "pieces": pieces})
