"""`clausewatch checkpoint`: the signed ends of all chains, to be kept elsewhere."""

import json
from pathlib import Path

import click

from clausewatch.opening import open_database, settings_of

__all__ = ["checkpoint"]


@click.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write it to this file; else to standard output.",
)
@click.option("--public-key", is_flag=True, help="Print the public key instead.")
@click.pass_context
def checkpoint(ctx: click.Context, output: Path | None, public_key: bool) -> None:
    """Sign the record as it stands: the end and the length of every chain, and the time.

    Keep the checkpoint where nobody who holds the database can change it. `verify
    --checkpoint FILE` shows later that nothing before it was changed or dropped.
    """
    from clausewatch.clock import utc_now
    from storage.checkpoint import load_key, make, public_name

    key = load_key(settings_of(ctx).record.key_file)
    if public_key:
        click.echo(public_name(key))
        return
    with open_database(ctx) as store, store.reading() as session:
        made = make(session, key, now=utc_now())
    text = json.dumps(made, ensure_ascii=False, indent=1) + "\n"
    if output is None:
        click.echo(text, nl=False)
        return
    output.write_text(text, encoding="utf-8")
    rows = sum(chain["count"] for chain in made["chains"] if chain["policy_id"] is None)
    click.echo(f"{output}: {rows} facts as of {made['made_at']}, signed by {made['key']}")
