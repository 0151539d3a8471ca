"""What the daemon's looks at the record found, kept in a row: a notice is made of it, and outlives a restart.

How it is looked is in `storage.verify` (all of it) and `storage.soundness` (the start).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from storage.jsonwork import compact
from storage.models import Installation
from storage.verify import Misfit

__all__ = ["Damage", "damage_of", "note_look"]

_DAMAGE = "damage"
_MOST = 10  # of the misfits are kept in words: the first says enough


@dataclass(frozen=True, slots=True)
class Damage:
    """What did not fit when it was looked last: `first` in words, of `count`, since it was first seen."""

    since: datetime
    count: int
    first: tuple[str, ...]


def note_look(session: Session, misfits: Sequence[Misfit], *, now: datetime, whole: bool) -> None:
    """Keep what a look found; only inside Store.writing().

    Only a look at the `whole` record can say that there is nothing any more.
    """
    known = damage_of(session)
    row = session.get(Installation, _DAMAGE)
    if row is not None and not misfits and whole:
        session.delete(row)
    if not misfits or (known is not None and not whole):
        return
    said = {
        "since": (known.since if known else now).isoformat(),
        "count": len(misfits),
        "first": [str(one) for one in misfits[:_MOST]],
    }
    row = row or Installation(name=_DAMAGE, value="")
    row.value = compact(said)
    session.add(row)


def damage_of(session: Session) -> Damage | None:
    """Return what does not fit; None where all does, as far as it was looked."""
    row = session.get(Installation, _DAMAGE)
    if row is None:
        return None
    said = json.loads(row.value)
    return Damage(datetime.fromisoformat(said["since"]), said["count"], tuple(said["first"]))
