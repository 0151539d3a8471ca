"""`clausewatch subscribe`, `unsubscribe`, `subscriptions`: who hears of what."""

from typing import TYPE_CHECKING, Any

import click

from clausewatch.opening import open_database
from clausewatch.printing import instant, json_option, plain, print_json

if TYPE_CHECKING:
    from storage.models import Subscription

__all__ = ["subscribe", "subscriptions", "unsubscribe"]


@click.command()
@click.argument("email")
@click.option("--policy", metavar="NAME", help="Only one policy; all otherwise.")
@click.option("--service", default="", help="Only the policies of one service.")
@click.option("--tag", default="", help="Only the policies with this tag.")
@click.option("--topic", "topics", multiple=True, help="Only these topics; repeatable.")
@click.option(
    "--min-severity", type=click.Choice(["low", "medium", "high"]), default="low", show_default=True
)
@click.pass_context
def subscribe(ctx: click.Context, /, email: str, policy: str | None, **wants: Any) -> None:
    """Send alerts to EMAIL: of every policy, or only what the options name."""
    from clausewatch.clock import utc_now
    from storage.policies import find_policy
    from storage.subscriptions import subscribe as add_subscription

    with open_database(ctx) as store, store.writing() as session:
        policy_id = find_policy(session, policy).id if policy else None
        row = add_subscription(session, email, policy_id=policy_id, now=utc_now(), **wants)
        said = _in_words(row, policy)
    click.echo(f"{plain(email)} will hear of {said}")


@click.command()
@click.argument("email")
@click.option("--policy", metavar="NAME", help="Only the subscription to one policy.")
@click.pass_context
def unsubscribe(ctx: click.Context, email: str, policy: str | None) -> None:
    """End the subscriptions of EMAIL."""
    from clausewatch.clock import utc_now
    from storage.policies import find_policy
    from storage.subscriptions import unsubscribe as end_subscriptions

    with open_database(ctx) as store, store.writing() as session:
        policy_id = find_policy(session, policy).id if policy else None
        ended = end_subscriptions(session, email, policy_id=policy_id, now=utc_now())
    if not ended:
        raise click.UsageError(f"{plain(email)} has no such subscription")
    click.echo(f"{ended} subscription{'' if ended == 1 else 's'} of {plain(email)} ended")


@click.command()
@json_option
@click.pass_context
def subscriptions(ctx: click.Context, as_json: bool) -> None:
    """List who is subscribed to what."""
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
            click.echo(f"{plain(row.recipient)}: {_in_words(row, names.get(row.policy_id))}")


def _in_words(row: "Subscription", policy: str | None) -> str:
    parts = ["material changes"]
    if row.min_severity == "medium":
        parts = ["changes of medium or high severity"]
    elif row.min_severity == "high":
        parts = ["changes of high severity"]
    if row.topics:
        parts.append(f"about {', '.join(row.topics)}")
    if policy:
        parts.append(f"in {policy}")
    elif row.service:
        parts.append(f"in the policies of {row.service}")
    elif row.tag:
        parts.append(f'in policies tagged "{row.tag}"')
    else:
        parts.append("in every policy")
    return plain(" ".join(parts))


def _subscription_json(row: "Subscription", policy: str | None) -> dict[str, Any]:
    return {
        "id": row.id,
        "recipient": row.recipient,
        "channel": row.channel,
        "policy": policy,
        "service": row.service or None,
        "tag": row.tag or None,
        "topics": list(row.topics),
        "min_severity": row.min_severity,
        "created_at": instant(row.created_at),
    }
