"""`clausewatch alerts`: what people were told, and whether it reached them."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from clausewatch.instants import Instant
from clausewatch.opening import open_database
from clausewatch.printing import console, instant, json_option, plain, print_json

if TYPE_CHECKING:
    from storage.views import AlertView

__all__ = ["alerts"]


@click.command()
@click.option("--policy", metavar="NAME", help="Only those of one policy.")
@click.option("--since", type=Instant(), help="Only those raised after a date.")
@json_option
@click.pass_context
def alerts(ctx: click.Context, policy: str | None, since: datetime | None, as_json: bool) -> None:
    """List the alerts raised, oldest first, with the state of each delivery."""
    from storage import history
    from storage.policies import find_policy

    with open_database(ctx) as store, store.reading() as session:
        policy_id = find_policy(session, policy).id if policy else None
        rows = history.alerts(session, policy_id=policy_id, since=since)
    if as_json:
        print_json([_alert_json(row) for row in rows])
        return
    if not rows:
        click.echo("No alert yet.")
        return
    _print_list(rows)


def _print_list(rows: "list[AlertView]") -> None:
    from rich.text import Text

    out = console()
    for row in rows:
        line = Text(f"{row.id:>4}  {row.created_at:%Y-%m-%d %H:%M}  ")
        line.append(row.policy, style="bold")
        line.append(f"  {row.severity}  {row.direction}  ")
        line.append(plain(row.headline))
        out.print(line, soft_wrap=True)
        for delivery in row.deliveries:
            tries = f", {delivery.attempts} tries" if delivery.attempts > 1 else ""
            out.print(f"        {delivery.state} to {plain(delivery.recipient)}{tries}")
        if not row.deliveries:
            out.print("        nobody is subscribed to it")


def _alert_json(row: "AlertView") -> dict[str, Any]:
    return {
        "id": row.id,
        "policy": row.policy,
        "created_at": instant(row.created_at),
        "topics": list(row.topics),
        "severity": row.severity,
        "direction": row.direction,
        "headline": row.headline,
        "from_snapshot": row.from_snapshot_id,
        "to_snapshot": row.to_snapshot_id,
        "deliveries": [
            {
                "recipient": delivery.recipient,
                "channel": delivery.channel,
                "state": delivery.state,
                "attempts": delivery.attempts,
                "sent_at": instant(delivery.sent_at),
                "last_error": delivery.last_error or None,
            }
            for delivery in row.deliveries
        ],
    }
