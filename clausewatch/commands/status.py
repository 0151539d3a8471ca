"""`clausewatch status`: what is due, late, failing, waiting."""

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

import click

from clausewatch.exits import EXIT_FAILURES, EXIT_OK
from clausewatch.opening import database_of, open_reader
from clausewatch.printing import ago, json_option, print_json

if TYPE_CHECKING:
    from storage.views import StatusView

__all__ = ["status"]


@click.command()
@json_option
@click.pass_context
def status(ctx: click.Context, as_json: bool) -> None:
    """Say how the watch stands. Exits with 4 when something needs a person."""
    from clausewatch.clock import utc_now
    from storage.history import status as read_status

    now, database = utc_now(), database_of(ctx)
    with open_reader(ctx) as source:
        view = read_status(source, now)
    needs_person = view.late or view.failing or view.held or view.outbox_dead or view.outbox_held
    if as_json:
        print_json({"at": now, "database": database, **asdict(view)})
    else:
        rows = [
            ("watched", f"{view.policies} policies"),
            ("due", f"{view.due} now, {view.late} late{_asleep(view)}"),
            ("failing", f"{view.failing} failed, {view.held} held at the last check"),
            ("alerts", f"{view.alerts} raised"),
            ("outbox", _outbox(view)),
            ("last check", ago(view.last_fetch_at, now) if view.last_fetch_at else "never"),
            ("next check", _next(view, now)),
            ("database", database),
        ]
        for name, value in rows:
            click.echo(f"{name:<11} {value}")
    ctx.exit(EXIT_FAILURES if needs_person else EXIT_OK)


def _next(view: "StatusView", now: datetime) -> str:
    if view.next_due_at is None:
        return "none planned"
    return ago(view.next_due_at, now) if view.next_due_at > now else "due now"


def _asleep(view: "StatusView") -> str:
    return " (is `clausewatch run` running?)" if view.late else ""


def _outbox(view: "StatusView") -> str:
    held = f", {view.outbox_held} held (see: outbox release)" if view.outbox_held else ""
    return f"{view.outbox_queued} waiting, {view.outbox_dead} given up{held}"
