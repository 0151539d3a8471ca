"""Which texts stood when, of all sightings of a policy: runs in the order of time. Pure.

A run is the same text without another between. Whatever the order in which sightings
are told of, the runs are those of all of them sorted by time; two texts that were seen
at one instant are ordered by their digests.

A text that live fetches brought has a row of its own for good, for alerts name it. Where
an archive saw another text in its midst, the row stays with the part that a live fetch
saw last, and the part before is a run of its own. Two such rows are never one run, even
where what they said is taken for the same text now.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

__all__ = ["LiveText", "Run", "Sighted", "runs_of"]


@dataclass(frozen=True, slots=True)
class LiveText:
    """A text that live fetches brought, `seen` by them at these times, the oldest first."""

    snapshot_id: int
    fetch_id: int  # the one that brought it
    digest: str
    seen: Sequence[datetime]


@dataclass(frozen=True, slots=True)
class Sighted:
    """A capture of an archive, and the text it shows."""

    fetch_id: int
    at: datetime
    source: str
    body: bytes  # its digest; orders what was seen at one instant
    digest: str


@dataclass(frozen=True, slots=True)
class Run:
    """A text from its first sighting, which shows it, to its last."""

    fetch_id: int
    source: str
    first: datetime
    last: datetime
    digest: str
    snapshot_id: int | None = None  # of the live text that ends here
    archived: tuple[int, ...] = ()  # the captures of archives that saw it
    sightings: int = 1


@dataclass(frozen=True, slots=True)
class _Point:
    at: datetime
    digest: str
    source: str
    body: bytes
    fetch_id: int
    live: int | None = None  # which live text
    ends: bool = False  # no live fetch saw that text later


def runs_of(live: Sequence[LiveText], archived: Iterable[Sighted]) -> list[Run]:
    """Return the runs, oldest first. `live` are the live texts in the order they came."""
    points = [
        _Point(at, text.digest, "live", b"", text.fetch_id, number, place == len(text.seen))
        for number, text in enumerate(live)
        for place, at in enumerate(text.seen, 1)
    ]
    points += [_Point(one.at, one.digest, one.source, one.body, one.fetch_id) for one in archived]
    points.sort(key=attrgetter("at", "digest", "source", "body"))
    grouped: list[list[_Point]] = []
    whose: int | None = None  # the live text of the run that grows
    for point in points:
        another = point.live is not None and whose not in (None, point.live)
        if not grouped or grouped[-1][-1].digest != point.digest or another:
            grouped.append([])
            whose = None
        grouped[-1].append(point)
        whose = point.live if point.live is not None else whose
    return [_run(group, live) for group in grouped]


def _run(points: Sequence[_Point], live: Sequence[LiveText]) -> Run:
    first = points[0]
    ending = next((live[p.live].snapshot_id for p in points if p.ends and p.live is not None), None)
    return Run(
        fetch_id=first.fetch_id,
        source=first.source,
        first=first.at,
        last=points[-1].at,
        digest=first.digest,
        snapshot_id=ending,
        archived=tuple(point.fetch_id for point in points if point.live is None),
        sightings=len(points),
    )
