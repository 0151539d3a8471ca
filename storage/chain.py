"""The hash chains over facts: one a table, and in each table one a policy.

A row's link is the SHA-256 of its canonical content and the link of the row
before it: the chain of the table, which shows every edit, insertion, removal
and reordering and names the first. The chain of a policy hashes the links of
its own rows in their order (what tells of no single policy is in none), so that
one policy's record can be proven without the others'; only its end is kept
(`ChainHead`), so it costs a check no bytes.

    link(row)    = SHA-256(canonical JSON of the row || link of the row before it in the table)
    end(policy)  = SHA-256(link(its last row) || end(policy) before that row)

What the chains alone cannot show is a record rewritten whole, ends included, by
whoever holds the file; `storage.checkpoint` is for that.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Select, null
from sqlmodel import Session, col, func, select

from storage.jsonwork import canonical
from storage.models import Alert, Attempt, ChainHead, Delivery, Digest, Dropped, Fetch, Notice

__all__ = [
    "FACTS",
    "GENESIS",
    "AnyFact",
    "Fact",
    "Mark",
    "append",
    "columns_of",
    "content_of",
    "count_of",
    "ends",
    "fold",
    "link",
    "rows_of",
]

GENESIS = bytes(32)  # what the first row of a chain links to

Fact = Fetch | Dropped | Alert | Digest | Notice | Delivery | Attempt
AnyFact = TypeVar("AnyFact", Fetch, Dropped, Alert, Digest, Notice, Delivery, Attempt)

# The columns of the first schema, always covered by a link. A column added since is covered
# where it says something (is not None), so that the rows before it still fit.
_FIRST: Mapping[type[Fact], tuple[str, ...]] = {
    Fetch: (
        *("id", "policy_id", "source", "slot_at", "observed_at", "recorded_at", "took_ms"),
        *("status", "outcome", "cause", "detail", "body_sha256", "provenance"),
    ),
    Dropped: ("id", "policy_id", "body_sha256", "size", "at", "reason"),
    Alert: (
        *("id", "policy_id", "from_snapshot_id", "to_snapshot_id", "created_at", "topics"),
        *("severity", "direction", "headline", "content"),
    ),
    Digest: ("id", "recipient", "channel", "cadence", "slot_at", "created_at", "content"),
    Notice: ("id", "kind", "subject", "event", "created_at", "content"),
    Delivery: ("id", "alert_id", "recipient", "channel", "message_id", "created_at"),
    Attempt: ("id", "delivery_id", "at", "result", "reply"),
}
# Never covered: of a delivery its address is the fact, its state is the queue's.
_UNCOVERED = {
    "link",
    *("state", "attempts", "next_attempt_at", "claimed_until", "sent_at", "last_error"),
    *("cadence", "timezone", "language", "gathered_in"),
}
FACTS: Sequence[type[Fact]] = tuple(_FIRST)


@dataclass(frozen=True, slots=True)
class Mark:
    """A chain after its first `count` rows. `policy_id` None: the chain of the whole table."""

    facts: str  # the table's name
    policy_id: int | None
    count: int
    link: bytes


def link(previous: bytes, content: Mapping[str, Any]) -> bytes:
    """Return the SHA-256 of the canonical JSON of `content` followed by `previous`."""
    return hashlib.sha256(canonical(content) + previous).digest()


def fold(previous: bytes, row_link: bytes) -> bytes:
    """Return the end of a policy's chain after a row with `row_link`, `previous` being its end before."""
    return hashlib.sha256(row_link + previous).digest()


def append(session: Session, fact: AnyFact) -> AnyFact:
    """Add `fact` at the end of its chains, giving it its id and link; returns it.

    Only inside Store.writing(): a chain has one end, so it has one writer.
    """
    table = type(fact)
    session.flush()
    last = session.exec(select(table.id, table.link).order_by(col(table.id).desc()).limit(1))
    last_id, previous = last.first() or (0, GENESIS)
    fact.id = (last_id or 0) + 1
    fact.link = link(previous, _content(fact))
    session.add(fact)
    _move_end(session, fact)
    session.flush()
    return fact


def ends(session: Session) -> list[Mark]:
    """Return where every chain ends now: the tables' own, then the policies'."""
    marks = []
    for table in FACTS:
        newest = select(table.id, table.link).order_by(col(table.id).desc()).limit(1)
        last_id, last_link = session.exec(newest).first() or (0, GENESIS)
        marks.append(Mark(str(table.__tablename__), None, last_id or 0, last_link))
    heads = select(ChainHead).order_by(col(ChainHead.facts), col(ChainHead.policy_id))
    marks += [
        Mark(head.facts, head.policy_id, head.count, head.link) for head in session.exec(heads)
    ]
    return marks


def count_of(session: Session, table: type[Fact]) -> int:
    """Return how many rows `table` has; its ids are dense, so the last one says."""
    return session.exec(select(func.max(table.id))).one() or 0


def columns_of(table: type[Fact]) -> tuple[str, ...]:
    """Return the columns that a link of `table` covers, those of the first schema first."""
    first = _FIRST[table]
    later = [name for name in table.model_fields if name not in {*first, *_UNCOVERED}]
    return (*first, *later)


def content_of(table: type[Fact], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a link covers of a row with `values`, which has all of `columns_of`."""
    first = _FIRST[table]
    return {
        name: values[name]
        for name in columns_of(table)
        if name in first or values[name] is not None
    }


def rows_of(table: type[Fact], *, policy_id: int | None = None) -> Select[Any]:
    """Select the policy's id, `columns_of` and the link of each row, in order; of one policy or all."""
    found: Select[Any] = select(
        _policy_column(table),
        *(getattr(table, name) for name in (*columns_of(table), "link")),
    )
    if table is Attempt:
        found = found.outerjoin(Delivery, col(Delivery.id) == Attempt.delivery_id)
    if table in (Attempt, Delivery):
        found = found.outerjoin(Alert, col(Alert.id) == Delivery.alert_id)
    if policy_id is not None:
        found = found.where(_policy_column(table) == policy_id)
    return found.order_by(col(table.id))


def _policy_column(table: type[Fact]) -> Any:  # a column, of whichever table says it
    if table in (Digest, Notice):
        return null()
    own = {Fetch: Fetch.policy_id, Dropped: Dropped.policy_id}
    return col(own.get(table, Alert.policy_id))


def _content(fact: Fact) -> dict[str, Any]:
    table = type(fact)
    return content_of(table, {name: getattr(fact, name) for name in columns_of(table)})


def _move_end(session: Session, fact: Fact) -> None:
    policy_id, facts = _policy_of(session, fact), str(fact.__tablename__)
    if policy_id is None:
        return
    head = session.get(ChainHead, (facts, policy_id))
    if head is None:
        head = ChainHead(facts=facts, policy_id=policy_id, count=0, link=GENESIS)
    head.count += 1
    head.link = fold(head.link, fact.link)
    session.add(head)


def _policy_of(session: Session, fact: Fact) -> int | None:
    """Return whose fact it is; None where it is no single policy's."""
    if isinstance(fact, Fetch | Dropped | Alert):
        return fact.policy_id
    if isinstance(fact, Digest | Notice):
        return None
    query = select(Alert.policy_id)
    if isinstance(fact, Delivery):
        query = query.where(col(Alert.id) == fact.alert_id)
    else:
        query = query.join(Delivery, col(Delivery.alert_id) == Alert.id)
        query = query.where(col(Delivery.id) == fact.delivery_id)
    return session.exec(query).first()
