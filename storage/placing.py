"""Where a sighting belongs among the texts of a policy, by its own time. Pure.

A policy's texts are runs: the same text, seen from `first` to `last` without
another between. A sighting lies within a run of its own text, stretches one
beside it, stands between two others, or cuts one of another text in two.
Sightings of two texts at the same instant are ordered by the texts' digests,
so that the order in which they are told of never matters.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

__all__ = ["Place", "Run", "place", "stands_before"]


@dataclass(frozen=True, slots=True)
class Run:
    snapshot_id: int
    first: datetime
    last: datetime
    digest: str


@dataclass(frozen=True, slots=True)
class Place:
    """`before` and `after` are the runs on both sides; `run` the one that is met, if any.

    within: of `run`. earlier, later: `run` starts earlier, ends later with it.
    between: a run of its own. inside: it cuts `run`, of another text.
    """

    how: Literal["within", "earlier", "later", "between", "inside"]
    before: Run | None
    after: Run | None
    run: Run | None = None


def place(runs: Sequence[Run], at: datetime, digest: str) -> Place:
    """Say where a sighting of the text `digest` at `at` belongs among `runs`, oldest first."""
    count = sum((run.first, run.digest) <= (at, digest) for run in runs)
    run = runs[count - 1] if count else None
    after = runs[count] if count < len(runs) else None
    if run is not None and run.digest == digest:
        return Place("within" if at <= run.last else "later", _at(runs, count - 2), after, run)
    if run is not None and (at, digest) < (run.last, run.digest):
        return Place("inside", _at(runs, count - 2), after, run)
    if after is not None and after.digest == digest:
        return Place("earlier", run, _at(runs, count + 1), after)
    return Place("between", run, after)


def stands_before(run_digest: str, at: datetime, digest: str, seen: datetime) -> bool:
    """Say whether a sighting of `run_digest` at `seen` comes before one of `digest` at `at`."""
    return (seen, run_digest) < (at, digest)


def _at(runs: Sequence[Run], index: int) -> Run | None:
    return runs[index] if 0 <= index < len(runs) else None
