"""`clausewatch outbox`: mails that wait, sending them, and what a person does with them."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from clausewatch.exits import EXIT_FAILURES, EXIT_OK
from clausewatch.opening import open_database, settings_of
from clausewatch.printing import instant, json_option, plain, print_json

if TYPE_CHECKING:
    from sqlmodel import Session

    from storage.views import OutboxView

__all__ = ["outbox"]

_note = click.option("--note", default="", help="Why; it is kept with the delivery.")


@click.group()
def outbox() -> None:
    """See the mails that wait, send them, try again, let go, drop."""


@outbox.command()
@click.option("--now", "ignore_backoff", is_flag=True, help="Try those that wait for a retry too.")
@json_option
@click.pass_context
def send(ctx: click.Context, ignore_backoff: bool, as_json: bool) -> None:
    """Send what is due, once. Exits with 4 when something could not be sent."""
    from clausewatch.wiring import open_app

    with open_app(settings_of(ctx)) as app:
        report = app.send(ignore_backoff=ignore_backoff)
        where = app.sender_label
    if as_json:
        print_json({"sent": report.sent, "retried": report.retried, "dead": report.dead})
    else:
        click.echo(
            f"{report.sent} sent {where}, {report.retried} to be tried again, {report.dead} given up"
        )
    ctx.exit(EXIT_FAILURES if report.retried or report.dead else EXIT_OK)


@outbox.command(name="list")
@click.option("--all", "every_one", is_flag=True, help="Show what is done with as well.")
@click.option("--state", help="Only those in one state: waiting, held, queued, dead, dropped ...")
@json_option
@click.pass_context
def list_(ctx: click.Context, every_one: bool, state: str | None, as_json: bool) -> None:
    """List the deliveries that wait, are held or were given up, oldest first."""
    from storage.outbox_view import deliveries

    open_ones = ("waiting", "held", "queued", "dead")
    wanted = (state,) if state else None if every_one else open_ones
    with open_database(ctx) as store, store.reading() as session:
        rows = deliveries(session, states=wanted)
    if as_json:
        print_json([_json(row) for row in rows])
    elif not rows:
        click.echo("The outbox is empty.")
    for row in [] if as_json else rows:
        click.echo(_line(row))


@outbox.command()
@click.argument("ids", nargs=-1, type=int, metavar="ID...")
@click.option("--dead", "all_dead", is_flag=True, help="All that were given up.")
@_note
@click.pass_context
def retry(ctx: click.Context, ids: tuple[int, ...], all_dead: bool, note: str) -> None:
    """Try deliveries again from the start, the whole mail: dead, dropped or waiting for a retry."""
    from alerts.handling import retry as revive

    count = _handle(ctx, ids, "dead" if all_dead else "", note, revive)
    click.echo(f"{count} to be tried again (send them with: clausewatch outbox send)")


@outbox.command()
@click.argument("ids", nargs=-1, type=int, metavar="ID...")
@click.option("--held", "all_held", is_flag=True, help="All that are held.")
@_note
@click.pass_context
def drop(ctx: click.Context, ids: tuple[int, ...], all_held: bool, note: str) -> None:
    """Take deliveries out for good. That is recorded; `outbox retry` brings them back."""
    from alerts.handling import drop as drop_them

    count = _handle(ctx, ids, "held" if all_held else "", note, drop_them)
    click.echo(f"{count} dropped")


@outbox.command()
@_note
@click.pass_context
def release(ctx: click.Context, note: str) -> None:
    """Let go what is held because too many policies changed at once."""
    from alerts.handling import release as let_go
    from clausewatch.clock import utc_now

    with open_database(ctx) as store, store.writing() as session:
        count = let_go(session, now=utc_now(), note=note)
    click.echo(f"{count} released" if count else "Nothing is held.")


def _handle(
    ctx: click.Context,
    ids: Sequence[int],
    state: str,
    note: str,
    act: Callable[..., int],
) -> int:
    """Do `act` with the deliveries named, or with all in `state`."""
    from clausewatch.clock import utc_now

    if bool(ids) == bool(state):
        raise click.UsageError("name the deliveries by their ID, or all of a kind by the option")
    with open_database(ctx) as store, store.writing() as session:
        chosen = list(ids) or _ids_in(session, state)
        return act(session, chosen, now=utc_now(), note=note)


def _ids_in(session: "Session", state: str) -> list[int]:
    from storage.outbox_view import deliveries

    return [row.delivery.id for row in deliveries(session, states=(state,))]


def _line(row: "OutboxView") -> str:
    delivery = row.delivery
    tried = delivery.state == "queued" and delivery.attempts
    waits = f", next try {instant(delivery.next_attempt_at)}" if tried else ""
    if delivery.state == "waiting":
        waits = f", goes out {instant(delivery.next_attempt_at)}"
    tries = f", {delivery.attempts} tries" if delivery.attempts else ""
    error = f": {plain(delivery.last_error)}" if delivery.last_error else ""
    return (
        f"{delivery.id:>5}  {delivery.state} {row.kind}{' of ' if row.about else ''}"
        f"{plain(row.about)} to {plain(delivery.recipient)}{tries}{waits}{error}"
    )


def _json(row: "OutboxView") -> dict[str, Any]:
    delivery = row.delivery
    return {
        "id": delivery.id,
        "kind": row.kind,
        "alert": row.alert_id,
        "policy": row.about if row.kind == "alert" else None,
        "about": plain(row.about),
        "recipient": plain(delivery.recipient),
        "channel": delivery.channel,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "next_attempt_at": instant(delivery.next_attempt_at),
        "sent_at": instant(delivery.sent_at),
        "last_error": plain(delivery.last_error) or None,
        "message_id": delivery.message_id,
    }
