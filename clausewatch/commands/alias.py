"""`clausewatch alias`: older addresses of a policy, which archives are asked for too."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from clausewatch.instants import FirstInstant, Instant
from clausewatch.opening import open_database
from clausewatch.printing import instant, json_option, plain, print_json

if TYPE_CHECKING:
    from storage.aliases import Address

__all__ = ["alias"]


@click.command()
@click.argument("name")
@click.argument("url", required=False)
@click.option("--from", "since", type=FirstInstant(), help="Since when the policy was there.")
@click.option("--to", "until", type=Instant(), help="Until when it was.")
@click.option("--remove", "removed", metavar="URL", help="Ask for this address no more.")
@json_option
@click.pass_context
def alias(
    ctx: click.Context,
    name: str,
    url: str | None,
    since: datetime | None,
    until: datetime | None,
    removed: str | None,
    as_json: bool,
) -> None:
    """Say that the policy NAME was at URL once; without a URL, list its older addresses.

    `clausewatch backfill NAME` asks archives for them as well.
    """
    from clausewatch.clock import utc_now
    from storage.aliases import add_alias, aliases_of, remove_alias, suggestions
    from storage.policies import find_policy

    with open_database(ctx) as store, store.writing() as session:
        policy = find_policy(session, name)
        if url is not None:
            add_alias(session, policy, url, since=since, until=until, now=utc_now())
        if removed is not None:
            remove_alias(session, policy, removed)
        known, suggested = aliases_of(session, policy), suggestions(session, policy)
    if as_json:
        print_json(
            {"policy": name, "aliases": [_json(one) for one in known], "suggested": suggested}
        )
        return
    for one in known:
        click.echo(f"{plain(one.url)}{_dates(one)}")
    if not known:
        click.echo(f"{name} has no older address.")
    for led_to in map(plain, suggested):
        click.echo(f"An archived redirect led to {led_to}: clausewatch alias {name} {led_to}")


def _json(address: "Address") -> dict[str, Any]:
    return {
        "url": address.url,
        "from": instant(address.since),
        "to": instant(address.until),
    }


def _dates(address: "Address") -> str:
    since = f" from {address.since:%Y-%m-%d}" if address.since else ""
    until = f" to {address.until:%Y-%m-%d}" if address.until else ""
    return f" {since}{until}" if since or until else ""
