"""`clausewatch verify`: check the record against its own chain."""

import click

from clausewatch.exits import EXIT_OK, EXIT_STORAGE
from clausewatch.opening import open_database
from clausewatch.printing import json_option, print_json

__all__ = ["verify"]


@click.command()
@json_option
@click.pass_context
def verify(ctx: click.Context, as_json: bool) -> None:
    """Check that no fetch, body, alert or delivery was changed since it was written.

    Names the first row of each table that does not fit, and exits with 3.
    """
    from storage.chain import verify as verify_chain

    with open_database(ctx) as store, store.reading() as session:
        problems = verify_chain(session)
    if as_json:
        print_json({"ok": not problems, "problems": [str(problem) for problem in problems]})
    elif problems:
        for problem in problems:
            click.echo(str(problem))
    else:
        click.echo("The record is whole: every fact fits the one before it.")
    ctx.exit(EXIT_STORAGE if problems else EXIT_OK)
