"""Where a policy stands when a fetch of it is understood, and again when it is written.

`Basis` is what the understanding of a fetch rests on: where it is another by the time
of writing, the fetch is understood anew. `Footing` is the basis and the rest of what a
check must know where nothing has changed, read by one query and without objects.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from storage.rows import ask, jsoned, some_instant

if TYPE_CHECKING:
    from storage.models import Policy
    from storage.rows import Source

__all__ = ["Basis", "Footing", "basis_of", "footing_of"]


@dataclass(frozen=True, slots=True)
class Basis:
    """Where the policy stood when a fetch was understood."""

    current_id: int | None
    stable_id: int | None
    url: str
    select: str
    remove: str
    also: tuple[str, ...] = ()
    furniture: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Footing:
    """A policy and its current text, as the live fetch that brought it says. Without a text the last three are None."""

    basis: Basis
    policy_id: int
    name: str
    service: str
    keep_bodies: str | None
    last_body_sha256: bytes | None
    moved_to: str | None
    gone_since: datetime | None
    browser_needed_at: datetime | None
    has_page_validators: bool  # of further pages
    revision: int | None
    digest: str | None
    last_seen: datetime | None


def basis_of(policy: "Policy") -> Basis:
    return Basis(
        current_id=policy.current_snapshot_id,
        stable_id=policy.stable_snapshot_id,
        url=policy.url,
        select=policy.select_css,
        remove=policy.remove_css,
        also=tuple(policy.also),
        furniture=frozenset(policy.furniture),
    )


def footing_of(source: "Source", policy_id: int) -> Footing | None:
    """Return where a policy stands; None: there is no such policy."""
    rows = ask(
        source,
        "SELECT p.current_snapshot_id, p.stable_snapshot_id, p.url, p.select_css, p.remove_css,"
        " p.also, p.furniture, p.name, p.keep_bodies, p.last_body_sha256, p.moved_to,"
        " p.gone_since, p.browser_needed_at, p.also_validators, g.revision, g.digest, s.last_seen,"
        " p.service"
        " FROM policy p LEFT JOIN snapshot s ON s.id = p.current_snapshot_id"
        " LEFT JOIN sighting g ON g.fetch_id = s.live_fetch_id"
        " WHERE p.id = :policy",
        policy=policy_id,
    )
    if not rows:
        return None
    row = rows[0]
    current, stable, url, select, remove = row[:5]
    also, furniture = tuple(jsoned(row[5])), frozenset(jsoned(row[6]))
    return Footing(
        basis=Basis(current, stable, url, select, remove, also, furniture),
        policy_id=policy_id,
        name=row[7],
        service=row[17],
        keep_bodies=row[8],
        last_body_sha256=None if row[9] is None else bytes(row[9]),
        moved_to=row[10],
        gone_since=some_instant(row[11]),
        browser_needed_at=some_instant(row[12]),
        has_page_validators=bool(jsoned(row[13])),
        revision=row[14],
        digest=row[15],
        last_seen=some_instant(row[16]),
    )
