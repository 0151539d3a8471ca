"""`clausewatch outbox`: mails that wait, and sending them."""

from typing import TYPE_CHECKING, Any

import click

from clausewatch.exits import EXIT_FAILURES, EXIT_OK
from clausewatch.opening import open_database, settings_of
from clausewatch.printing import instant, json_option, plain, print_json

if TYPE_CHECKING:
    from storage.views import DeliveryView

__all__ = ["outbox"]


@click.group()
def outbox() -> None:
    """See the mails that wait, and send them."""


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
@click.option("--all", "every_one", is_flag=True, help="Show those already sent as well.")
@json_option
@click.pass_context
def list_(ctx: click.Context, every_one: bool, as_json: bool) -> None:
    """List the deliveries that wait or were given up, oldest first."""
    from storage.history import alerts

    with open_database(ctx) as store, store.reading() as session:
        rows = [
            _delivery_json(alert.id, alert.policy, delivery)
            for alert in alerts(session)
            for delivery in alert.deliveries
            if every_one or delivery.state != "sent"
        ]
    if as_json:
        print_json(rows)
    elif not rows:
        click.echo("The outbox is empty.")
    for row in [] if as_json else rows:
        tried = row["state"] == "queued" and row["attempts"]
        waits = f", next try {row['next_attempt_at']}" if tried else ""
        error = f": {row['last_error']}" if row["last_error"] else ""
        click.echo(
            f"{row['state']} alert {row['alert']} ({row['policy']}) to {row['recipient']}, "
            f"{row['attempts']} tries{waits}{error}"
        )


def _delivery_json(alert_id: int, policy: str, delivery: "DeliveryView") -> dict[str, Any]:
    return {
        "alert": alert_id,
        "policy": policy,
        "recipient": plain(delivery.recipient),
        "channel": delivery.channel,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "next_attempt_at": instant(delivery.next_attempt_at),
        "sent_at": instant(delivery.sent_at),
        "last_error": plain(delivery.last_error) or None,
        "message_id": delivery.message_id,
    }
