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
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Select, null
from sqlmodel import Session, col, func, select

from storage.jsonwork import canonical
from storage.models import Alert, Attempt, Delivery, Digest, Dropped, Fetch, Notice
from storage.rows import ask, write
from storage.writes import add_all, filled

__all__ = [
    "FACTS",
    "GENESIS",
    "AnyFact",
    "Appended",
    "Fact",
    "Mark",
    "append",
    "append_all",
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
    *("state", "attempts", "next_attempt_at", "claimed_until", "claimed_by", "sent_at"),
    "last_error",
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


@dataclass(frozen=True, slots=True)
class Appended:
    """A fact as it was added: its number, and what the next one links to."""

    id: int
    link: bytes


def link(previous: bytes, content: Mapping[str, Any]) -> bytes:
    """Return the SHA-256 of the canonical JSON of `content` followed by `previous`."""
    return hashlib.sha256(canonical(content) + previous).digest()


def fold(previous: bytes, row_link: bytes) -> bytes:
    """Return the end of a policy's chain after a row with `row_link`, `previous` being its end before."""
    return hashlib.sha256(row_link + previous).digest()


def append(session: Session, fact: AnyFact) -> AnyFact:
    """Add `fact` at the end of its chains, giving it its id and link; returns it.

    Only inside Store.writing(): a chain has one end, so it has one writer. The fact is
    written, and is no object of `session`: what is done to it later is not.
    """
    table = type(fact)
    (added,) = append_all(
        session, table, [{name: getattr(fact, name) for name in table.model_fields}]
    )
    fact.id, fact.link = added.id, added.link
    return fact


def append_all(
    session: Session, table: type[Fact], rows: Sequence[Mapping[str, Any]]
) -> list[Appended]:
    """Add facts of one table in their order, as columns: the same rows and links as one by one.

    What tells of them (an alert of its deliveries) is there already.
    A column that a row does not name is as its class says. All rows name the same.
    """
    if not rows:
        return []
    last_id, previous = _end_of(session, table)
    links: dict[int, list[bytes]] = {}
    owners = _Owners(session)
    full = []
    for number, values in enumerate(rows, last_id + 1):
        row = filled(table, values) | {"id": number}
        previous = row["link"] = link(previous, content_of(table, row))
        full.append(row)
        owner = owners.of(table, row)
        if owner is not None:
            links.setdefault(owner, []).append(previous)
    add_all(session, table, full)
    for policy_id, of_policy in links.items():
        _move_end(session, table, policy_id, of_policy)
    return [Appended(row["id"], row["link"]) for row in full]


def ends(session: Session) -> list[Mark]:
    """Return where every chain ends now: the tables' own, then the policies'."""
    marks = [Mark(str(table.__tablename__), None, *_end_of(session, table)) for table in FACTS]
    heads = ask(
        session, "SELECT facts, policy_id, count, link FROM chain_head ORDER BY facts, policy_id"
    )
    marks += [Mark(facts, policy, count, bytes(end)) for facts, policy, count, end in heads]
    return marks


def count_of(session: Session, table: type[Fact]) -> int:
    """Return how many rows `table` has; its ids are dense, so the last one says."""
    return session.exec(select(func.max(table.id))).one() or 0


@cache
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


def _end_of(session: Session, table: type[Fact]) -> tuple[int, bytes]:
    """Return the id and the link of the last row of a table."""
    name = table.__tablename__
    last = ask(session, f'SELECT id, link FROM "{name}" ORDER BY id DESC LIMIT 1')  # noqa: S608 - a name of ours
    return (last[0][0], bytes(last[0][1])) if last else (0, GENESIS)


def _move_end(session: Session, table: type[Fact], policy_id: int, links: Sequence[bytes]) -> None:
    """Let the chain of a policy go on by rows with `links`."""
    which = {"facts": str(table.__tablename__), "policy": policy_id}
    head = ask(
        session,
        "SELECT count, link FROM chain_head WHERE facts = :facts AND policy_id = :policy",
        **which,
    )
    count, end = (head[0][0], bytes(head[0][1])) if head else (0, GENESIS)
    for one in links:
        end = fold(end, one)
    write(
        session,
        "INSERT INTO chain_head (facts, policy_id, count, link)"
        " VALUES (:facts, :policy, :count, :link) ON CONFLICT (facts, policy_id)"
        " DO UPDATE SET count = excluded.count, link = excluded.link",
        **which,
        count=count + len(links),
        link=end,
    )


class _Owners:
    """Whose the facts of one batch are: each alert is asked for once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._of_alert: dict[int | None, int | None] = {None: None}

    def of(self, table: type[Fact], values: Mapping[str, Any]) -> int | None:
        """Return the policy that a fact is of; None where it is no single policy's."""
        if table in (Digest, Notice):
            return None
        if table is Delivery:
            return self._policy_of(values["alert_id"])
        if table is Attempt:
            query = "SELECT alert_id FROM delivery WHERE id = :delivery"
            found = ask(self._session, query, delivery=values["delivery_id"])
            return self._policy_of(found[0][0] if found else None)
        policy_id: int = values["policy_id"]
        return policy_id

    def _policy_of(self, alert_id: int | None) -> int | None:
        if alert_id not in self._of_alert:
            found = ask(
                self._session, "SELECT policy_id FROM alert WHERE id = :alert", alert=alert_id
            )
            self._of_alert[alert_id] = found[0][0] if found else None
        return self._of_alert[alert_id]
