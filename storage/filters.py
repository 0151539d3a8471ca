"""What listings of changes, alerts and texts are narrowed to, and the SQL of it. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

__all__ = ["Filters", "conditions"]

_LEVELS = ("low", "medium", "high")  # of severity, least first


@dataclass(frozen=True, slots=True)
class Filters:
    """What a listing is narrowed to; what is empty narrows nothing. `severity`: at least."""

    policy: str = ""
    service: str = ""
    document: str = ""  # privacy, cookies, terms, ...
    kind: str = ""  # material, editorial, administrative, noise
    topic: str = ""
    direction: str = ""
    severity: str = ""
    since: datetime | None = None
    until: datetime | None = None


def conditions(
    filters: Filters, row: str = "c", at: str = "at"
) -> tuple[list[str], dict[str, Any]]:
    """Return SQL conditions over policy `p` and the change or alert `row`, and the values they name."""
    levels = _LEVELS[_LEVELS.index(filters.severity) :] if filters.severity else ()
    parts: list[tuple[object, str, dict[str, Any]]] = [
        (filters.policy, "p.name = :policy", {"policy": filters.policy}),
        (filters.service, "lower(p.service) = :service", {"service": filters.service.lower()}),
        (filters.document, "p.kind = :document", {"document": filters.document}),
        (filters.kind, f"{row}.kind = :kind", {"kind": filters.kind}),
        # The list is JSON; a topic is a word of our own, so that this cannot be another's part.
        (
            filters.topic,
            f"CAST({row}.topics AS TEXT) LIKE :topic",
            {"topic": f'%"{filters.topic}"%'},
        ),
        (filters.direction, f"{row}.direction = :direction", {"direction": filters.direction}),
        (
            levels,
            f"{row}.severity IN ({', '.join(f':level{number}' for number in range(len(levels)))})",
            {f"level{number}": level for number, level in enumerate(levels)},
        ),
        (filters.since, f"{row}.{at} >= :since", {"since": filters.since}),
        (filters.until, f"{row}.{at} <= :until", {"until": filters.until}),
    ]
    used = [(condition, values) for value, condition, values in parts if value]
    given = {name: value for _, values in used for name, value in values.items()}
    return [condition for condition, _ in used], given
