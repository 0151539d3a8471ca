"""`clausewatch explain`: a policy as a map of its clauses, and why each is what it is."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from clausewatch.opening import open_database
from clausewatch.printing import console, json_option, plain, print_json

if TYPE_CHECKING:
    from rich.text import Text

    from analysis.clausemap import Clause

__all__ = ["explain"]

_INDENT = "  "
_CUES_SHOWN = 8  # on a terminal; --json has them all


@click.command()
@click.argument("what", metavar="FILE|NAME")
@click.option("--html", "page", type=click.Path(path_type=Path), help="Write a page to this file.")
@json_option
@click.pass_context
def explain(ctx: click.Context, what: str, page: Path | None, as_json: bool) -> None:
    """Print the clauses of a policy with their topics, facts and the words that decided.

    FILE is read as `extract` reads it; NAME is a watched policy, in its newest text.
    """
    from analysis.clausemap import clause_map

    title, text, lang = _policy_text(ctx, what)
    clauses = clause_map(text, lang=lang)
    if page is not None:
        from clausewatch.clause_page import clause_page

        page.write_text(clause_page(title, clauses), encoding="utf-8")
        click.echo(f"{page} has {len(clauses)} clauses", err=True)
    if as_json:
        print_json([_clause_json(clause) for clause in clauses])
    elif page is None:
        _print_clauses(title, clauses)


def _policy_text(ctx: click.Context, what: str) -> tuple[str, str, str]:
    """Return title, text and language of a file or of a watched policy."""
    file = Path(what)
    if file.is_file():
        from analysis.reading import read_page

        reading = read_page(file.read_bytes(), url=file.name)
        return reading.title or file.name, reading.text, reading.lang
    from storage.history import text_of, timeline
    from storage.policies import find_policy

    with open_database(ctx) as store, store.reading() as session:
        policy = find_policy(session, what)
        assert policy.id is not None
        snapshots = timeline(session, policy.id)
        if not snapshots:
            raise click.UsageError(f"{what} has no text yet. Next: clausewatch check {what}")
        return policy.name, text_of(session, snapshots[-1].id), snapshots[-1].lang


def _clause_json(clause: "Clause") -> dict[str, Any]:
    return {
        "path": list(clause.path),
        "kind": clause.kind,
        "text": clause.text,
        "topics": list(clause.tags.topics),
        "scores": dict(clause.tags.scores),
        "cues": [
            {"topic": cue.topic, "kind": cue.kind, "text": cue.text, "weight": cue.weight}
            for cue in clause.tags.cues
        ],
        "facts": [
            {
                "slot": fact.slot,
                "value": fact.value,
                "polarity": fact.polarity or None,
                "detail": fact.detail or None,
                "start": fact.start,
                "end": fact.end,
            }
            for fact in clause.facts
        ],
    }


def _print_clauses(title: str, clauses: "Sequence[Clause]") -> None:
    from rich.text import Text

    out = console()
    out.print(Text(plain(title), style="bold"))
    out.print(_summary(clauses))
    path: tuple[str, ...] = ()
    for number, clause in enumerate(clauses, 1):
        if clause.path != path:
            path = clause.path
            out.print()
            out.print(Text(plain(" > ".join(path)), style="bold underline"))
        out.print()
        for line in _clause_lines(number, clause).wrap(out, out.width - len(_INDENT)):
            line.rstrip()
            out.print(Text(_INDENT).append_text(line))


def _summary(clauses: "Sequence[Clause]") -> str:
    """Name each topic with the number of its clauses, in the order they first come up."""
    from analysis.clausemap import topics_of

    named = [
        f"{topic} ({sum(topic in clause.tags.topics for clause in clauses)})"
        for topic in topics_of(clauses)
    ]
    unread = sum(not clause.tags.known for clause in clauses)
    said = f"{len(clauses)} clauses about {', '.join(named) or 'nothing we know'}"
    return f"{said}; {unread} in a language that is not read" if unread else said


def _clause_lines(number: int, clause: "Clause") -> "Text":
    from rich.text import Text

    from clausewatch.fact_phrases import phrases_of

    line = Text(f"{number}. ", style="dim")
    topics = ", ".join(clause.tags.topics) or "no topic"
    if not clause.tags.known:
        topics = f"language not read ({plain(clause.tags.lang)})"
    line.append(topics, style="not dim bold cyan")
    line.append(f"\n{plain(clause.text)}", style="not dim")
    for phrase in phrases_of(clause.facts):
        line.append(f"\n- {phrase}", style=f"not dim {'red' if phrase.denied else 'green'}")
    if clause.tags.cues:
        cues = dict.fromkeys(f'"{plain(cue.text)}"' for cue in clause.tags.cues)
        line.append(f"\n- because of {', '.join(list(cues)[:_CUES_SHOWN])}")
    return line
