"""What is watched: add, edit, retire, find; one at a time or as a declared list says.

Rows are built from checked values here alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from storage.errors import BadUrl, BadValue
from storage.history import unknown_policy
from storage.models import Policy
from storage.policy_values import EDITABLE, checked
from storage.urls import guess_kind, guess_service, normalise_url, server_of, slug
from storage.watchlist import Edit, SyncPlan, Wanted, plan_sync

__all__ = [
    "EDITABLE",
    "BadUrl",
    "Page",
    "SyncPlan",
    "Target",
    "Wanted",
    "add_policy",
    "apply_sync",
    "edit_policy",
    "find_policy",
    "list_policies",
    "normalise_url",
    "plan_sync",
    "retire_policy",
    "revive_policy",
    "target_of",
    "visitor",
]

# What a capture depends on: when one of these changes, an earlier capture is no yardstick.
_FETCHED_BY = ("url", "also", "browser", "language", "select_css", "remove_css")
# A server may say "not modified" by mistake for ever; so often it is not given the chance.
_READ_WHOLE_EVERY = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Page:
    """A further page of a policy, and what its server said of it last time."""

    url: str
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """What to fetch, and what the server said of it last time."""

    policy_id: int
    name: str
    url: str
    etag: str | None
    last_modified: str | None
    select: str
    remove: str
    slot_at: datetime | None  # the scheduled instant this answers; None: asked for by hand
    also: tuple[Page, ...] = ()
    browser: str = "auto"
    browser_needed_at: datetime | None = None  # when the plain page was last found not to be enough
    validated_url: str | None = None  # whose validators those above are; None: the url's own
    robots: str = "obey"
    tls: str = "verify"
    language: str = ""  # "": as the options of the crawl say


def visitor(url: str, *, number: int) -> Target:
    """Return a target that is no policy's: a page that is looked at once, and not recorded."""
    return Target(
        policy_id=-1 - number,
        name=url,
        url=url,
        etag=None,
        last_modified=None,
        select="",
        remove="",
        slot_at=None,
    )


def target_of(
    policy: Policy, *, slot_at: datetime | None = None, now: datetime | None = None
) -> Target:
    """Return what to fetch. Without validators, so that the page is read whole and no cache is
    believed, where a new text awaits its confirmation or the last whole reading is long ago.
    """
    assert policy.id is not None, "only a stored policy is fetched"
    whole = now is not None and _is_to_be_read_whole(policy, now)
    return Target(
        policy_id=policy.id,
        name=policy.name,
        url=policy.url,
        etag=None if whole else policy.etag,
        last_modified=None if whole else policy.last_modified,
        select=policy.select_css,
        remove=policy.remove_css,
        slot_at=slot_at,
        also=tuple(
            Page(url) if whole else Page(url, *policy.also_validators.get(url, ()))
            for url in policy.also
        ),
        browser=policy.browser,
        browser_needed_at=policy.browser_needed_at,
        validated_url=policy.validated_url,
        robots=policy.robots,
        tls=policy.tls,
        language=policy.language,
    )


def _is_to_be_read_whole(policy: Policy, now: datetime) -> bool:
    if policy.current_snapshot_id != policy.stable_snapshot_id:
        return True
    return policy.read_at is None or now - policy.read_at >= _READ_WHOLE_EVERY


def add_policy(
    session: Session,
    *,
    url: str,
    name: str = "",
    service: str = "",
    kind: str = "",
    every: timedelta | None = None,
    at: str = "",
    window: str = "",
    select: str = "",
    remove: str = "",
    tags: Iterable[str] = (),
    also: Iterable[str] = (),
    browser: str = "auto",
    keep_bodies: str = "",
    robots: str = "obey",
    tls: str = "verify",
    language: str = "",
    now: datetime,
) -> Policy:
    """Watch `url`, due at once. What is not given is guessed from the address.

    Raises BadUrl, or BadValue where a value is wrong or the address or the
    name is taken (by a retired policy too: that one is revived by editing).
    """
    tidy, key = normalise_url(url)
    values = checked(
        {
            "service": service or guess_service(tidy),
            "kind": kind or guess_kind(tidy),
            "every": every,
            "at": at,
            "window": window,
            "select": select,
            "remove": remove,
            "tags": tags,
            "also": also,
            "browser": browser,
            "keep_bodies": keep_bodies,
            "robots": robots,
            "tls": tls,
            "language": language,
        }
    )
    _refuse_page_twice(tidy, values["also"])
    values["name"] = (
        checked({"name": name})["name"]
        if name
        else _free_name(session, slug(values["service"], values["kind"]))
    )
    _refuse_taken(session, name=values["name"], url_key=key)
    policy = Policy(
        url=tidy, url_key=key, host=server_of(tidy), added_at=now, next_check_at=now, **values
    )
    session.add(policy)
    session.flush()
    return policy


def edit_policy(session: Session, name: str, /, **changes: Any) -> Policy:
    """Change what EDITABLE names of the policy called `name`; an unknown key raises BadValue.

    A new address drops the server's validators, and so do other further pages, or another
    way to draw them. New selectors do too, and mark the texts as to be read again: what then
    differs is our doing, not news.
    """
    policy = find_policy(session, name)
    values = checked(changes)
    for column in ("name", "url_key"):
        if values.get(column, getattr(policy, column)) != getattr(policy, column):
            _refuse_taken(session, **{column: values[column]})
    before = {column: getattr(policy, column) for column in _FETCHED_BY}
    for column, value in values.items():
        setattr(policy, column, value)
    _refuse_page_twice(policy.url, policy.also)
    changed = {column for column in _FETCHED_BY if getattr(policy, column) != before[column]}
    if changed:
        policy.etag = policy.last_modified = None
        policy.also_validators = {}
    if changed & {"url", "also", "browser"}:
        policy.browser_needed_at = None
    if "url" in changed:
        policy.moved_to = policy.moved_at = policy.gone_since = None
    if changed & {"select_css", "remove_css"}:
        from storage.sightings import mark_stale  # knows the revisions of the analysis

        assert policy.id is not None
        mark_stale(session, policy.id)
    session.add(policy)
    session.flush()
    return policy


def retire_policy(session: Session, name: str, now: datetime) -> Policy:
    """Stop watching; the history stays. Retiring twice is no error."""
    policy = find_policy(session, name)
    if policy.retired_at is None:
        policy.retired_at = now
        policy.next_check_at = policy.claimed_by = policy.claimed_until = None
        session.add(policy)
        session.flush()
    return policy


def revive_policy(session: Session, name: str, now: datetime) -> Policy:
    """Watch a retired policy again, due at once, with the history it has."""
    policy = find_policy(session, name)
    if policy.retired_at is not None:
        policy.retired_at = None
        policy.next_check_at = now
        policy.etag = policy.last_modified = None
        policy.also_validators = {}
        session.add(policy)
        session.flush()
    return policy


def find_policy(session: Session, name: str) -> Policy:
    """Return the policy called `name`, retired or not; raises NoSuchPolicy naming near matches."""
    found = session.exec(select(Policy).where(Policy.name == name)).first()
    if found is not None:
        return found
    raise unknown_policy(name, session.exec(select(Policy.name)).all())


def list_policies(session: Session, include_retired: bool = False) -> Sequence[Policy]:
    """Return policies by name."""
    query = select(Policy).order_by(col(Policy.name))
    if not include_retired:
        query = query.where(col(Policy.retired_at).is_(None))
    return session.exec(query).all()


def apply_sync(session: Session, plan: SyncPlan, now: datetime) -> None:
    """Do what `plan` says, in the caller's transaction: all of it or nothing."""
    for name in plan.retire:
        retire_policy(session, name, now)
    names = _step_aside(session, plan.change)
    for edit in plan.change:
        name = names[edit.name]
        if edit.revive:
            revive_policy(session, name, now)
        edit_policy(session, name, **{key: after for key, (_, after) in edit.changes.items()})
    # Those with a name first: one that is given is not taken by one that is made up.
    for entry in sorted(plan.add, key=lambda wanted: not wanted.name):
        add_policy(
            session,
            url=entry.url,
            name=entry.name,
            service=entry.service,
            kind=entry.kind,
            every=entry.every,
            at=entry.at,
            window=entry.window,
            select=entry.select,
            remove=entry.remove,
            tags=entry.tags,
            also=entry.also,
            browser=entry.browser,
            robots=entry.robots,
            tls=entry.tls,
            language=entry.language,
            now=now,
        )


def _step_aside(session: Session, edits: Sequence[Edit]) -> dict[str, str]:
    """Give policies that change their name one in between, so that two may swap names."""
    names = {}
    for number, edit in enumerate(edits):
        names[edit.name] = edit.name
        if "name" in edit.changes:
            names[edit.name] = f"in-between-{number}"
            edit_policy(session, edit.name, name=names[edit.name])
    return names


def _free_name(session: Session, wanted: str) -> str:
    taken = set(
        session.exec(
            select(Policy.name).where(col(Policy.name).startswith(wanted, autoescape=True))
        )
    )
    number, name = 1, wanted
    while name in taken:
        number += 1
        name = f"{wanted}-{number}"
    return name


def _refuse_page_twice(url: str, also: Sequence[str]) -> None:
    if url in also:
        raise BadValue(f"{url} is the policy's own address; `also` names further pages only")


def _refuse_taken(session: Session, *, name: str | None = None, url_key: str | None = None) -> None:
    if url_key is not None:
        same = session.exec(select(Policy).where(Policy.url_key == url_key)).first()
        if same is not None:
            was = " (retired)" if same.retired_at else ""
            raise BadValue(f"{same.url} is watched already, as {same.name!r}{was}")
    if name is not None and session.exec(select(Policy.id).where(Policy.name == name)).first():
        raise BadValue(f"a policy called {name!r} exists already; choose another name")
