"""What listings are narrowed to, as options of the command line."""

from collections.abc import Callable
from typing import Any

import click

from clausewatch.instants import FirstInstant, Instant

__all__ = ["change_options", "filter_options", "filters_of", "judged_options", "limit_option"]

_KINDS = click.Choice(["material", "editorial", "administrative", "noise"])
_DIRECTIONS = click.Choice(["weaker", "stronger", "mixed", "neutral"])
_SEVERITIES = click.Choice(["low", "medium", "high"])

limit_option = click.option(
    "--limit", type=click.IntRange(1, 100_000), default=50, help="The most to list; 50 otherwise."
)


def filter_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that narrow any listing: whose, which documents, when."""
    for option in (
        click.option("--until", type=Instant(), help="Up to this date or instant."),
        click.option("--since", type=FirstInstant(), help="From this date or instant on."),
        click.option("--document", help="Of documents of this kind: privacy, cookies, terms, ..."),
        click.option("--service", help="Of this service's policies."),
        click.option("--policy", metavar="NAME", help="Of this policy."),
    ):
        command = option(command)
    return command


def judged_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that narrow a listing by what was made of a change."""
    for option in (
        click.option("--severity", type=_SEVERITIES, help="At least so grave."),
        click.option("--direction", type=_DIRECTIONS, help="For the reader."),
        click.option("--topic", help="About this topic, such as sharing; see docs/topics.md."),
    ):
        command = option(command)
    return command


def change_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that narrow a listing of changes, of which not all were told."""
    kind = click.option("--kind", type=_KINDS, help="Changes of this kind.")
    return kind(judged_options(command))


def filters_of(given: dict[str, Any]) -> Any:
    """Return the Filters that the options ask for. Raises click.UsageError for an unknown topic."""
    from storage.filters import Filters

    topic = given.get("topic")
    if topic:
        from analysis.topics import TOPICS

        if topic not in TOPICS:
            raise click.UsageError(f"{topic!r} is no topic (there are: {', '.join(TOPICS)})")
    names = Filters.__dataclass_fields__
    return Filters(**{name: given[name] for name in names if given.get(name) is not None})
