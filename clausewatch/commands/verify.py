"""`clausewatch verify`: check the record against its own chains."""

from dataclasses import asdict

import click

from clausewatch.exits import EXIT_OK, EXIT_STORAGE
from clausewatch.opening import open_database
from clausewatch.printing import json_option, print_json
from clausewatch.progress import stages

__all__ = ["verify"]


@click.command()
@click.argument("name", required=False)
@json_option
@click.pass_context
def verify(ctx: click.Context, name: str | None, as_json: bool) -> None:
    """Check that no fetch, body, alert or delivery was changed since it was written.

    Names the first row of each table that does not fit, and exits with 3. With
    NAME, the record of that policy alone.
    """
    from storage.policies import find_policy
    from storage.verify import verify as verify_all
    from storage.verify import verify_policy

    with open_database(ctx) as store, store.reading() as session:
        if name is None:
            with stages() as progress:
                problems = verify_all(session, progress=progress)
        else:
            policy_id = find_policy(session, name).id
            assert policy_id is not None
            problems = verify_policy(session, policy_id)
    if as_json:
        print_json({"ok": not problems, "problems": [asdict(problem) for problem in problems]})
    elif problems:
        for problem in problems:
            click.echo(str(problem))
    else:
        whose = f"The record of {name}" if name else "The record"
        click.echo(f"{whose} is whole: every fact fits the one before it.")
    ctx.exit(EXIT_STORAGE if problems else EXIT_OK)
