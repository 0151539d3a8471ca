"""Declared subscriptions against the rows: which begin, change and end. Pure.

Only what a watchlist began does it end: those made by command stay. Whoever
left by themselves stays away, whatever a file says.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session

from storage.errors import BadValue
from storage.models import Policy, Subscription
from storage.subscriptions import checked_wish, edit_subscription, subscribe, unsubscribe

__all__ = ["SubscriptionPlan", "WantedSubscription", "apply_subscriptions", "plan_subscriptions"]

_SCOPE = ("recipient", "channel", "policy", "service", "tag", "topics", "min_severity")
_KEY = (*_SCOPE, "direction", "operator")
_HOW = ("cadence", "at_time", "weekday", "timezone", "language", "quiet", "say_unchanged")


@dataclass(frozen=True, slots=True)
class WantedSubscription:
    """One declared subscription: scopes as lists, of each of which one must fit; () = any."""

    recipient: str
    policies: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    wish: Mapping[str, Any] = field(default_factory=dict)  # what checked_wish takes


@dataclass(frozen=True, slots=True)
class SubscriptionPlan:
    """`begin` are columns, policy by name; `change` is (id, recipient, column -> (before, after)).

    `left` are recipients that the file names and who left by themselves.
    """

    begin: tuple[Mapping[str, Any], ...] = ()
    change: tuple[tuple[int, str, Mapping[str, tuple[Any, Any]]], ...] = ()
    end: tuple[tuple[int, str], ...] = ()
    left: tuple[str, ...] = ()
    same: int = 0

    @property
    def empty(self) -> bool:
        return not (self.begin or self.change or self.end)


def plan_subscriptions(
    existing: Sequence[Subscription],
    wanted: Iterable[WantedSubscription],
    policies: Iterable[Policy],
    *,
    coming: Iterable[str] = (),
) -> SubscriptionPlan:
    """Decide how `existing` (ended ones too) becomes `wanted`. `coming`: policies about to be added.

    Raises BadValue: for a policy that neither is watched nor comes, too.
    """
    names = {policy.id: policy.name for policy in policies}
    known = {*names.values(), *coming}
    rows = [values for entry in wanted for values in _rows(entry, known)]
    live = {_key(_values(row, names)): row for row in existing if row.ended_at is None}
    gone = {row.recipient.casefold() for row in existing if row.ended_by == "recipient"}
    gone -= {row.recipient.casefold() for row in existing if row.ended_at is None}
    begin, change, met = [], [], set()
    left: dict[str, None] = {}
    for values in rows:
        key = _key(values)
        row = live.get(key)
        if key in met:
            raise BadValue(f"{values['recipient']} is subscribed to the same twice")
        met.add(key)
        if row is None and values["recipient"].casefold() in gone:
            left.setdefault(values["recipient"])
        elif row is None:
            begin.append(values)
        else:
            edit = {
                name: (getattr(row, name), values[name])
                for name in _HOW
                if getattr(row, name) != values[name]
            }
            if edit:
                change.append((row.id or 0, row.recipient, edit))
    end = [
        (row.id or 0, row.recipient)
        for key, row in live.items()
        if row.origin == "watchlist" and key not in met
    ]
    same = len(rows) - len(begin) - len(change) - sum(r["recipient"] in left for r in rows)
    return SubscriptionPlan(tuple(begin), tuple(change), tuple(end), tuple(left), same)


def apply_subscriptions(
    session: Session, plan: SubscriptionPlan, policies: Iterable[Policy], *, now: datetime
) -> None:
    """Do what was planned; only inside Store.writing(), after the policies were added."""
    ids = {policy.name: policy.id for policy in policies}
    for subscription_id, recipient in plan.end:
        unsubscribe(session, recipient, subscription_id=subscription_id, by="watchlist", now=now)
    for subscription_id, _, edit in plan.change:
        edit_subscription(session, subscription_id, {name: new for name, (_, new) in edit.items()})
    for values in plan.begin:
        wish = {name: value for name, value in values.items() if name != "policy"}
        recipient = wish.pop("recipient")
        if wish["cadence"] not in ("daily", "weekly"):
            wish.pop("at_time")  # a default that says nothing
        policy_id = ids[values["policy"]] if values["policy"] else None
        subscribe(session, recipient, policy_id=policy_id, now=now, origin="watchlist", **wish)


def _rows(entry: WantedSubscription, known: set[str]) -> Iterable[dict[str, Any]]:
    for policy in entry.policies or ("",):
        if policy and policy not in known:
            raise BadValue(f"{entry.recipient}: no policy is called {policy!r}")
        for service in entry.services or ("",):
            for tag in entry.tags or ("",):
                wish = checked_wish(entry.recipient, service=service, tag=tag, **entry.wish)
                yield wish | {"policy": policy}


def _values(row: Subscription, names: Mapping[int | None, str]) -> dict[str, Any]:
    policy = names.get(row.policy_id, "") if row.policy_id is not None else ""
    return {name: getattr(row, name) for name in _KEY if name != "policy"} | {"policy": policy}


def _key(values: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(
        tuple(values[name]) if name == "topics" else str(values[name]).casefold() for name in _KEY
    )
