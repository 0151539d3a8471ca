"""`clausewatch rebuild`: texts and changes made again from kept pages, under the rules of now."""

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from clausewatch.opening import open_database
from clausewatch.printing import json_option, plain, print_json

if TYPE_CHECKING:
    from storage.remake import Difference, Plan

__all__ = ["rebuild"]

_SHOWN = 200  # differences listed for people; the rest is counted


@click.command()
@click.argument("names", nargs=-1)
@click.option(
    "--since-revision",
    type=click.IntRange(min=0),
    help="Only policies with rows that rules older than this revision made.",
)
@click.option("--dry-run", is_flag=True, help="Show what would be otherwise; write nothing.")
@json_option
@click.pass_context
def rebuild(
    ctx: click.Context,
    names: tuple[str, ...],
    since_revision: int | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Make texts, changes and findings again from the kept pages, under the rules of now.

    Of all policies, or of those called NAMES. Nobody is told anything. Killed in
    the middle, the next call goes on.
    """
    from clausewatch.clock import utc_now
    from clausewatch.progress import stages
    from storage.rebuild import rebuild as remake

    looked_at = 0
    kept: dict[str, list[int]] = {}
    differences: list[Difference] = []
    with open_database(ctx) as store, stages() as show:

        def on_policy(plan: "Plan", number: int, total: int) -> None:
            nonlocal looked_at
            looked_at = number
            differences.extend(plan.differences)
            if plan.kept:
                kept[plan.policy] = list(plan.kept)
            show("looking" if dry_run else "rebuilding", number, total)

        remake(
            store,
            names=names,
            older_than=since_revision,
            dry_run=dry_run,
            now=utc_now,
            on_policy=on_policy,
        )
    if as_json:
        print_json(
            {
                "dry_run": dry_run,
                "policies": looked_at,
                "differences": [asdict(difference) for difference in differences],
                "kept": kept,
            }
        )
        return
    for difference in differences[:_SHOWN]:
        click.echo(plain(_said(difference)))
    if len(differences) > _SHOWN:
        click.echo(f"... and {len(differences) - _SHOWN} more (all of them with --json)")
    would = "would be" if dry_run else "are"
    click.echo(f"{looked_at} policies looked at; {len(differences)} things {would} otherwise.")
    for name, snapshots in kept.items():
        click.echo(
            f"{name}: {len(snapshots)} texts stay as they were, for their pages are not kept "
            "or no longer read as a policy",
            err=True,
        )


def _said(difference: "Difference") -> str:
    where = f"{difference.policy}, {difference.table} {difference.row}"
    if difference.what == "text":
        return f"{where}: another text"
    return f"{where}: {difference.what} {difference.before or '-'} -> {difference.after or '-'}"
