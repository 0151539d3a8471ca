"""`clausewatch show`: what a policy says, or said on a date."""

from datetime import datetime

import click

from clausewatch.instants import Instant
from clausewatch.opening import open_database
from clausewatch.printing import instant, json_option, plain, print_json

__all__ = ["show"]


@click.command()
@click.argument("name")
@click.option("--at", type=Instant(), help="A date or instant; now otherwise.")
@click.option("--snapshot", "snapshot_id", type=int, help="A snapshot by its number.")
@json_option
@click.pass_context
def show(
    ctx: click.Context, name: str, at: datetime | None, snapshot_id: int | None, as_json: bool
) -> None:
    """Print the text of a policy: the newest, or the one it had at a date.

    A note on standard error says when the text was seen; the text itself goes
    to standard output.
    """
    from storage.history import snapshot_at, text_of, timeline
    from storage.policies import find_policy

    with open_database(ctx) as store, store.reading() as session:
        policy = find_policy(session, name)
        assert policy.id is not None
        snapshots = timeline(session, policy.id)
        if snapshot_id is not None:
            chosen = next((row for row in snapshots if row.id == snapshot_id), None)
            if chosen is None:
                raise click.UsageError(f"{name} has no snapshot {snapshot_id}")
        elif at is not None:
            chosen = snapshot_at(session, policy.id, at)
        else:
            chosen = snapshots[-1] if snapshots else None
        if chosen is None:
            first = f"; the first was seen {instant(snapshots[0].first_seen)}" if snapshots else ""
            raise click.UsageError(f"{name} has no text from then{first}")
        text = text_of(session, chosen.id)
        url = policy.url
    if as_json:
        print_json(
            {
                "policy": policy.name,
                "url": url,
                "snapshot": chosen.id,
                "first_seen": instant(chosen.first_seen),
                "last_seen": instant(chosen.last_seen),
                "source": chosen.source,
                "sha256": chosen.sha256,
                "words": chosen.words,
                "title": chosen.title,
                "lang": chosen.lang,
                "text": text,
            }
        )
        return
    click.echo(
        f"# {policy.name}, snapshot {chosen.id}: seen {chosen.first_seen:%Y-%m-%d %H:%M} to "
        f"{chosen.last_seen:%Y-%m-%d %H:%M} UTC ({chosen.source}, {chosen.words:,} words)",
        err=True,
    )
    click.echo(plain(text))
