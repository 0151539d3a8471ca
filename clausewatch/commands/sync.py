"""`clausewatch sync`: make policies and subscriptions those that a watchlist file declares."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from clausewatch.durations import duration_text
from clausewatch.opening import open_database
from clausewatch.printing import json_option, plain, print_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from storage.subscription_sync import SubscriptionPlan
    from storage.watchlist import SyncPlan

__all__ = ["sync"]


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
@json_option
@click.pass_context
def sync(ctx: click.Context, file: Path, dry_run: bool, as_json: bool) -> None:
    """Make the watched policies those that FILE declares.

    Policies that it does not name are retired: no longer watched, their history
    kept. A retired one that it names is watched again. Subscriptions follow the
    file where it has any: those that came from it and are gone from it end; those
    made by command stay.
    """
    from clausewatch.clock import utc_now
    from clausewatch.syncing import sync_file

    with open_database(ctx) as store:
        done = sync_file(store, file, now=utc_now(), dry_run=dry_run)
    heard = done.subscriptions
    if as_json:
        subscribed = None if heard is None else _subscriptions_json(heard)
        print_json({"dry_run": dry_run, **_plan_json(done.policies), "subscriptions": subscribed})
        return
    _print_plan(done.policies, dry_run=dry_run)
    if heard is not None:
        _print_subscriptions(heard, dry_run=dry_run)


def _print_plan(plan: "SyncPlan", *, dry_run: bool) -> None:
    for entry in plan.add:
        click.echo(f"+ {entry.name or entry.url}" + (f"  {entry.url}" if entry.name else ""))
    for edit in plan.change:
        click.echo(f"~ {edit.name}" + ("  watched again" if edit.revive else ""))
        for key, (before, after) in edit.changes.items():
            click.echo(f"    {key}: {_shown(before)} -> {_shown(after)}")
    for name in plan.retire:
        click.echo(f"- {name}  no longer watched; its history is kept")
    verb = "would be " if dry_run else ""
    click.echo(
        f"{len(plan.add)} {verb}added, {len(plan.change)} {verb}changed, "
        f"{len(plan.retire)} {verb}retired, {len(plan.same)} as they are"
    )


def _print_subscriptions(plan: "SubscriptionPlan", *, dry_run: bool) -> None:
    for values in plan.begin:
        click.echo(f"+ {plain(values['recipient'])} hears of {_scope(values)}")
    for _, recipient, edit in plan.change:
        click.echo(f"~ {plain(recipient)}")
        for key, (before, after) in edit.items():
            click.echo(f"    {key}: {_shown(before)} -> {_shown(after)}")
    for number, recipient in plan.end:
        click.echo(f"- {plain(recipient)}  subscription {number} ends")
    for recipient in plan.left:
        click.echo(f"! {plain(recipient)}  left by themselves and is not signed up again")
    verb = "would " if dry_run else ""
    click.echo(
        f"subscriptions: {len(plan.begin)} {verb}begin, {len(plan.change)} {verb}change, "
        f"{len(plan.end)} {verb}end, {plan.same} as they are"
    )


def _scope(values: "Mapping[str, Any]") -> str:
    narrowed = [str(values[key]) for key in ("policy", "service", "tag") if values[key]]
    narrowed += values["topics"]
    return plain(", ".join(narrowed)) or ("notices" if values["operator"] else "every policy")


def _subscriptions_json(plan: "SubscriptionPlan") -> dict[str, Any]:
    return {
        "begin": [dict(values) for values in plan.begin],
        "change": [
            {"id": number, "recipient": recipient, "changes": {k: list(v) for k, v in edit.items()}}
            for number, recipient, edit in plan.change
        ],
        "end": [{"id": number, "recipient": recipient} for number, recipient in plan.end],
        "left": list(plan.left),
        "same": plan.same,
    }


def _plan_json(plan: "SyncPlan") -> dict[str, Any]:
    return {
        "add": [{"name": entry.name or None, "url": entry.url} for entry in plan.add],
        "change": [
            {
                "name": edit.name,
                "revive": edit.revive,
                "changes": {
                    key: [_shown(before), _shown(after)]
                    for key, (before, after) in edit.changes.items()
                },
            }
            for edit in plan.change
        ],
        "retire": list(plan.retire),
        "same": list(plan.same),
    }


def _shown(value: Any) -> str:
    if isinstance(value, timedelta):
        return duration_text(value)
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value)) or "none"
    return plain(str(value)) if value not in (None, "") else "none"
