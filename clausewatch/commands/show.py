"""`clausewatch show`: what a policy says, or said on a date, and how sure that is."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from clausewatch.instants import Instant
from clausewatch.opening import open_reader
from clausewatch.printing import instant, json_option, plain, print_json

if TYPE_CHECKING:
    from storage.rows import Source
    from storage.views import PolicyView, SightingView, SnapshotView, StandingView

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

    A note on standard error says when the text was seen, and for a date how
    sure it is: the captures on both sides. The text itself goes to standard
    output.
    """
    from storage.history import policy_named, standing_at, text_of

    with open_reader(ctx) as source:
        policy = policy_named(source, name)
        standing = standing_at(source, policy.id, at) if at is not None else None
        chosen = _chosen(source, policy, standing, snapshot_id)
        text = text_of(source, chosen.id)
    if as_json:
        print_json(_json(policy, chosen, standing, text))
        return
    click.echo(
        f"# {policy.name}, snapshot {chosen.id}: seen {chosen.first_seen:%Y-%m-%d %H:%M} to "
        f"{chosen.last_seen:%Y-%m-%d %H:%M} UTC ({', '.join(chosen.sources)}, "
        f"{chosen.words:,} words)",
        err=True,
    )
    if standing is not None:
        click.echo(f"# {_how_sure(standing)}", err=True)
    click.echo(plain(text))


def _chosen(
    source: "Source",
    policy: "PolicyView",
    standing: "StandingView | None",
    snapshot_id: int | None,
) -> "SnapshotView":
    from storage.history import timeline

    if standing is not None and snapshot_id is None and standing.snapshot is not None:
        return standing.snapshot
    snapshots = timeline(source, policy.id)
    if snapshot_id is not None:
        chosen = next((row for row in snapshots if row.id == snapshot_id), None)
        if chosen is None:
            raise click.UsageError(f"{policy.name} has no snapshot {snapshot_id}")
        return chosen
    if standing is not None or not snapshots:
        first = f"; the first was seen {instant(snapshots[0].first_seen)}" if snapshots else ""
        raise click.UsageError(f"{policy.name} has no text from then{first}")
    return snapshots[-1]


def _how_sure(standing: "StandingView") -> str:
    """Say what is known of the instant asked for, by the captures on both sides."""
    before, after = _seen(standing.before), _seen(standing.after)
    at = instant(standing.at)
    if standing.how == "seen":
        return (
            f"at {at}: the same text in the captures on both sides, {before} and {after or before}"
        )
    if standing.how == "since":
        return f"at {at}: last seen {before}; nothing was captured later"
    return (
        f"at {at}: between two texts. This one was last seen {before}, another was there {after}; "
        "it changed somewhere between"
    )


def _seen(sighting: "SightingView | None") -> str:
    return f"{instant(sighting.at)} ({sighting.source})" if sighting else ""


def _json(
    policy: "PolicyView", chosen: "SnapshotView", standing: "StandingView | None", text: str
) -> dict[str, Any]:
    return {
        "policy": policy.name,
        "url": policy.url,
        "snapshot": chosen.id,
        "first_seen": instant(chosen.first_seen),
        "last_seen": instant(chosen.last_seen),
        "source": chosen.source,
        "sources": list(chosen.sources),
        "sha256": chosen.sha256,
        "words": chosen.words,
        "title": chosen.title,
        "lang": chosen.lang,
        "at": instant(standing.at) if standing else None,
        "how": standing.how if standing else None,
        "before": _sighting_json(standing.before) if standing else None,
        "after": _sighting_json(standing.after) if standing else None,
        "text": text,
    }


def _sighting_json(sighting: "SightingView | None") -> dict[str, Any] | None:
    if sighting is None:
        return None
    return {"at": instant(sighting.at), "source": sighting.source, "snapshot": sighting.snapshot_id}
