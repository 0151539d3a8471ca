"""Which policies archives should be asked for by themselves: new ones, old gaps, dead ends."""

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlmodel import Session, col, exists, func, select

from storage.models import Alert, Backfill, Fetch, Policy, SaveRequest

__all__ = [
    "DEAD_ENDS",
    "Wanted",
    "is_public_page",
    "note_save",
    "open_count",
    "unsaved_alerts",
    "wanted_backfills",
]

# A live page that fails like this does not come back by itself soon: an archive may have it.
DEAD_ENDS = frozenset(
    {"blocked", "robots", "not_found", "gone", "bot_wall", "login", "consent_wall", "soft_404"}
)
_FAILURES = 3  # in a row, before a page counts as blocked or gone
_FALLBACK_EVERY = timedelta(days=1)
# Archives list a capture days or weeks after it was made: a pass looks back so far beyond the last.
_LATE = timedelta(days=60)
_DATED_BY_CHECKS = timedelta(days=3)  # a change between two live checks so close is dated well
_NUMBER = re.compile(r"[0-9]{1,20}|0x[0-9a-f]{0,20}")  # no name of a public host ends in one
_LOCAL = ("localhost", "local", "internal", "lan", "home.arpa", "intranet", "corp", "home")


@dataclass(frozen=True, slots=True)
class Wanted:
    policy_id: int
    reason: str  # added, gap, fallback
    since: datetime | None
    finest: timedelta


def wanted_backfills(
    session: Session, *, now: datetime, again: timedelta, fallback: bool, limit: int
) -> list[Wanted]:
    """Return what to ask archives for now, at most `limit`; nothing that is being asked already."""
    found: dict[int, Wanted] = {}
    if fallback:
        for want in _dead_ends(session, now, limit):
            found.setdefault(want.policy_id, want)
    for want in _never_asked(session, limit):
        found.setdefault(want.policy_id, want)
    if again > timedelta(0):
        for want in _long_ago(session, now - again, limit):
            found.setdefault(want.policy_id, want)
    return list(found.values())[:limit]


def open_count(session: Session) -> int:
    """Return how many backfills are not over."""
    query = select(func.count(col(Backfill.id))).where(col(Backfill.ended_at).is_(None))
    return session.exec(query).one()


def is_public_page(url: str) -> bool:
    """Whether an archive could have `url`, and may be told of it: no address of a private net."""
    host = (urlsplit(url).hostname or "").rstrip(".").lower()
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        pass
    if _NUMBER.fullmatch(host.rpartition(".")[2]):
        return False  # another spelling of an address: 10.1, 0x7f.1
    return "." in host and not any(host == name or host.endswith(f".{name}") for name in _LOCAL)


def unsaved_alerts(session: Session, *, since: datetime, limit: int) -> Sequence[tuple[int, str]]:
    """Return alerts for which no archive was asked to capture the page, with its address."""
    asked = exists().where(col(SaveRequest.alert_id) == col(Alert.id))
    rows = session.exec(
        select(Alert.id, Policy.url)
        .join(Policy, col(Policy.id) == Alert.policy_id)
        .where(col(Alert.created_at) >= since, ~asked)
        .order_by(col(Alert.id))
        .limit(limit)
    )
    return [(alert_id, url) for alert_id, url in rows if alert_id is not None]


def note_save(
    session: Session, alert_id: int, *, archive: str, now: datetime, status: int | None, detail: str
) -> None:
    """Write down that an archive was asked to capture what an alert told of, and its answer."""
    session.add(
        SaveRequest(
            alert_id=alert_id, archive=archive, asked_at=now, status=status, detail=detail[:500]
        )
    )
    session.flush()


def _never_asked(session: Session, limit: int) -> list[Wanted]:
    asked = exists().where(col(Backfill.policy_id) == col(Policy.id))
    rows = session.exec(
        select(Policy.id, Policy.url)
        .where(col(Policy.retired_at).is_(None), ~asked)
        .order_by(col(Policy.id))
    )
    return [
        Wanted(policy_id, "added", None, timedelta(0))
        for policy_id, url in rows
        if policy_id is not None and is_public_page(url)
    ][:limit]


def _long_ago(session: Session, before: datetime, limit: int) -> list[Wanted]:
    """Return the policies whose last backfill ended before `before`, the longest ago first."""
    last = func.max(Backfill.begun_at)
    rows = session.exec(
        select(Backfill.policy_id, func.max(Backfill.until), Policy.url)
        .join(Policy, col(Policy.id) == Backfill.policy_id)
        .where(col(Policy.retired_at).is_(None))
        .group_by(col(Backfill.policy_id), col(Policy.url))
        .having(last < before, func.count() == func.count(col(Backfill.ended_at)))
        .order_by(last)
        .limit(limit)
    )
    return [
        Wanted(policy_id, "gap", until - _LATE, _DATED_BY_CHECKS)
        for policy_id, until, url in rows
        if is_public_page(url)
    ]


def _dead_ends(session: Session, now: datetime, limit: int) -> list[Wanted]:
    failing = session.exec(
        select(Policy).where(
            col(Policy.retired_at).is_(None),
            col(Policy.failures) >= _FAILURES,
            ~exists().where(
                col(Backfill.policy_id) == col(Policy.id),
                col(Backfill.begun_at) > now - _FALLBACK_EVERY,
            ),
        )
    ).all()
    found = []
    for policy in failing:
        last = _last_fetches(session, policy)
        if last is not None and policy.id is not None and is_public_page(policy.url):
            found.append(Wanted(policy.id, "fallback", last, timedelta(0)))
        if len(found) == limit:
            break
    return found


def _last_fetches(session: Session, policy: Policy) -> datetime | None:
    """Return since when nothing usable came of a page that is blocked or gone; None: it is not."""
    live = select(Fetch).where(Fetch.policy_id == policy.id, Fetch.source == "live")
    newest = col(Fetch.observed_at).desc()
    last = session.exec(live.order_by(newest, col(Fetch.id).desc()).limit(1)).first()
    if last is None or last.outcome not in ("failed", "held") or last.cause not in DEAD_ENDS:
        return None
    good = live.where(col(Fetch.outcome).in_(("first", "unchanged", "changed")))
    seen = session.exec(good.order_by(newest).limit(1)).first()
    return seen.observed_at if seen is not None else policy.added_at
