"""What policies said, when, and how sure that is. Writes nothing, derives nothing.

The door for commands, mails, feeds and the web; what is due and told is in
`storage.standing`, and had from here. Times order a policy's texts; where two are equal, their digests do. Every
function takes a session of `storage.engine` or a connection of `storage.light`.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from storage.errors import NoSuchPolicy, NotFound
from storage.frames import text_in, unpacked
from storage.rows import ask, instant, jsoned, some_instant
from storage.standing import alerts, fetches, status
from storage.views import (
    ChangeView,
    LatestView,
    PolicyView,
    SightingView,
    SnapshotView,
    StandingView,
)

if TYPE_CHECKING:
    from analysis.compare import Comparison
    from storage.rows import Source

__all__ = [
    "CHANGE_COLUMNS",
    "alerts",
    "change_between",
    "change_of",
    "change_view",
    "comparison_of",
    "fetches",
    "latest",
    "policy_named",
    "snapshot_at",
    "standing_at",
    "status",
    "text_of",
    "timeline",
    "unknown_policy",
]

# All but the comparison, which is the bulk of a row and lies behind them.
CHANGE_COLUMNS = (
    "c.id, c.policy_id, c.from_snapshot_id, c.to_snapshot_id, c.at, c.kind, c.material, c.topics,"
    " c.direction, c.severity, c.headline, c.state"
)
_SNAPSHOT_COLUMNS = (
    "id, policy_id, first_seen, last_seen, source, text_sha256, digest, title, lang, words,"
    " claims, problems, unverified"
)
_SAW = "('first', 'unchanged', 'changed')"  # the outcomes of fetches that saw a text


def policy_named(source: "Source", name: str) -> PolicyView:
    """Return the policy called `name`, retired or not; raises NoSuchPolicy naming near matches."""
    found = ask(
        source,
        "SELECT id, name, service, kind, url, retired_at FROM policy WHERE name = :name",
        name=name,
    )
    if not found:
        raise unknown_policy(name, [row[0] for row in ask(source, "SELECT name FROM policy")])
    return _policy_view(found[0])


def unknown_policy(name: str, names: Sequence[str]) -> NoSuchPolicy:
    """Return the error for `name`, with those of `names` that may be meant."""
    from difflib import get_close_matches

    inside = sorted(other for other in names if name and name.lower() in other)
    near = get_close_matches(name.lower(), names, n=3, cutoff=0.6)
    return NoSuchPolicy(name, list(dict.fromkeys([*near, *inside]))[:3])


def timeline(source: "Source", policy_id: int) -> list[SnapshotView]:
    """Return the texts of a policy, oldest first, each with its change from the one before."""
    snapshots = ask(
        source,
        f"SELECT {_SNAPSHOT_COLUMNS} FROM snapshot WHERE policy_id = :policy"
        " ORDER BY first_seen, digest",
        policy=policy_id,
    )
    changes = {
        (row[2], row[3]): change_view(row)
        for row in ask(
            source,
            f"SELECT {CHANGE_COLUMNS} FROM change c WHERE c.policy_id = :policy",
            policy=policy_id,
        )
    }
    sources = _sources(source, policy_id, snapshots)
    before = [None, *(row[0] for row in snapshots)]
    return [
        _snapshot_view(row, changes.get((previous, row[0])), sources.get(row[0], ()))
        for previous, row in zip(before, snapshots, strict=False)
    ]


def latest(source: "Source") -> list[LatestView]:
    """Return the newest text of every policy that is watched, by name."""
    rows = ask(
        source,
        # The newest by its own time: of a policy known from archives alone nothing is current.
        # Of two at one instant, rare as they are, the later digest; asked for here, each would cost.
        "SELECT p.id, p.name, p.service, p.kind, p.url, p.retired_at,"
        " s.id, s.first_seen, s.last_seen, s.source, s.words, s.digest"
        " FROM policy p LEFT JOIN snapshot s ON s.policy_id = p.id AND s.first_seen ="
        " (SELECT MAX(t.first_seen) FROM snapshot t WHERE t.policy_id = p.id)"
        " WHERE p.retired_at IS NULL ORDER BY p.name",
    )
    newest: dict[int, Sequence[Any]] = {}
    for row in rows:
        other = newest.get(row[0])
        if other is None or other[11] < row[11]:
            newest[row[0]] = row
    return [
        LatestView(
            _policy_view(row[:6]),
            row[6],
            some_instant(row[7]),
            some_instant(row[8]),
            row[9] or "",
            row[10] or 0,
        )
        for row in newest.values()
    ]


def text_of(source: "Source", snapshot_id: int) -> str:
    """Return the canonical text of a snapshot; raises NotFound."""
    found = ask(
        source,
        "SELECT t.sha256, t.frame FROM snapshot s"
        " JOIN snapshot_text t ON t.sha256 = s.text_sha256 WHERE s.id = :snapshot",
        snapshot=snapshot_id,
    )
    if not found:
        raise NotFound(f"no snapshot has the id {snapshot_id}")
    return text_in(bytes(found[0][1]), bytes(found[0][0]))


def snapshot_at(source: "Source", policy_id: int, at: datetime) -> SnapshotView | None:
    """Return the text that stood at `at`: the last one first seen by then. None before the first.

    Between `last_seen` of one text and `first_seen` of the next nobody looked;
    the earlier one is given. `standing_at` says how sure that is.
    """
    found = ask(
        source,
        f"SELECT {_SNAPSHOT_COLUMNS} FROM snapshot"
        " WHERE policy_id = :policy AND first_seen <= :at"
        " ORDER BY first_seen DESC, digest DESC LIMIT 2",
        policy=policy_id,
        at=at,
    )
    if not found:
        return None
    change = change_between(source, found[1][0], found[0][0]) if len(found) == 2 else None
    sources = _sources(source, policy_id, found[:1])
    return _snapshot_view(found[0], change, sources.get(found[0][0], ()))


def standing_at(source: "Source", policy_id: int, at: datetime) -> StandingView:
    """Return what a policy said at `at`, with the captures on both sides of that instant."""
    snapshot = snapshot_at(source, policy_id, at)
    before = _sighting(source, policy_id, at, "<=", "DESC")
    after = _sighting(source, policy_id, at, ">", "ASC")
    if snapshot is None:
        how = "before"
    elif at <= snapshot.last_seen:
        how = "seen"
    else:
        how = "since" if after is None else "between"
    return StandingView(at, how, snapshot, before, after)


def change_of(source: "Source", change_id: int) -> ChangeView:
    """Return one change; raises NotFound."""
    found = ask(
        source,
        f"SELECT {CHANGE_COLUMNS} FROM change c WHERE c.id = :change",
        change=change_id,
    )
    if not found:
        raise NotFound(f"no change has the id {change_id}")
    return change_view(found[0])


def change_between(source: "Source", a: int, b: int) -> ChangeView | None:
    """Return the recorded change from snapshot `a` to snapshot `b`; None where none was recorded."""
    found = ask(
        source,
        f"SELECT {CHANGE_COLUMNS} FROM change c"
        " WHERE c.from_snapshot_id = :a AND c.to_snapshot_id = :b",
        a=a,
        b=b,
    )
    return change_view(found[0]) if found else None


def comparison_of(source: "Source", change_id: int) -> "Comparison":
    """Return all that was made of a change: edits, findings, reasons; raises NotFound."""
    from analysis.compare import Comparison

    found = ask(source, "SELECT comparison FROM change WHERE id = :change", change=change_id)
    if not found:
        raise NotFound(f"no change has the id {change_id}")
    return Comparison.from_json(unpacked(bytes(found[0][0])))


def change_view(row: Sequence[Any]) -> ChangeView:
    """Return the change that a row of CHANGE_COLUMNS holds."""
    return ChangeView(
        id=row[0],
        policy_id=row[1],
        from_snapshot_id=row[2],
        to_snapshot_id=row[3],
        at=instant(row[4]),
        kind=row[5],
        material=bool(row[6]),
        topics=tuple(jsoned(row[7])),
        direction=row[8],
        severity=row[9],
        headline=row[10],
        state=row[11],
    )


def _policy_view(row: Sequence[Any]) -> PolicyView:
    return PolicyView(row[0], row[1], row[2], row[3], row[4], row[5] is not None)


def _snapshot_view(
    row: Sequence[Any], change: ChangeView | None, sources: Iterable[str]
) -> SnapshotView:
    return SnapshotView(
        id=row[0],
        policy_id=row[1],
        first_seen=instant(row[2]),
        last_seen=instant(row[3]),
        source=row[4],
        sha256=bytes(row[5]).hex(),
        digest=row[6],
        title=row[7],
        lang=row[8],
        words=row[9],
        claims=jsoned(row[10]),
        problems=tuple(jsoned(row[11])),
        change=change,
        sources=tuple(sources) or (row[4],),
        unverified=row[12],
    )


def _sources(
    source: "Source", policy_id: int, snapshots: Sequence[Sequence[Any]]
) -> dict[int, list[str]]:
    """Return who saw each of `snapshots`, rows in the order of time: "live" first, then archives."""
    archived = ask(
        source,
        'SELECT observed_at, source FROM "fetch"'
        f" WHERE policy_id = :policy AND source <> 'live' AND outcome IN {_SAW}",
        policy=policy_id,
    )
    if not archived:
        return {}
    starts = [row[2] for row in snapshots]
    found: dict[int, set[str]] = {}
    for at, name in archived:
        place = bisect_right(starts, at) - 1
        if place >= 0 and at <= snapshots[place][3]:
            found.setdefault(snapshots[place][0], set()).add(name)
    live = _seen_live(source, policy_id, [row for row in snapshots if row[0] in found])
    return {key: ["live"] * (key in live) + sorted(names) for key, names in found.items()}


def _seen_live(source: "Source", policy_id: int, snapshots: Sequence[Sequence[Any]]) -> set[int]:
    query = (
        'SELECT 1 FROM "fetch" WHERE policy_id = :policy AND observed_at >= :first'
        f" AND observed_at <= :last AND source = 'live' AND outcome IN {_SAW} LIMIT 1"
    )
    return {
        row[0]
        for row in snapshots
        if row[4] == "live" or ask(source, query, policy=policy_id, first=row[2], last=row[3])
    }


def _sighting(
    source: "Source", policy_id: int, at: datetime, side: str, order: str
) -> SightingView | None:
    found = ask(
        source,
        'SELECT f.observed_at, f.source, f.id FROM "fetch" f WHERE f.policy_id = :policy'
        f" AND f.observed_at {side} :at AND f.outcome IN {_SAW}"
        f" ORDER BY f.observed_at {order}, f.id {order} LIMIT 1",
        policy=policy_id,
        at=at,
    )
    if not found:
        return None
    shown = ask(
        source,
        "SELECT id FROM snapshot WHERE policy_id = :policy AND first_seen <= :at"
        " ORDER BY first_seen DESC, digest DESC LIMIT 1",
        policy=policy_id,
        at=found[0][0],
    )
    return SightingView(
        instant(found[0][0]), found[0][1], found[0][2], shown[0][0] if shown else None
    )
