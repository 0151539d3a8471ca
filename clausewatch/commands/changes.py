"""`clausewatch changes`: what changed, across policies, by what one filters by."""

from typing import TYPE_CHECKING, Any

import click

from clausewatch.commands.history import change_json
from clausewatch.filters import change_options, filter_options, filters_of, limit_option
from clausewatch.opening import open_reader
from clausewatch.printing import instant, print_json
from clausewatch.tables import as_csv, as_markdown, as_table, format_options, wanted_format

if TYPE_CHECKING:
    from storage.changes import ListedChange

__all__ = ["SHEET", "changes", "listed_json", "sheet_row"]

SHEET = (
    *("at", "policy", "service", "document", "change", "from", "to", "kind", "direction"),
    *("severity", "topics", "headline", "state"),
)


@click.command()
@filter_options
@change_options
@limit_option
@format_options
@click.pass_context
def changes(ctx: click.Context, /, limit: int, **given: Any) -> None:
    """List what changed from one text of a policy to the next, newest first."""
    from storage.changes import changes as read_changes
    from storage.history import policy_named

    how, filters = wanted_format(given), filters_of(given)
    with open_reader(ctx) as source:
        if filters.policy:
            policy_named(source, filters.policy)
        found = read_changes(source, filters, limit=limit)
    if how == "json":
        print_json([listed_json(each) for each in found])
    elif how != "table":
        sheet = as_csv if how == "csv" else as_markdown
        click.echo(sheet(SHEET, [sheet_row(each) for each in found]), nl=False)
    elif not found:
        click.echo("No change is known that fits.")
    else:
        click.echo(
            as_table(
                ("at", "policy", "severity", "change"),
                [
                    (
                        f"{each.change.at:%Y-%m-%d %H:%M}",
                        each.policy,
                        each.change.severity,
                        f"{each.change.kind}: {each.change.headline}",
                    )
                    for each in found
                ],
                styles=["bold" if each.change.material else "dim" for each in found],
            )
        )


def listed_json(listed: "ListedChange") -> dict[str, Any]:
    """Return a change and whose it is, as JSON commands print it."""
    return {
        "policy": listed.policy,
        "service": listed.service,
        "document": listed.document,
        **(change_json(listed.change) or {}),
    }


def sheet_row(listed: "ListedChange") -> tuple[str, ...]:
    """Return the cells of SHEET."""
    change = listed.change
    return (
        instant(change.at) or "",
        listed.policy,
        listed.service,
        listed.document,
        str(change.id),
        str(change.from_snapshot_id),
        str(change.to_snapshot_id),
        change.kind,
        change.direction,
        change.severity,
        " ".join(change.topics),
        change.headline,
        change.state,
    )
