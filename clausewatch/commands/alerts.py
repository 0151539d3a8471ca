"""`clausewatch alerts`: what people were told, whether it reached them, and what they make of it."""

from typing import TYPE_CHECKING, Any

import click

from clausewatch.filters import filter_options, filters_of, judged_options
from clausewatch.listing import ListingGroup
from clausewatch.opening import open_database
from clausewatch.printing import console, instant, json_option, plain, print_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from storage.models import Feedback
    from storage.views import AlertView

__all__ = ["alerts"]


@click.group(cls=ListingGroup, invoke_without_command=True)
@filter_options
@judged_options
@json_option
@click.pass_context
def alerts(ctx: click.Context, /, as_json: bool, **given: Any) -> None:
    """List the alerts raised, oldest first; with a command, say what you make of one."""
    if ctx.invoked_subcommand is not None:
        return
    from alerts.feedback import feedback_of
    from storage import history

    filters = filters_of(given)
    with open_database(ctx) as store, store.reading() as session:
        if filters.policy:
            history.policy_named(session, filters.policy)
        rows = history.alerts(session, filters=filters)
        said = feedback_of(session, [row.id for row in rows])
    if as_json:
        print_json([_alert_json(row, said.get(row.id, ())) for row in rows])
        return
    if not rows:
        click.echo("No alert yet.")
        return
    _print_list(rows, said)


def _feedback_command(action: str, summary: str) -> None:
    """Register `alerts ACTION NUMBER`."""

    @click.argument("number", type=int)
    @click.option("--note", default="", help="Why; it is kept.")
    @click.option("--author", default="", help="Who says so.")
    @click.option("--passage", type=int, help="Only the passage of this number in the mail.")
    @click.pass_context
    def command(
        ctx: click.Context, number: int, note: str, author: str, passage: int | None
    ) -> None:
        from alerts.feedback import give
        from clausewatch.clock import utc_now

        with open_database(ctx) as store, store.writing() as session:
            give(session, number, action, now=utc_now(), author=author, note=note, passage=passage)
        click.echo(_DONE[action].format(number=number))

    alerts.command(name=action, help=summary)(command)


_DONE = {
    "ack": "Alert {number} is marked as seen.",
    "mute": "The passages of alert {number} are muted until they change again.",
    "wrong": "Alert {number} is kept as a case (see: clausewatch alerts export-wrong).",
}
_feedback_command("ack", "Mark an alert as seen.")
_feedback_command("mute", "Say no more of an alert's passages until they change again.")
_feedback_command("wrong", "Keep an alert that should not have been, or said something wrong.")


@alerts.command()
@click.argument("number", type=int)
@click.pass_context
def unmute(ctx: click.Context, number: int) -> None:
    """End the mutes made of an alert."""
    from alerts.feedback import unmute as end_mutes
    from clausewatch.clock import utc_now

    with open_database(ctx) as store, store.writing() as session:
        ended = end_mutes(session, number, now=utc_now())
    if not ended:
        raise click.UsageError(f"nothing of alert {number} is muted")
    click.echo(f"Alert {number}: its passages are news again.")


@alerts.command(name="export-wrong")
@click.pass_context
def export_wrong(ctx: click.Context) -> None:
    """Write the alerts called wrong as lines that `clausewatch compare --jsonl` judges again."""
    from alerts.feedback import wrong_cases

    lost = 0
    with open_database(ctx) as store, store.reading() as session:
        for case in wrong_cases(session):
            if case["old_text"] is None or case["new_text"] is None:
                lost += 1
                continue
            print_json(case, line=True)
    if lost:
        click.echo(f"{lost} left out: their texts are kept no more", err=True)


def _print_list(rows: "list[AlertView]", said: "Mapping[int, Sequence[Feedback]]") -> None:
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
            out.print("        nobody was told")
        for word in said.get(row.id, ()):
            ended = " (ended)" if word.ended_at else ""
            out.print(
                f"        {word.action}{ended} {word.at:%Y-%m-%d} {plain(word.note)}".rstrip()
            )


def _alert_json(row: "AlertView", said: "Sequence[Feedback]") -> dict[str, Any]:
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
        "feedback": [
            {
                "action": word.action,
                "at": instant(word.at),
                "author": word.author or None,
                "note": word.note or None,
                "ended_at": instant(word.ended_at),
            }
            for word in said
        ],
    }
