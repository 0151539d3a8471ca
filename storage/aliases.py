"""Addresses that a policy had once, so that archives are asked for them too."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from storage.archived import archived_of
from storage.errors import BadValue, NotFound
from storage.models import Alias, Policy
from storage.urls import normalise_url

__all__ = ["Address", "add_alias", "addresses_of", "aliases_of", "remove_alias", "suggestions"]


@dataclass(frozen=True, slots=True)
class Address:
    """Where a policy was, and when; None where nobody said."""

    url: str
    since: datetime | None = None
    until: datetime | None = None


def add_alias(
    session: Session,
    policy: Policy,
    url: str,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    now: datetime,
) -> Address:
    """Say that `policy` was at `url` once; saying it again sets its dates anew.

    Raises BadUrl, or BadValue where the dates or the address make no sense.
    """
    tidy, key = normalise_url(url)
    if key == policy.url_key:
        raise BadValue(f"{tidy} is the address of {policy.name!r} now; give an older one")
    if since is not None and until is not None and since >= until:
        raise BadValue(f"from {since:%Y-%m-%d} to {until:%Y-%m-%d}: the end comes first")
    assert policy.id is not None, "a stored policy has an id"
    row = session.exec(
        select(Alias).where(Alias.policy_id == policy.id, Alias.url_key == key)
    ).first() or Alias(policy_id=policy.id, url=tidy, url_key=key, added_at=now)
    row.url, row.since, row.until = tidy, since, until
    session.add(row)
    session.flush()
    return Address(tidy, since, until)


def remove_alias(session: Session, policy: Policy, url: str) -> None:
    """Ask for `url` no more; what was found there stays. Raises NotFound."""
    _, key = normalise_url(url)
    row = session.exec(
        select(Alias).where(Alias.policy_id == policy.id, Alias.url_key == key)
    ).first()
    if row is None:
        raise NotFound(f"{policy.name!r} has no alias {url}")
    session.delete(row)
    session.flush()


def aliases_of(session: Session, policy: Policy) -> list[Address]:
    """Return the older addresses of a policy, in the order they were given."""
    rows = session.exec(select(Alias).where(Alias.policy_id == policy.id).order_by(col(Alias.id)))
    return [Address(row.url, row.since, row.until) for row in rows]


def addresses_of(session: Session, policy: Policy) -> list[Address]:
    """Return all addresses to ask archives for, the present one first."""
    return [Address(policy.url), *aliases_of(session, policy)]


def suggestions(session: Session, policy: Policy) -> list[str]:
    """Return where archived redirects of a policy led and no alias is yet, the newest first."""
    assert policy.id is not None, "a stored policy has an id"
    known = {policy.url_key}
    known |= {normalise_url(address.url)[1] for address in aliases_of(session, policy)}
    found: dict[str, str] = {}
    for row in archived_of(session, policy.id, "archived_redirect"):
        try:
            tidy, key = normalise_url(row.leads_to)
        except BadValue:
            continue
        if key not in known:
            found.setdefault(key, tidy)
    return list(found.values())
