"""The commonest event written by the shortest way: a page that says what it said.

Of twenty checks nineteen end so, for years. `storage.record` would write them as it
writes all others, asking first what has become of each thing. Here the same rows are
written by six statements. Nothing is decided differently: wherever there is more to a fetch than a fact
and "seen again", this writes nothing and says so, and the general way is taken.
That both ways leave the same rows and links is held by
`test_the_short_way_writes_what_the_general_way_writes`.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from storage.basis import Footing, footing_of
from storage.chain import append_all
from storage.derive import fetch_values, moved_to
from storage.fetched import Fetched
from storage.models import Fetch, Policy, Snapshot
from storage.noted import noted
from storage.rows import ask
from storage.understanding import Understood
from storage.writes import revise

__all__ = ["Written", "write_unchanged"]


@dataclass(frozen=True, slots=True)
class Written:
    fetch_id: int
    footing: Footing  # where the policy stands, before and after


def write_unchanged(
    session: Session, understood: Understood, *, now: datetime, keep_bodies: str
) -> Written | None:
    """Write a fetch that changed nothing; None, and nothing written, where there is more to it.

    Only inside Store.writing(). Rows of this policy that `session` has read as objects are
    not told of it.
    """
    if understood.outcome != "unchanged" or understood.comparisons or understood.remade:
        return None
    fetched = understood.fetched
    footing = footing_of(session, fetched.policy_id)
    if footing is None or not _is_plain(footing, understood, keep_bodies):
        return None
    is_between, is_answered = _beside(session, footing, fetched)
    if is_between:  # what an archive saw takes its place in the timeline now
        return None
    values = fetch_values(
        fetched, outcome="unchanged", cause=understood.cause, detail=understood.detail,
        digest="", now=now,
    ) | {"slot_at": None if is_answered else fetched.slot_at}  # fmt: skip
    (fetch,) = append_all(session, Fetch, [values])
    _write_sighting(session, footing, understood)
    return Written(fetch.id, footing)


def _is_plain(footing: Footing, understood: Understood, keep_bodies: str) -> bool:
    """Say whether a fact and a sighting are all that is to be written. Pure."""
    fetched, basis = understood.fetched, footing.basis
    return (
        basis == understood.basis
        and basis.current_id is not None
        and basis.current_id == basis.stable_id  # nothing waits to be settled
        and (fetched.body is None or (footing.keep_bodies or keep_bodies) != "captures")
        and not fetched.pages
        and not footing.has_page_validators
        and not fetched.browser_needed
        and not (fetched.plain_suffices and footing.browser_needed_at is not None)
        and footing.gone_since is None
        and footing.moved_to == moved_to(fetched)
    )


def _beside(session: Session, footing: Footing, fetched: Fetched) -> tuple[bool, bool]:
    """Say whether an archive saw the page after our last sighting, and whether the slot is answered."""
    row = ask(
        session,
        "SELECT EXISTS (SELECT 1 FROM \"fetch\" WHERE policy_id = :policy AND source <> 'live'"
        ' AND observed_at >= :since), EXISTS (SELECT 1 FROM "fetch" WHERE policy_id = :policy'
        " AND slot_at = :slot AND observed_at >= :slot)",
        policy=footing.policy_id,
        since=footing.last_seen,
        slot=fetched.slot_at,
    )[0]
    return bool(row[0]), bool(row[1])


def _write_sighting(session: Session, footing: Footing, understood: Understood) -> None:
    at, current = understood.fetched.observed_at, footing.basis.current_id
    assert footing.last_seen is not None, "a policy with a current text has its row"
    assert current is not None, "and the text is named"
    if at > footing.last_seen:
        revise(session, Snapshot, current, {"last_seen": at})
    revise(session, Policy, footing.policy_id, noted(footing, understood))
