"""What is watched: add, edit, retire, find. Rows are built from checked values here alone."""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from storage.errors import BadValue, NoSuchPolicy
from storage.models import Policy, Snapshot
from storage.urls import guess_kind, guess_service, normalise_url, slug

__all__ = [
    "EDITABLE",
    "Target",
    "add_policy",
    "checked",
    "edit_policy",
    "find_policy",
    "list_policies",
    "retire_policy",
    "revive_policy",
    "target_of",
]

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")
_WORD = re.compile(r"[\w .:&+/'-]{1,80}")
_SHORTEST = timedelta(minutes=1)  # a page is nobody's stopwatch
_LONGEST = timedelta(days=366)
_SELECTOR_LONGEST = 2000  # characters

# What a person may change, by the name it has in add_policy -> the column.
EDITABLE: Mapping[str, str] = {
    "name": "name",
    "url": "url",
    "service": "service",
    "kind": "kind",
    "every": "every_s",
    "select": "select_css",
    "remove": "remove_css",
    "tags": "tags",
}


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


def target_of(policy: Policy, *, slot_at: datetime | None = None) -> Target:
    assert policy.id is not None, "only a stored policy is fetched"
    return Target(
        policy_id=policy.id,
        name=policy.name,
        url=policy.url,
        etag=policy.etag,
        last_modified=policy.last_modified,
        select=policy.select_css,
        remove=policy.remove_css,
        slot_at=slot_at,
    )


def add_policy(
    session: Session,
    *,
    url: str,
    name: str = "",
    service: str = "",
    kind: str = "",
    every: timedelta | None = None,
    select: str = "",
    remove: str = "",
    tags: Iterable[str] = (),
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
            "select": select,
            "remove": remove,
            "tags": tags,
        }
    )
    values["name"] = (
        checked({"name": name})["name"]
        if name
        else _free_name(session, slug(values["service"], values["kind"]))
    )
    _refuse_taken(session, name=values["name"], url_key=key)
    policy = Policy(url=tidy, url_key=key, added_at=now, next_check_at=now, **values)
    session.add(policy)
    session.flush()
    return policy


def edit_policy(session: Session, name: str, /, **changes: Any) -> Policy:
    """Change what EDITABLE names of the policy called `name`; an unknown key raises BadValue.

    A new address drops the server's validators. New selectors do too, and mark
    the texts as to be read again: what then differs is our doing, not news.
    """
    policy = find_policy(session, name)
    values = checked(changes)
    for column in ("name", "url_key"):
        if values.get(column, getattr(policy, column)) != getattr(policy, column):
            _refuse_taken(session, **{column: values[column]})
    before = policy.url, policy.select_css, policy.remove_css
    for column, value in values.items():
        setattr(policy, column, value)
    if (policy.url, policy.select_css, policy.remove_css) != before:
        policy.etag = policy.last_modified = None
    if (policy.select_css, policy.remove_css) != before[1:]:
        session.execute(
            update(Snapshot).where(col(Snapshot.policy_id) == policy.id).values(revision=0)
        )
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
        session.add(policy)
        session.flush()
    return policy


def find_policy(session: Session, name: str) -> Policy:
    """Return the policy called `name`, retired or not; raises NoSuchPolicy naming near matches."""
    found = session.exec(select(Policy).where(Policy.name == name)).first()
    if found is not None:
        return found
    names = session.exec(select(Policy.name)).all()
    inside = sorted(other for other in names if name and name.lower() in other)
    near = difflib.get_close_matches(name.lower(), names, n=3, cutoff=0.6)
    raise NoSuchPolicy(name, list(dict.fromkeys([*near, *inside]))[:3])


def list_policies(session: Session, include_retired: bool = False) -> Sequence[Policy]:
    """Return policies by name."""
    query = select(Policy).order_by(col(Policy.name))
    if not include_retired:
        query = query.where(col(Policy.retired_at).is_(None))
    return session.exec(query).all()


def checked(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return columns and values for what EDITABLE names; raises BadValue or BadUrl. Pure."""
    values: dict[str, Any] = {}
    for key, value in changes.items():
        if key not in EDITABLE:
            raise BadValue(f"a policy has no {key!r} (it has {', '.join(EDITABLE)})")
        if key == "url":
            values["url"], values["url_key"] = normalise_url(str(value))
        else:
            values[EDITABLE[key]] = _CHECKS[key](value)
    return values


def _name(value: Any) -> str:
    text = str(value)
    if not _NAME.fullmatch(text):
        raise BadValue(
            f"name {text!r}: use small letters, digits, dots and dashes (try {slug(text)!r})"
        )
    return text


def _word(what: str) -> Any:
    def check(value: Any) -> str:
        text = str(value)
        if not _WORD.fullmatch(text):
            raise BadValue(f"{what} {text!r}: use at most 80 letters, digits and blanks")
        return text

    return check


def _every(value: Any) -> int | None:
    if value is None:
        return None
    if not isinstance(value, timedelta) or not _SHORTEST <= value <= _LONGEST:
        raise BadValue(f"every = {value}: give a time between one minute and 366 days")
    return int(value.total_seconds())


def _selector(value: Any) -> str:
    text = str(value).strip()
    if len(text) > _SELECTOR_LONGEST or not (text.isprintable() or not text):
        raise BadValue(f"a selector of {len(text)} characters, or with invisible ones, is refused")
    return text


def _tags(value: Any) -> list[str]:
    if isinstance(value, str):
        raise BadValue(f"tags = {value!r}: give a list of words")
    check = _word("tag")
    return sorted({check(tag) for tag in value})


_CHECKS: Mapping[str, Any] = {
    "name": _name,
    "service": _word("service"),
    "kind": _word("kind"),
    "every": _every,
    "select": _selector,
    "remove": _selector,
    "tags": _tags,
}


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


def _refuse_taken(session: Session, *, name: str | None = None, url_key: str | None = None) -> None:
    if url_key is not None:
        same = session.exec(select(Policy).where(Policy.url_key == url_key)).first()
        if same is not None:
            was = " (retired)" if same.retired_at else ""
            raise BadValue(f"{same.url} is watched already, as {same.name!r}{was}")
    if name is not None and session.exec(select(Policy.id).where(Policy.name == name)).first():
        raise BadValue(f"a policy called {name!r} exists already; choose another name")
