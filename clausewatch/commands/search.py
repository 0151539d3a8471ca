"""`clausewatch search`: which texts say something, and which changes brought or took it."""

from typing import TYPE_CHECKING, Any

import click

from clausewatch.commands.changes import SHEET, listed_json, sheet_row
from clausewatch.filters import change_options, filter_options, filters_of, limit_option
from clausewatch.opening import open_reader
from clausewatch.printing import instant, plain, print_json
from clausewatch.tables import as_csv, as_markdown, format_options, wanted_format

if TYPE_CHECKING:
    from storage.search import FoundChange, FoundText

__all__ = ["search"]

_TEXT_SHEET = (
    *("policy", "service", "document", "snapshot", "first_seen", "last_seen", "source", "excerpt"),
)
_OF_CHANGES = ("kind", "topic", "direction", "severity", "came", "went")


@click.command()
@click.argument("said", metavar="WORDS")
@click.option(
    "--in",
    "where",
    type=click.Choice(["texts", "changes"]),
    default="texts",
    help="Look through the texts (otherwise), or through what changed.",
)
@click.option("--came", is_flag=True, help="Changes whose later text says it for the first time.")
@click.option("--went", is_flag=True, help="Changes whose later text no longer says it.")
@filter_options
@change_options
@limit_option
@format_options
@click.pass_context
def search(ctx: click.Context, /, said: str, where: str, limit: int, **given: Any) -> None:
    """Find the texts that say WORDS, or the changes that brought or took them.

    All words must be there, "quoted words" as they stand; sell* stands for all
    words that begin so. Case and accents do not count.
    """
    how, filters = wanted_format(given), filters_of(given)
    _refuse_contradictions(where, given)
    with open_reader(ctx) as source:
        if filters.policy:
            from storage.history import policy_named

            policy_named(source, filters.policy)
        if where == "changes":
            from storage.search import search_changes

            side = "came" if given["came"] else "went" if given["went"] else ""
            _print_changes(search_changes(source, said, filters, side=side, limit=limit), how)
        else:
            from storage.search import search_texts

            _print_texts(search_texts(source, said, filters, limit=limit), how)


def _refuse_contradictions(where: str, given: dict[str, Any]) -> None:
    named = [name for name in _OF_CHANGES if given.get(name)]
    if where == "texts" and named:
        raise click.UsageError(f"--{named[0]} is about changes; add --in changes")
    if given["came"] and given["went"]:
        raise click.UsageError("--came or --went? Give one of them.")


def _print_texts(found: "list[FoundText]", how: str) -> None:
    if how == "json":
        print_json([_text_json(each) for each in found])
    elif how != "table":
        rows = [tuple(str(value or "") for value in _text_json(each).values()) for each in found]
        click.echo((as_csv if how == "csv" else as_markdown)(_TEXT_SHEET, rows), nl=False)
    elif not found:
        click.echo("No text says that.")
    else:
        for each in found:
            click.echo(
                plain(
                    f"{each.policy}, snapshot {each.snapshot_id}, {each.first_seen:%Y-%m-%d} to "
                    f"{each.last_seen:%Y-%m-%d} ({each.source})\n    {each.excerpt}"
                )
            )


def _text_json(found: "FoundText") -> dict[str, Any]:
    return {
        "policy": found.policy,
        "service": found.service,
        "document": found.document,
        "snapshot": found.snapshot_id,
        "first_seen": instant(found.first_seen),
        "last_seen": instant(found.last_seen),
        "source": found.source,
        "excerpt": found.excerpt,
    }


def _print_changes(found: "list[FoundChange]", how: str) -> None:
    if how == "json":
        print_json(
            [{**listed_json(each.listed), "came": each.came, "went": each.went} for each in found]
        )
    elif how != "table":
        rows = [(*sheet_row(each.listed), each.came, each.went) for each in found]
        sheet = as_csv if how == "csv" else as_markdown
        click.echo(sheet((*SHEET, "came", "went"), rows), nl=False)
    elif not found:
        click.echo("No change is about that.")
    else:
        for each in found:
            change = each.listed.change
            lines = [f"{change.at:%Y-%m-%d} {each.listed.policy}: {change.kind}, {change.headline}"]
            lines += [f"    was: {each.went}"] if each.went else []
            lines += [f"    now: {each.came}"] if each.came else []
            click.echo(plain("\n".join(lines)))
