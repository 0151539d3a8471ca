"""`clausewatch size`, `upkeep`: what takes room, and giving it back."""

from dataclasses import asdict

import click

from clausewatch.opening import open_database, settings_of
from clausewatch.printing import console, json_option, plain, print_json

__all__ = ["size", "upkeep"]

_SHOWN = 20  # policies in the report for people; --json has all


@click.command()
@json_option
@click.pass_context
def size(ctx: click.Context, as_json: bool) -> None:
    """Say what takes room: the file, each table, and each policy's raw pages."""
    from storage.sizes import sizes

    with open_database(ctx) as store:
        found = sizes(store)
    if as_json:
        print_json(asdict(found))
        return
    from rich.table import Table

    out = console()
    if found.file is not None and found.free is not None:
        out.print(f"file {found.file:,} bytes, {found.free:,} of them free")
    tables = Table("table", "rows", "bytes", box=None)
    for table in found.tables:
        tables.add_row(
            table.table, f"{table.rows:,}", "" if table.bytes is None else f"{table.bytes:,}"
        )
    out.print(tables)
    policies = Table("policy", "fetches", "texts", "pages", "bytes", box=None)
    for one in found.policies[:_SHOWN]:
        counts = (one.fetches, one.texts, one.bodies, one.bytes)
        policies.add_row(plain(one.policy), *(f"{count:,}" for count in counts))
    out.print(policies)
    if len(found.policies) > _SHOWN:
        out.print(f"and {len(found.policies) - _SHOWN} more policies")


@click.command()
@click.option("--dry-run", is_flag=True, help="Say what would be dropped, and drop nothing.")
@click.option("--compact", is_flag=True, help="Write the file anew; the daemon must be stopped.")
@json_option
@click.pass_context
def upkeep(ctx: click.Context, dry_run: bool, compact: bool, as_json: bool) -> None:
    """Drop what `record.drop_bodies_after` lets go, and give free room back. The daemon does it daily.

    The first and the last page that showed a text are never dropped.
    """
    from clausewatch.clock import utc_now
    from storage.lock import holding
    from storage.retention import droppable
    from storage.upkeep import compact as write_anew
    from storage.upkeep import upkeep as keep_up

    settings, now = settings_of(ctx), utc_now()
    drop_before = settings.record.drop_before(now)
    with open_database(ctx) as store:
        if dry_run:
            with store.reading() as session:
                going = droppable(session, before=drop_before) if drop_before else {}
            click.echo(f"{len(going)} raw pages would be dropped")
            return
        done = keep_up(store, drop_before=drop_before, now=now)
    if compact:
        with holding(settings.database, what="clausewatch upkeep --compact", now=now):
            write_anew(settings.database)
    if as_json:
        print_json(asdict(done))
        return
    click.echo(f"{done.dropped} raw pages dropped, {done.given_back:,} bytes given back")
    if not (done.in_steps or compact):
        click.echo("This file was made by an earlier release: stop the daemon once and run")
        click.echo("clausewatch upkeep --compact, and it can be made smaller in steps.")
