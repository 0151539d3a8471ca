"""`clausewatch silence`: notices that nobody wants to hear of for a while."""

import getpass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from clausewatch.durations import parse_duration
from clausewatch.instants import Instant
from clausewatch.opening import open_database
from clausewatch.printing import instant, json_option, plain, print_json

if TYPE_CHECKING:
    from storage.models import Silence

__all__ = ["silence"]


@click.group()
def silence() -> None:
    """Silence notices for a while: with an author, a reason and an end."""


@silence.command()
@click.option("--kind", help="Only this kind of notice (see docs/notices.md); all otherwise.")
@click.option("--policy", metavar="NAME", help="Only of one policy; of all otherwise.")
@click.option("--for", "span", metavar="DURATION", help='How long: "7d", "12h".')
@click.option("--until", type=Instant(), help="Until when.")
@click.option("--author", help="Who wants it; the user who is logged in, if not given.")
@click.option("--reason", required=True, help="Why.")
@click.pass_context
def add(
    ctx: click.Context,
    kind: str | None,
    policy: str | None,
    span: str | None,
    until: datetime | None,
    author: str | None,
    reason: str,
) -> None:
    """Silence notices. What holds still when the silence ends is told then."""
    from alerts.notice_content import NOTICE_KINDS
    from clausewatch.clock import utc_now
    from storage.policies import find_policy
    from storage.silences import add_silence

    if kind is not None and kind not in NOTICE_KINDS:
        raise click.UsageError(f"{kind!r} is no kind of notice ({', '.join(NOTICE_KINDS)})")
    now = utc_now()
    ends_at = _end(span, until, now)
    with open_database(ctx) as store, store.writing() as session:
        row = add_silence(
            session,
            kind=kind or "",
            policy_id=find_policy(session, policy).id if policy else None,
            author=author or _user(),
            reason=reason,
            ends_at=ends_at,
            now=now,
        )
        said = _in_words(row, policy)
    click.echo(said)


@silence.command(name="list")
@click.option("--all", "every_one", is_flag=True, help="Show those that are over as well.")
@json_option
@click.pass_context
def list_(ctx: click.Context, every_one: bool, as_json: bool) -> None:
    """List the silences."""
    from clausewatch.clock import utc_now
    from storage.policies import list_policies
    from storage.silences import list_silences

    with open_database(ctx) as store, store.reading() as session:
        names = {row.id: row.name for row in list_policies(session, include_retired=True)}
        rows = list_silences(session, now=utc_now(), include_ended=every_one)
    if as_json:
        print_json([_json(row, names.get(row.policy_id)) for row in rows])
        return
    if not rows:
        click.echo("Nothing is silenced.")
    for row in rows:
        click.echo(_in_words(row, names.get(row.policy_id)))


@silence.command()
@click.argument("number", type=int)
@click.pass_context
def end(ctx: click.Context, number: int) -> None:
    """End a silence before its time; what holds is told at the next look."""
    from clausewatch.clock import utc_now
    from storage.silences import end_silence

    with open_database(ctx) as store, store.writing() as session:
        end_silence(session, number, now=utc_now())
    click.echo(f"Silence {number} has ended.")


def _end(span: str | None, until: datetime | None, now: datetime) -> datetime:
    if (span is None) == (until is None):
        raise click.UsageError("say the end: --for DURATION or --until DATE")
    if until is not None:
        return until
    try:
        length: timedelta = parse_duration(str(span))
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    return now + length


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        raise click.UsageError("say who wants it: --author NAME") from None


def _in_words(row: "Silence", policy: str | None) -> str:
    what = f"{row.kind} notices" if row.kind else "every notice"
    whose = f" of {policy}" if policy else ""
    return plain(
        f"{row.id}: {what}{whose} silent until {row.ends_at:%Y-%m-%d %H:%M} UTC, "
        f"says {row.author}: {row.reason}"
    )


def _json(row: "Silence", policy: str | None) -> dict[str, Any]:
    return {
        "id": row.id,
        "kind": row.kind or None,
        "policy": policy,
        "author": row.author,
        "reason": row.reason,
        "created_at": instant(row.created_at),
        "ends_at": instant(row.ends_at),
    }
