"""`clausewatch diff`: what changed between two snapshots of a policy, word by word."""

from pathlib import Path

import click

from clausewatch.exits import EXIT_MATERIAL, EXIT_OK
from clausewatch.opening import open_database
from clausewatch.printing import console, json_option, wants_colour

__all__ = ["diff"]


@click.command()
@click.argument("name")
@click.argument("old", type=int, required=False, metavar="[A")
@click.argument("new", type=int, required=False, metavar="B]")
@click.option("--html", "page", type=click.Path(path_type=Path), help="Write a page to this file.")
@json_option
@click.pass_context
def diff(
    ctx: click.Context,
    name: str,
    old: int | None,
    new: int | None,
    page: Path | None,
    as_json: bool,
) -> None:
    """Show what changed between snapshots A and B of a policy, or in its newest change.

    One number compares that snapshot with the newest. Exits with 10 when the
    change is material.
    """
    from analysis.compare import Comparison, compare
    from storage.history import change_between, comparison_of, text_of, timeline
    from storage.policies import find_policy

    with open_database(ctx) as store, store.reading() as session:
        policy = find_policy(session, name)
        assert policy.id is not None
        ids = [snapshot.id for snapshot in timeline(session, policy.id)]
        if len(ids) < 2 and (old is None or new is None):
            raise click.UsageError(f"{name} has had {len(ids)} text so far: nothing to compare")
        first = ids[-2] if old is None else old
        last = ids[-1] if new is None else new
        for asked in (first, last):
            if asked not in ids:
                raise click.UsageError(f"{name} has no snapshot {asked}; there are {_listed(ids)}")
        change = change_between(session, first, last)
        comparison: Comparison = (
            comparison_of(session, change.id)
            if change is not None
            else compare(text_of(session, first), text_of(session, last), doc_type=policy.kind)
        )
    title = f"{policy.name}: snapshot {first} -> {last}"
    if page is not None:
        from clausewatch.redline_page import redline_page

        page.write_text(redline_page(title, comparison), encoding="utf-8")
    if as_json:
        click.echo(comparison.to_json())
    elif page is None:
        from clausewatch.redline import redline

        click.echo(title)
        console().print(redline(comparison, colour=wants_colour()), soft_wrap=False)
    ctx.exit(EXIT_MATERIAL if comparison.material else EXIT_OK)


def _listed(ids: list[int]) -> str:
    if len(ids) <= 8:
        return ", ".join(map(str, ids))
    return f"{', '.join(map(str, ids[:4]))} ... {', '.join(map(str, ids[-3:]))}"
