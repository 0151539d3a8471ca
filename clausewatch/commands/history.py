"""`clausewatch history`: the texts a policy had, and what changed from one to the next."""

from typing import TYPE_CHECKING, Any

import click

from clausewatch.opening import open_reader
from clausewatch.printing import instant, plain, print_json
from clausewatch.tables import as_csv, as_markdown, as_table, format_options, wanted_format

if TYPE_CHECKING:
    from storage.views import ChangeView, LatestView, SnapshotView

__all__ = ["change_json", "history"]

_COLUMNS = ("snapshot", "first_seen", "last_seen", "source", "words", "change")
_SHEET = (
    *("policy", "snapshot", "first_seen", "last_seen", "sources", "words", "title", "sha256"),
    *("change", "kind", "direction", "severity", "topics", "headline", "state"),
)
_LATEST = ("policy", "service", "kind", "snapshot", "first_seen", "last_seen", "source", "words")  # fmt: skip


@click.command()
@click.argument("name", required=False)
@format_options
@click.pass_context
def history(ctx: click.Context, /, name: str | None, **formats: bool) -> None:
    """List the snapshots of a policy, oldest first, with the change that led to each.

    Without a NAME the newest text of every policy is listed.
    """
    how = wanted_format(formats)
    if name is None:
        _print_latest(ctx, how)
        return
    from storage.history import policy_named, timeline

    with open_reader(ctx) as source:
        policy = policy_named(source, name)
        snapshots = timeline(source, policy.id)
    if how == "json":
        print_json([_snapshot_json(snapshot) for snapshot in snapshots])
    elif how != "table":
        sheet = as_csv if how == "csv" else as_markdown
        rows = [_sheet_row(policy.name, snapshot) for snapshot in snapshots]
        click.echo(sheet(_SHEET, rows), nl=False)
    elif not snapshots:
        click.echo(f"{name} has no snapshot yet. Next: clausewatch check {name}")
    else:
        click.echo(f"{plain(policy.name)}: {plain(policy.url)}")
        _print_table(snapshots)


def _print_table(snapshots: "list[SnapshotView]") -> None:
    rows = [
        (
            str(snapshot.id),
            f"{snapshot.first_seen:%Y-%m-%d %H:%M}",
            f"{snapshot.last_seen:%Y-%m-%d %H:%M}",
            ", ".join(snapshot.sources),
            f"{snapshot.words:,}",
            _said(snapshot),
        )
        for snapshot in snapshots
    ]
    styles = [
        "bold" if snapshot.change and snapshot.change.material else "dim" for snapshot in snapshots
    ]
    columns = [column.replace("_", " ") for column in _COLUMNS]
    click.echo(as_table(columns, rows, styles=styles, right=(0, 4)))


def _said(snapshot: "SnapshotView") -> str:
    change = snapshot.change
    doubt = f" (unverified: {snapshot.unverified})" if snapshot.unverified else ""
    if change is None:
        return f"first text{doubt}"
    undone = " (undone within the confirmation time)" if change.state == "flap" else ""
    return f"{change.kind}: {change.headline}{undone}{doubt}"


def _sheet_row(policy: str, snapshot: "SnapshotView") -> tuple[str, ...]:
    change = snapshot.change
    return (
        policy,
        str(snapshot.id),
        instant(snapshot.first_seen) or "",
        instant(snapshot.last_seen) or "",
        " ".join(snapshot.sources),
        str(snapshot.words),
        snapshot.title,
        snapshot.sha256,
        str(change.id) if change else "",
        change.kind if change else "",
        change.direction if change else "",
        change.severity if change else "",
        " ".join(change.topics) if change else "",
        change.headline if change else "",
        change.state if change else "",
    )


def _print_latest(ctx: click.Context, how: str) -> None:
    from storage.history import latest

    with open_reader(ctx) as source:
        found = latest(source)
    if how == "json":
        print_json([_latest_json(view) for view in found])
        return
    rows = [
        (
            view.policy.name,
            view.policy.service,
            view.policy.kind,
            str(view.snapshot_id or ""),
            instant(view.first_seen) or "",
            instant(view.last_seen) or "",
            view.source,
            str(view.words),
        )
        for view in found
    ]
    if how != "table":
        click.echo((as_csv if how == "csv" else as_markdown)(_LATEST, rows), nl=False)
    elif not found:
        click.echo("No policy is watched yet. Next: clausewatch add URL")
    else:
        columns = [column.replace("_", " ") for column in _LATEST]
        click.echo(as_table(columns, rows, right=(3, 7)))


def _latest_json(view: "LatestView") -> dict[str, Any]:
    return {
        "policy": view.policy.name,
        "service": view.policy.service,
        "kind": view.policy.kind,
        "url": view.policy.url,
        "snapshot": view.snapshot_id,
        "first_seen": instant(view.first_seen),
        "last_seen": instant(view.last_seen),
        "source": view.source or None,
        "words": view.words,
    }


def _snapshot_json(snapshot: "SnapshotView") -> dict[str, Any]:
    return {
        "snapshot": snapshot.id,
        "first_seen": instant(snapshot.first_seen),
        "last_seen": instant(snapshot.last_seen),
        "source": snapshot.source,
        "sources": list(snapshot.sources),
        "sha256": snapshot.sha256,
        "words": snapshot.words,
        "title": snapshot.title,
        "lang": snapshot.lang,
        "unverified": snapshot.unverified or None,
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
