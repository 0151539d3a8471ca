"""`clausewatch sync`: make the watched policies those that a watchlist file declares."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from clausewatch.durations import duration_text
from clausewatch.opening import open_database
from clausewatch.printing import json_option, plain, print_json

if TYPE_CHECKING:
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
    kept. A retired one that it names is watched again.
    """
    from clausewatch.clock import utc_now
    from clausewatch.watchlist import read_watchlist
    from storage.policies import apply_sync, list_policies
    from storage.watchlist import plan_sync

    wanted = read_watchlist(file)
    with open_database(ctx) as store, store.writing() as session:
        plan = plan_sync(list_policies(session, include_retired=True), wanted)
        if not dry_run:
            apply_sync(session, plan, now=utc_now())
    if as_json:
        print_json({"dry_run": dry_run, **_plan_json(plan)})
    else:
        _print_plan(plan, dry_run=dry_run)


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
