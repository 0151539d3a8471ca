"""What an alert says, frozen when it is raised: a mail can be rebuilt from it for days.

Values that go into a JSON column and come back equal. It quotes the page as the
analysis saw it; making that harmless is the mail's work, not done here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, date, datetime
from typing import Any

from alerts.quoting import Pieces, changed_words, cut
from analysis.compare import Edit, Finding

__all__ = ["MOST_ASIDES", "MOST_POINTS", "AlertContent", "Aside", "Point", "asides_of", "points_of"]

_QUOTE = 4000  # characters kept of one side of a quote: two pages of a policy
MOST_POINTS = 60  # a rewrite of everything is read at the source, not in a mail
MOST_ASIDES = 40
_EXCERPT = 240
_REASONS = 8
_GRAVITY = {"high": 0, "medium": 1, "low": 2}


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
class AlertContent:
    """Everything a mail about one change says.

    `thread` names the policy's mails as one conversation (a Message-ID that is
    never sent). `effective` and `updated` are the page's own claims. `points`
    and `asides` are the first ones; `all_points` and `all_asides` count all.
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

    def to_json(self) -> dict[str, Any]:  # JSON values
        """Return it as JSON values; `from_json` gives an equal content back."""
        values: dict[str, Any] = _storable(asdict(self))
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


def points_of(findings: Sequence[Finding]) -> tuple[Point, ...]:
    """Freeze findings; those about the same words become one point, the gravest first."""
    together: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in findings:
        key = (finding.heading, finding.before, finding.after)
        together.setdefault(key, []).append(finding)
    points = [_merged(group) for group in together.values()]
    return tuple(sorted(points, key=lambda point: _GRAVITY.get(point.severity, len(_GRAVITY))))


def asides_of(edits: Sequence[Edit], findings: Sequence[Finding]) -> tuple[Aside, ...]:
    """Freeze the edits that no finding rests on, in the order of the page."""
    told = {(finding.before, finding.after) for finding in findings}
    return tuple(
        _aside(edit)
        for edit in edits
        if (edit.before, edit.after) not in told and not _is_quoted(edit, findings)
    )


def _storable(value: Any) -> Any:  # JSON values, or dates on their way there
    """Replace what no database takes: NUL and halves of characters."""
    if isinstance(value, str):
        return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {name: _storable(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(inner) for inner in value]
    return value


def _merged(group: Sequence[Finding]) -> Point:
    first = group[0]
    directions = {finding.direction for finding in group} - {"neutral"}
    whole = not (first.before and first.after)
    return Point(
        topics=tuple(dict.fromkeys(finding.topic for finding in group)),
        kind=first.kind,
        direction="mixed" if len(directions) > 1 else "".join(directions) or "neutral",
        severity=min((f.severity for f in group), key=lambda s: _GRAVITY.get(s, len(_GRAVITY))),
        heading=first.heading[:_EXCERPT],
        before=first.before[:_QUOTE],
        after=first.after[:_QUOTE],
        reasons=tuple(dict.fromkeys(why[:_EXCERPT] for f in group for why in f.reasons))[:_REASONS],
        pieces=() if whole else _bounded(first.words),
    )


def _bounded(words: Pieces) -> Pieces:
    """Marked words whose two sides fit a quote; () when they cannot, so that the sides are shown."""
    size = {op: sum(len(text) for kind, text in words if kind == op) for op in ("gone", "new")}
    if max(size.values()) > _QUOTE:
        return ()
    return cut(words, 2 * _QUOTE)


def _is_quoted(edit: Edit, findings: Sequence[Finding]) -> bool:
    """A finding may quote one sentence of a longer edit."""
    return edit.kind != "moved" and any(
        (not finding.before or finding.before in edit.before)
        and (not finding.after or finding.after in edit.after)
        for finding in findings
    )


def _aside(edit: Edit) -> Aside:
    gone, new = changed_words(edit.words, "gone"), changed_words(edit.words, "new")
    marked = edit.kind == "reworded" and bool(gone or new)
    before = " … ".join(gone) if marked else edit.before
    after = " … ".join(new) if marked else edit.after
    if edit.kind == "moved":
        before, after = "", edit.after or edit.before
    return Aside(edit.kind, *(text[:_EXCERPT] for text in (edit.heading, before, after)))


def _point(values: Mapping[str, Any]) -> Point:  # JSON values
    lists = {name: tuple(values[name]) for name in ("topics", "reasons")}
    pieces = tuple((op, text) for op, text in values["pieces"])
    return Point(**{**values, **lists, "pieces": pieces})
