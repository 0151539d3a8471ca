"""`clausewatch suggest`: documents that a policy links to and nobody watches yet."""

from typing import Any

import click

from clausewatch.opening import open_database
from clausewatch.printing import json_option, plain, print_json

__all__ = ["suggest"]


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@json_option
@click.pass_context
def suggest(ctx: click.Context, names: tuple[str, ...], as_json: bool) -> None:
    """List the documents that watched policies link to and that are not watched themselves.

    Cookie notices, lists of sub-processors, notices for a region, terms: by the links
    in the text of the newest capture. Without a NAME, of every policy.
    """
    from storage.linked import unwatched_links
    from storage.policies import find_policy, list_policies

    rows: list[dict[str, Any]] = []
    with open_database(ctx) as store, store.reading() as session:
        chosen = [find_policy(session, name) for name in names] or list_policies(session)
        for policy in chosen:
            rows += [
                {
                    "policy": policy.name,
                    "kind": one.kind,
                    "url": one.url,
                    "words": one.words,
                    "reason": one.reason,
                }
                for one in unwatched_links(session, policy)
            ]
    if as_json:
        print_json(rows)
        return
    if not rows:
        click.echo("Nothing to suggest: no document is linked that is not watched.")
        return
    for row in rows:
        click.echo(f"{row['policy']}  {row['kind']:<13}  {plain(row['url'])}")
        click.echo(f"    {plain(row['words'])} ({plain(row['reason'])})")
    click.echo(
        "To watch one: clausewatch add URL; as a page of the same policy: clausewatch edit NAME --also URL"
    )
