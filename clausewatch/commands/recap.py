"""`clausewatch recap`: one mail about the past of policies, for somebody who asked for it."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import click

from clausewatch.config import mail_domain
from clausewatch.instants import FirstInstant, Instant
from clausewatch.opening import open_database, settings_of
from clausewatch.printing import instant, json_option, plain, print_json

if TYPE_CHECKING:
    from alerts.noticing import Reader
    from alerts.recap import Recap
    from clausewatch.config import Settings
    from storage.engine import Store

__all__ = ["put_recap", "reader_for", "recap", "recap_line"]


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--all", "every_one", is_flag=True, help="All policies.")
@click.option("--tell", "email", metavar="EMAIL", required=True, help="Who gets it: a subscriber.")
@click.option("--since", type=FirstInstant(), help="Changes first seen from then on.")
@click.option("--until", type=Instant(), help="Changes first seen up to then.")
@json_option
@click.pass_context
def recap(
    ctx: click.Context,
    names: tuple[str, ...],
    every_one: bool,
    email: str,
    since: datetime | None,
    until: datetime | None,
    as_json: bool,
) -> None:
    """Mail somebody what materially changed in the past of policies, oldest first.

    What archives brought is told in no other way. Each call is one summary; nothing
    is sent again by itself.
    """
    if bool(names) == every_one:
        raise click.UsageError("name policies, or say --all")
    from storage.policies import find_policy, list_policies

    with open_database(ctx) as store:
        reader = reader_for(store, email)
        with store.reading() as session:
            wanted = [find_policy(session, name).name for name in names]
            wanted = wanted or [policy.name for policy in list_policies(session)]
        done = put_recap(store, settings_of(ctx), reader, wanted, since=since, until=until)
    if as_json:
        print_json(
            {
                "recipient": plain(reader.recipient),
                "mails": done.mails,
                "due_at": instant(done.due_at) if done.mails else None,
                "changes": {name: done.changes.get(name, 0) for name in dict.fromkeys(wanted)},
            }
        )
    else:
        click.echo(recap_line(done, reader))


def reader_for(store: "Store", email: str) -> "Reader":
    """Return who gets a recap. Raises click.UsageError where nobody of this address is subscribed."""
    from alerts.recap import reader_of
    from clausewatch.clock import utc_now

    with store.reading() as session:
        reader = reader_of(session, email, now=utc_now())
    if reader is None:
        raise click.UsageError(
            f"{plain(email)} is not subscribed to changes, so nothing is sent there "
            f"(next: clausewatch subscribe {plain(email)})"
        )
    return reader


def put_recap(
    store: "Store",
    settings: "Settings",
    reader: "Reader",
    names: Sequence[str],
    *,
    since: datetime | None,
    until: datetime | None,
) -> "Recap":
    """Put one summary of the past of the policies called `names` into the outbox."""
    from alerts.recap import write_recap
    from clausewatch.clock import utc_now

    with store.writing() as session:
        return write_recap(
            session,
            reader,
            names,
            since=since,
            until=until,
            now=utc_now(),
            domain=mail_domain(settings),
            severities=settings.severity,
        )


def recap_line(done: "Recap", reader: "Reader") -> str:
    """Say what waits now, and how it gets away."""
    count, whom = sum(done.changes.values()), plain(reader.recipient)
    if not count:
        return f"No material change is known of that time; nothing is sent to {whom}"
    changes = "1 material change" if count == 1 else f"{count} material changes"
    mails = "1 mail waits" if done.mails == 1 else f"{done.mails} mails wait"
    return f"{mails} for {whom}: {changes}; send with: clausewatch outbox send"
