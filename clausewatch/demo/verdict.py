"""Compare what was noticed with what the story planted: the demonstration checks itself. Pure.

Every check belongs to the plant whose days it falls on; a check that belongs to
none must find nothing. What does not fit becomes a complaint in words.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from clausewatch.demo.nothing import why_nothing
from clausewatch.demo.story import Plant
from clausewatch.demo.watch import Seen
from storage.views import AlertView

__all__ = ["Outcome", "belongs", "judge", "stray"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one plant. `said` is how Clausewatch took it, a line each."""

    plant: Plant
    said: tuple[str, ...]
    alerts: tuple[AlertView, ...]
    complaints: tuple[str, ...]


def belongs(seen: Seen, plant: Plant) -> bool:
    """Say whether this check looked at that plant."""
    return seen.page in plant.pages and plant.day <= seen.at.date() < plant.until


def judge(plant: Plant, checks: Sequence[Seen]) -> Outcome:
    """Judge `plant` by the checks that belong to it, oldest first."""
    alerts = tuple(seen.alert for seen in checks if seen.alert)
    said, complaints = _JUDGES[plant.kind](plant, checks)
    if not checks:
        complaints = ["nobody looked"]
    if plant.kind != "material":
        complaints += [f"an alert: {alert.headline}" for alert in alerts]
    where = f"{plant.day.isoformat()}, {' and '.join(plant.pages)}, {plant.kind}"
    return Outcome(
        plant, tuple(said), alerts, tuple(f"{where}: {complaint}" for complaint in complaints)
    )


def stray(seen: Seen) -> tuple[str, ...]:
    """Return complaints about a check on a day on which nothing happened."""
    where = f"{seen.at:%Y-%m-%d %H:%M}, {seen.page}, nothing planted"
    found = [] if seen.outcome in {"first", "unchanged"} else [_described(seen)]
    if seen.alert:
        found.append(f"an alert: {seen.alert.headline}")
    return tuple(f"{where}: {what}" for what in found)


def _material(plant: Plant, checks: Sequence[Seen]) -> tuple[list[str], list[str]]:
    alerts = [seen.alert for seen in checks if seen.alert]
    complaints = [
        f"{_described(seen)}, where only the edit was expected"
        for seen in checks
        if seen.outcome in {"failed", "held"}
    ]
    if len(alerts) != 1:
        return [], [*complaints, f"{len(alerts)} alerts, where one was expected"]
    (alert,) = alerts
    missing = sorted(plant.topics - set(alert.topics))
    if missing:
        complaints.append(f"told as {_listed(alert.topics)}, without {_listed(missing)}")
    if plant.direction and alert.direction != plant.direction:
        complaints.append(f"told as {alert.direction} for the reader, not {plant.direction}")
    undelivered = [one.recipient for one in alert.deliveries if one.state != "sent"]
    if undelivered or not alert.deliveries:
        complaints.append(f"not delivered to {_listed(undelivered) or 'anybody'}")
    return [], complaints


def _cosmetic(plant: Plant, checks: Sequence[Seen]) -> tuple[list[str], list[str]]:
    changed = [seen for seen in checks if seen.outcome == "changed"]
    said = [
        f"left alone: {why_nothing(seen.comparison)} ({seen.change.kind})"
        for seen in changed
        if seen.change and seen.comparison
    ]
    if not changed:
        both = "both texts read" if len(plant.pages) > 1 else "the text reads"
        said = [f"left alone: the page is new, {both} exactly as before"]
    complaints = [
        _described(seen)
        for seen in checks
        if seen.outcome not in {"changed", "unchanged"} or (seen.change and seen.change.material)
    ]
    if plant.edits and not changed:
        complaints.append("the new words were not kept")
    if changed and not plant.edits and not plant.dated:
        complaints.append("furniture was taken for the policy's own text")
    return said, complaints


def _trouble(plant: Plant, checks: Sequence[Seen]) -> tuple[list[str], list[str]]:
    wanted = "failed" if plant.kind == "outage" else "held"
    details: dict[str, list[str]] = {}
    for seen in checks:
        if seen.outcome == wanted:
            details.setdefault(seen.cause, []).append(seen.detail)
    verb = "failed" if wanted == "failed" else "doubtful"
    said = [
        f"{len(given)} {'check' if len(given) == 1 else 'checks'} {verb}: "
        f"{cause.replace('_', ' ')} ({', '.join(dict.fromkeys(given))})"
        for cause, given in details.items()
    ]
    said.append("on record, each of them; the texts known stay as they are")
    return said, [_described(seen) for seen in checks if seen.outcome != wanted]


def _variant(_plant: Plant, checks: Sequence[Seen]) -> tuple[list[str], list[str]]:
    shown = [seen for seen in checks if seen.change and seen.change.state != "flap"]
    gone = [seen for seen in checks if seen.change and seen.change.state == "flap"]
    said = (
        f"seen {_times(len(shown))}, gone {_times(len(gone))} at a second look a quarter of an "
        "hour later: recorded as a flap, nobody is told"
    )
    complaints = [_described(seen) for seen in checks if seen.outcome in {"failed", "held"}]
    if not shown:
        complaints.append("the other text was never seen")
    if len(gone) != len(shown):
        complaints.append(f"shown {_times(len(shown))}, gone {_times(len(gone))}")
    return [said], complaints


_JUDGES = {
    "material": _material,
    "cosmetic": _cosmetic,
    "outage": _trouble,
    "maintenance": _trouble,
    "variant": _variant,
}


def _described(seen: Seen) -> str:
    if seen.change is not None:
        return f"a change was found, {seen.change.kind}: {seen.change.headline}"
    because = f" ({seen.cause}: {seen.detail})" if seen.cause else ""
    return f"the check was {seen.outcome}{because}"


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "nothing"
