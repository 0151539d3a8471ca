"""`clausewatch when`: when a policy began to say a sentence, and when it stopped."""

from typing import TYPE_CHECKING, Any

import click

from clausewatch.opening import open_reader
from clausewatch.printing import instant, print_json
from clausewatch.tables import as_csv, as_markdown, format_options, wanted_format

if TYPE_CHECKING:
    from storage.sentences import Span

__all__ = ["when"]

_SHEET = (
    *("policy", "not_yet", "first_seen", "last_seen", "gone_by"),
    *("first_snapshot", "last_snapshot", "source"),
)


@click.command()
@click.argument("name")
@click.argument("sentence")
@format_options
@click.pass_context
def when(ctx: click.Context, /, name: str, sentence: str, **formats: bool) -> None:
    """Say when a policy began to say SENTENCE, and when it no longer did.

    Only its words count, in their order: spacing, punctuation and capitals may
    have been edited since.
    """
    from storage.history import policy_named
    from storage.sentences import when_said

    how = wanted_format(formats)
    with open_reader(ctx) as source:
        policy = policy_named(source, name)
        spans = when_said(source, policy.id, sentence)
    rows = [_json(policy.name, span) for span in spans]
    if how == "json":
        print_json(rows)
    elif how != "table":
        cells = [tuple(str(value or "") for value in row.values()) for row in rows]
        click.echo((as_csv if how == "csv" else as_markdown)(_SHEET, cells), nl=False)
    elif not spans:
        click.echo(f"{policy.name} never said that, in any text that is kept.")
    else:
        for span in spans:
            click.echo(_said(span))


def _said(span: "Span") -> str:
    began = (
        f"first seen {_day(span.first_seen)} in snapshot {span.first_snapshot_id} ({span.source})"
    )
    if span.not_yet is None:
        began += ", the oldest text there is"
    else:
        began += f", not yet there {_day(span.not_yet)}"
    if span.gone_by is None:
        return f"{began}; still there {_day(span.last_seen)}"
    return (
        f"{began}; last seen {_day(span.last_seen)} in snapshot {span.last_snapshot_id}, "
        f"gone by {_day(span.gone_by)}"
    )


def _day(at: Any) -> str:
    return f"{at:%Y-%m-%d %H:%M}"


def _json(policy: str, span: "Span") -> dict[str, Any]:
    return {
        "policy": policy,
        "not_yet": instant(span.not_yet),
        "first_seen": instant(span.first_seen),
        "last_seen": instant(span.last_seen),
        "gone_by": instant(span.gone_by),
        "first_snapshot": span.first_snapshot_id,
        "last_snapshot": span.last_snapshot_id,
        "source": span.source,
    }
