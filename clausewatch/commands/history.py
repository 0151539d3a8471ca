"""`clausewatch history`: every text a policy had, and what changed between them."""

from typing import TYPE_CHECKING, Any

import click

from clausewatch.opening import open_database
from clausewatch.printing import console, instant, json_option, plain, print_json

if TYPE_CHECKING:
    from storage.views import ChangeView, SnapshotView

__all__ = ["change_json", "history"]


@click.command()
@click.argument("name")
@json_option
@click.pass_context
def history(ctx: click.Context, name: str, as_json: bool) -> None:
    """List the snapshots of a policy, oldest first, with the change that led to each."""
    from storage.history import timeline
    from storage.policies import find_policy

    with open_database(ctx) as store, store.reading() as session:
        policy = find_policy(session, name)
        assert policy.id is not None
        snapshots = timeline(session, policy.id)
        label = f"{policy.name}: {policy.url}"
    if as_json:
        print_json([_snapshot_json(snapshot) for snapshot in snapshots])
        return
    if not snapshots:
        click.echo(f"{name} has no snapshot yet. Next: clausewatch check {name}")
        return
    _print_table(label, snapshots)


def _print_table(label: str, snapshots: "list[SnapshotView]") -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, header_style="bold", pad_edge=False, title=label, title_justify="left")
    table.add_column("snapshot", justify="right")
    for heading in ("first seen", "last seen", "source"):
        table.add_column(heading, no_wrap=True)
    table.add_column("words", justify="right")
    table.add_column("change", overflow="fold")
    for snapshot in snapshots:
        change = snapshot.change
        said = Text("first text", style="dim")
        if change is not None:
            said = Text(f"{change.kind}: {plain(change.headline)}")
            said.stylize("bold" if change.material else "dim")
            if change.state == "flap":
                said.append(" (undone within the confirmation time)", style="dim")
        table.add_row(
            str(snapshot.id),
            f"{snapshot.first_seen:%Y-%m-%d %H:%M}",
            f"{snapshot.last_seen:%Y-%m-%d %H:%M}",
            snapshot.source,
            f"{snapshot.words:,}",
            said,
        )
    console().print(table)


def _snapshot_json(snapshot: "SnapshotView") -> dict[str, Any]:
    return {
        "snapshot": snapshot.id,
        "first_seen": instant(snapshot.first_seen),
        "last_seen": instant(snapshot.last_seen),
        "source": snapshot.source,
        "sha256": snapshot.sha256,
        "words": snapshot.words,
        "title": snapshot.title,
        "lang": snapshot.lang,
        "change": change_json(snapshot.change),
    }


def change_json(change: "ChangeView | None") -> dict[str, Any] | None:
    """Return a change as JSON commands print it."""
    if change is None:
        return None
    return {
        "id": change.id,
        "from": change.from_snapshot_id,
        "to": change.to_snapshot_id,
        "at": instant(change.at),
        "kind": change.kind,
        "material": change.material,
        "topics": list(change.topics),
        "direction": change.direction or None,
        "severity": change.severity or None,
        "headline": change.headline,
        "state": change.state,
    }
