"""By what each live change was weighed when it was written, told from the changes alone. Pure.

A live text is compared with the one readers know and, where that is another,
with the one before it. The first is weighed by what settled before; a return to
what readers know by every text that was seen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from storage.derive import ComparedRow, history_for

__all__ = ["LiveChange", "histories"]


@dataclass(frozen=True, slots=True)
class LiveChange:
    id: int
    before: int  # snapshots; a live text that came later has a greater number
    after: int
    at: datetime
    state: str


def histories(
    changes: Sequence[LiveChange], digests: Mapping[int, str]
) -> dict[int, Sequence[ComparedRow]]:
    """Return the history to weigh each of `changes` by; `digests` are those of the snapshots."""
    found: dict[int, Sequence[ComparedRow]] = {}
    told: list[ComparedRow] = []
    seen: list[ComparedRow] = []
    ordered = sorted(changes, key=lambda change: (change.after, change.before))
    known = min((change.before for change in ordered), default=0)  # what readers know
    for after, group in groupby(ordered, key=lambda change: change.after):
        rows = list(group)
        from_known = [row for row in rows if row.before == known]
        for row in rows:
            old, new, date = digests[row.before], digests[row.after], row.at.isoformat()
            if row.before == known:
                found[row.id] = history_for(old, new, date=date, told=told)
            else:
                found[row.id] = () if from_known else tuple(seen)
        direct = rows[-1]
        seen.append((direct.at.isoformat(), digests[direct.before], digests[after]))
        if any(row.state == "settled" for row in from_known):
            settled = from_known[0]
            told.append((settled.at.isoformat(), digests[settled.before], digests[after]))
            known = after
        elif not from_known:
            known = after  # back to what readers knew
    return found
