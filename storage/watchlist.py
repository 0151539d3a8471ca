"""A declared list of policies against the rows: what would be added, changed and retired.

Pure: `storage.policies.apply_sync` does what is decided here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from storage.errors import BadValue
from storage.models import Policy
from storage.policy_values import EDITABLE, checked
from storage.urls import guess_kind, guess_service, normalise_url

__all__ = ["Edit", "SyncPlan", "Wanted", "plan_sync"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """One policy as declared; what is empty is guessed, as add_policy does."""

    url: str
    name: str = ""
    service: str = ""
    kind: str = ""
    every: timedelta | None = None
    at: str = ""
    window: str = ""
    select: str = ""
    remove: str = ""
    tags: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    browser: str = "auto"
    keep_bodies: str = ""
    robots: str = "obey"
    tls: str = "verify"
    language: str = ""


@dataclass(frozen=True, slots=True)
class Edit:
    """What changes of the policy called `name`: key of EDITABLE -> (before, after)."""

    name: str
    changes: Mapping[str, tuple[Any, Any]]
    revive: bool = False  # it was retired


@dataclass(frozen=True, slots=True)
class SyncPlan:
    add: tuple[Wanted, ...]
    change: tuple[Edit, ...]
    retire: tuple[str, ...]  # names
    same: tuple[str, ...]  # names

    @property
    def empty(self) -> bool:
        return not (self.add or self.change or self.retire)


def plan_sync(existing: Sequence[Policy], wanted: Sequence[Wanted]) -> SyncPlan:
    """Decide how `existing` (retired ones too) becomes `wanted`. Pure.

    A policy is known by its address, else by its name: so either can change.
    Raises BadUrl or BadValue: for two entries of one address or name too, and
    for a name that another policy has and keeps.
    """
    keys = [normalise_url(entry.url)[1] for entry in wanted]
    _refuse_twice("address", keys)
    _refuse_twice("name", [entry.name for entry in wanted if entry.name])
    found = _matched(existing, wanted, keys)
    _refuse_names_of_others(existing, wanted, found)
    add, change, same = [], [], []
    for index, entry in enumerate(wanted):
        policy = found.get(index)
        _values(entry)  # refused before anything is written
        if policy is None:
            add.append(entry)
            continue
        edit = Edit(policy.name, _differences(policy, entry), policy.retired_at is not None)
        if edit.changes or edit.revive:
            change.append(edit)
        else:
            same.append(policy.name)
    kept = {policy.name for policy in found.values()}
    retire = [p.name for p in existing if p.retired_at is None and p.name not in kept]
    return SyncPlan(tuple(add), tuple(change), tuple(retire), tuple(same))


def _refuse_twice(what: str, values: Sequence[str]) -> None:
    for value in values:
        if values.count(value) > 1:
            raise BadValue(f"the {what} {value!r} is listed twice")


def _matched(
    existing: Sequence[Policy], wanted: Sequence[Wanted], keys: Sequence[str]
) -> dict[int, Policy]:
    """Return which policy each entry, by its index, means: by address first, then by name."""
    by_key = {policy.url_key: policy for policy in existing}
    found = {index: by_key[key] for index, key in enumerate(keys) if key in by_key}
    taken = {policy.name for policy in found.values()}
    by_name = {policy.name: policy for policy in existing if policy.name not in taken}
    for index, entry in enumerate(wanted):
        if index not in found and entry.name in by_name:
            found[index] = by_name[entry.name]
    return found


def _refuse_names_of_others(
    existing: Sequence[Policy], wanted: Sequence[Wanted], found: Mapping[int, Policy]
) -> None:
    """A name that another policy keeps, a retired one too, is not taken from it."""
    renamed = {
        policy.name
        for index, policy in found.items()
        if wanted[index].name not in ("", policy.name)
    }
    holders = {policy.name: policy for policy in existing if policy.name not in renamed}
    for index, entry in enumerate(wanted):
        holder = holders.get(entry.name)
        if holder is not None and found.get(index) is not holder:
            was = " (retired)" if holder.retired_at else ""
            raise BadValue(f"the name {entry.name!r} belongs to {holder.url}{was}; choose another")


def _values(entry: Wanted) -> dict[str, Any]:
    given: dict[str, Any] = {
        "url": entry.url,
        "service": entry.service or guess_service(normalise_url(entry.url)[0]),
        "kind": entry.kind or guess_kind(entry.url),
        "every": entry.every,
        "at": entry.at,
        "window": entry.window,
        "select": entry.select,
        "remove": entry.remove,
        "tags": entry.tags,
        "also": entry.also,
        "browser": entry.browser,
        "keep_bodies": entry.keep_bodies,
        "robots": entry.robots,
        "tls": entry.tls,
        "language": entry.language,
    }
    if entry.name:
        given["name"] = entry.name
    checked(given)
    return given


def _differences(policy: Policy, entry: Wanted) -> dict[str, tuple[Any, Any]]:
    changes = {}
    for key, value in _values(entry).items():
        column = EDITABLE[key]
        if checked({key: value})[column] != getattr(policy, column):
            changes[key] = (_as_given(key, getattr(policy, column)), value)
    return changes


def _as_given(key: str, value: Any) -> Any:
    """Return a column's value in the shape that a declaration has it."""
    if key == "every":
        return None if value is None else timedelta(seconds=value)
    if key == "keep_bodies":
        return value or ""
    return tuple(value) if key in {"tags", "also"} else value
