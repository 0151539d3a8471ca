"""`clausewatch subscriptions`: who hears of what, who would, and pauses."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from clausewatch.instants import Instant
from clausewatch.listing import ListingGroup
from clausewatch.opening import open_database, settings_of
from clausewatch.printing import instant, json_option, plain, print_json
from clausewatch.wishes import in_words

if TYPE_CHECKING:
    from alerts.trial import Trial
    from storage.models import Subscription

__all__ = ["subscriptions"]


@click.group(cls=ListingGroup, invoke_without_command=True)
@json_option
@click.pass_context
def subscriptions(ctx: click.Context, as_json: bool) -> None:
    """List who is subscribed to what; with a command, do more."""
    if ctx.invoked_subcommand is not None:
        return
    from storage.policies import list_policies
    from storage.subscriptions import list_subscriptions

    with open_database(ctx) as store, store.reading() as session:
        names = {row.id: row.name for row in list_policies(session, include_retired=True)}
        rows = list(list_subscriptions(session))
    if as_json:
        print_json([_subscription_json(row, names.get(row.policy_id)) for row in rows])
    elif not rows:
        click.echo("Nobody is subscribed yet. Start with: clausewatch subscribe EMAIL")
    else:
        for row in rows:
            words = in_words(row, names.get(row.policy_id))
            click.echo(f"{row.id:>4}  {plain(row.recipient)}: {words}")


@subscriptions.command(name="test")
@click.argument("email", required=False)
@click.option("--change", "change_id", type=int, help="Try this change (see: history --json).")
@click.option("--policy", metavar="NAME", help="Try the last material change of this policy.")
@json_option
@click.pass_context
def test_(
    ctx: click.Context,
    email: str | None,
    change_id: int | None,
    policy: str | None,
    as_json: bool,
) -> None:
    """Say what EMAIL (or everybody) would hear of a change, when, and if not, why not.

    Nothing is sent. Without --change or --policy the last five material changes are tried.
    """
    from alerts.trial import latest_changes, try_change
    from clausewatch.clock import utc_now
    from storage.history import change_of
    from storage.policies import find_policy, list_policies

    settings = settings_of(ctx)
    with open_database(ctx) as store, store.reading() as session:
        if change_id is not None:
            changes = [change_of(session, change_id).id]
        else:
            policy_id = find_policy(session, policy).id if policy else None
            changes = latest_changes(session, policy_id=policy_id)
        names = {row.id: row.name for row in list_policies(session, include_retired=True)}
        trials = [
            trial
            for change in changes
            for trial in try_change(
                session,
                change,
                email,
                now=utc_now(),
                window=settings.mail.group_wait,
                severities=settings.severity,
            )
        ]
    if as_json:
        print_json([_trial_json(trial, names) for trial in trials])
        return
    if not changes:
        click.echo("No material change is on record yet to try this with.")
    elif not trials:
        whose = f"{plain(email)} is" if email else "Nobody is"
        click.echo(f"{whose} {'not ' if email else ''}subscribed to changes.")
    _print_trials(trials, names)


@subscriptions.command()
@click.argument("email")
@click.option("--until", type=Instant(), required=True, help="When mails begin again.")
@click.pass_context
def pause(ctx: click.Context, email: str, until: datetime) -> None:
    """Send EMAIL nothing until a date; what comes meanwhile is told then."""
    _pause(ctx, email, until)
    click.echo(f"{plain(email)} hears of nothing until {until:%Y-%m-%d %H:%M} UTC")


@subscriptions.command()
@click.argument("email")
@click.pass_context
def resume(ctx: click.Context, email: str) -> None:
    """End the pause of EMAIL."""
    _pause(ctx, email, None)
    click.echo(f"{plain(email)} hears of changes again")


@subscriptions.command()
@click.argument("email")
@json_option
@click.pass_context
def links(ctx: click.Context, email: str, as_json: bool) -> None:
    """Print the signed tokens that a mail to EMAIL offers, to answer somebody who asks by mail."""
    from alerts.links import Claim, make_token
    from storage.installation import link_key
    from storage.subscriptions import checked_address

    address = checked_address(email)
    with open_database(ctx) as store:
        key = link_key(store)
    tokens = {name: make_token(key, Claim(name, address)) for name in ("unsubscribe", "pause")}
    if as_json:
        print_json({"recipient": address, **tokens})
        return
    for name, token in tokens.items():
        click.echo(f"{name}: clausewatch unsubscribe --token {token}")


def _pause(ctx: click.Context, email: str, until: datetime | None) -> None:
    from alerts.pausing import pause_all

    with open_database(ctx) as store, store.writing() as session:
        count = pause_all(session, email, until=until)
    if not count:
        raise click.UsageError(f"{plain(email)} has no subscription")


def _print_trials(trials: "list[Trial]", names: dict[int | None, str]) -> None:
    for trial in trials:
        row = trial.subscription
        who = f"{plain(row.recipient)} ({row.id}: {in_words(row, names.get(row.policy_id))})"
        about = f"change {trial.change_id} of {plain(trial.policy)}"
        if trial.why_not:
            click.echo(f"no   {who}\n       {about}: {plain(trial.why_not)}")
        elif trial.instead:
            click.echo(f"no   {who}\n       {about}: another subscription wants it sooner")
        else:
            at = f"{trial.at:%Y-%m-%d %H:%M} UTC" if trial.at else ""
            click.echo(f"yes  {who}\n       {about}: {plain(trial.headline)}; told {at}")


def _trial_json(trial: "Trial", names: dict[int | None, str]) -> dict[str, Any]:
    return {
        "subscription": trial.subscription.id,
        "recipient": trial.subscription.recipient,
        "wants": in_words(trial.subscription, names.get(trial.subscription.policy_id)),
        "change": trial.change_id,
        "policy": trial.policy,
        "hears": not trial.why_not and not trial.instead,
        "why_not": trial.why_not or ("another wants it sooner" if trial.instead else None),
        "at": instant(trial.at),
    }


def _subscription_json(row: "Subscription", policy: str | None) -> dict[str, Any]:
    from storage.subscriptions import WEEKDAYS

    digest = row.cadence in ("daily", "weekly")
    return {
        "id": row.id,
        "recipient": row.recipient,
        "channel": row.channel,
        "policy": policy,
        "service": row.service or None,
        "tag": row.tag or None,
        "topics": list(row.topics),
        "min_severity": row.min_severity,
        "direction": row.direction or None,
        "cadence": row.cadence,
        "at": row.at_time if digest else None,
        "weekday": WEEKDAYS[row.weekday] if row.cadence == "weekly" else None,
        "timezone": row.timezone,
        "language": row.language,
        "quiet": row.quiet or None,
        "say_unchanged": row.say_unchanged,
        "operator": row.operator,
        "origin": row.origin,
        "awaits_consent": row.awaits_consent,
        "paused_until": instant(row.paused_until),
        "created_at": instant(row.created_at),
    }
