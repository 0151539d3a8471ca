"""`clausewatch notices`: what needs a person now, and what operators were told of it."""

from typing import TYPE_CHECKING, Any

import click

from clausewatch.exits import EXIT_FAILURES, EXIT_OK
from clausewatch.opening import open_database, settings_of
from clausewatch.printing import instant, json_option, plain, print_json

if TYPE_CHECKING:
    from datetime import datetime

    from alerts.health_values import Condition

__all__ = ["notices"]


@click.command()
@json_option
@click.pass_context
def notices(ctx: click.Context, as_json: bool) -> None:
    """Say what needs a person now, and since when. Exits with 4 when something does."""
    from alerts.attending import open_notices
    from alerts.health import conditions_of
    from alerts.standing import standing_of
    from clausewatch.clock import utc_now
    from clausewatch.self_watch import free_on_disk, health_rules

    rules, now = health_rules(settings_of(ctx)), utc_now()
    with open_database(ctx) as store, store.reading() as session:
        standing = standing_of(
            session,
            now=now,
            rules=rules,
            disk_free=free_on_disk(store.database),
            disk_of=store.database,
        )
        told = {(row.kind, row.subject): row.created_at for row in open_notices(session)}
    found = conditions_of(standing, rules, now=now)
    if as_json:
        print_json([_json(one, told.get((one.kind, one.subject))) for one in found])
    elif not found:
        click.echo("Nothing needs you.")
    for one in [] if as_json else found:
        _print(one, told.get((one.kind, one.subject)))
    ctx.exit(EXIT_FAILURES if found else EXIT_OK)


def _print(one: "Condition", told_at: "datetime | None") -> None:
    told = f"told {instant(told_at)}" if told_at else "not told yet, or silenced"
    click.echo(f"{one.kind}: {plain(one.title)} (since {instant(one.since)}; {told})")
    click.echo(f"    {plain(one.happened)}")
    click.echo(f"    {plain(one.advice)}")
    for command in one.commands:
        click.echo(f"    $ {plain(command)}")


def _json(one: "Condition", told_at: "datetime | None") -> dict[str, Any]:
    return {
        "kind": one.kind,
        "policy": one.policy or None,
        "title": plain(one.title),
        "happened": plain(one.happened),
        "advice": plain(one.advice),
        "cause": one.cause or None,
        "since": instant(one.since),
        "told_at": instant(told_at),
        "evidence": [plain(line) for line in one.evidence],
        "commands": list(one.commands),
    }
