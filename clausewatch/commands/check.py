"""`clausewatch check`: fetch policies now and say what changed."""

from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import click

from clausewatch.exits import EXIT_FAILURES, EXIT_MATERIAL, EXIT_OK
from clausewatch.opening import settings_of
from clausewatch.printing import console, json_option, plain, print_json

if TYPE_CHECKING:
    from clausewatch.wiring import App
    from storage.policies import Target
    from storage.record import Recorded

__all__ = ["check", "check_json"]

_ALL = 1_000_000  # more than one machine watches
_LATER = "told once a later check confirms it"
_SIGNS = {
    "first": ("+", "cyan"),
    "unchanged": ("=", "dim"),
    "changed": ("~", "yellow"),
    "held": ("?", "magenta"),
    "failed": ("!", "red"),
}


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--all", "every_one", is_flag=True, help="Check all policies, due or not.")
@click.option("--due", is_flag=True, help="Check those that are due (the default).")
@click.option("-v", "--verbose", is_flag=True, help="Tell the whole story of each fetch.")
@json_option
@click.pass_context
def check(
    ctx: click.Context,
    names: tuple[str, ...],
    every_one: bool,
    due: bool,
    verbose: bool,
    as_json: bool,
) -> None:
    """Fetch policies now: those named, all, or those due.

    Exits with 10 when a material change was found, 4 when a page failed or was
    held, 0 when nothing is new. Alerts are queued; `clausewatch outbox send`
    or a running daemon sends them.
    """
    if sum((bool(names), every_one, due)) > 1:
        raise click.UsageError("name policies, or say --all, or --due: only one of them")
    from clausewatch.wiring import open_app

    with open_app(settings_of(ctx)) as app:
        targets = _targets(app, names, every_one=every_one)
        results = _run(app, targets, as_json=as_json, verbose=verbose)
        if not as_json:
            _summarise(results, targets)
    ctx.exit(_exit_code(results))


def _targets(app: "App", names: Sequence[str], *, every_one: bool) -> list["Target"]:
    from scheduler.jobs import LEASE, worker_name
    from storage.claims import claim_due, claim_named
    from storage.policies import find_policy, list_policies

    now, worker = app.clock(), worker_name()
    with app.store.writing() as session:
        if every_one:
            chosen = list(list_policies(session))
        elif names:
            chosen = [find_policy(session, name) for name in dict.fromkeys(names)]
        else:
            return claim_due(session, now=now, limit=_ALL, worker=worker, lease=LEASE)
        ids = [policy.id for policy in chosen if policy.id is not None]
        targets = claim_named(session, ids, now=now, worker=worker, lease=LEASE)
    taken = {target.name for target in targets}
    for policy in chosen:
        if policy.name not in taken:
            why = "no longer watched" if policy.retired_at else "being checked by another process"
            click.echo(f"{policy.name} is {why}: left out", err=True)
    return targets


def _run(
    app: "App", targets: Sequence["Target"], *, as_json: bool, verbose: bool
) -> list["Recorded"]:
    screen = console(stderr=True)
    if not targets:
        return []
    if as_json:

        def print_line(recorded: "Recorded") -> None:
            print_json(check_json(recorded, verbose=verbose), line=True)

        return app.check(targets, on_recorded=print_line)
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    bar = (
        Progress(
            TextColumn("checking"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=screen,
            transient=True,
        )
        if screen.is_terminal
        else None
    )
    out = console()
    with bar or nullcontext():
        task = bar.add_task("checking", total=len(targets)) if bar else None

        def show(recorded: "Recorded") -> None:
            where = bar.console if bar and out.is_terminal else out
            _print_line(where, recorded)
            if verbose:
                _print_story(where, recorded)
            if bar and task is not None:
                bar.advance(task)

        return app.check(targets, on_recorded=show)


def check_json(recorded: "Recorded", *, verbose: bool = False) -> dict[str, Any]:
    """Return the line that `check --json` prints for one policy. Fields are stable."""
    from clausewatch.telling import story_json

    change = recorded.change
    line: dict[str, Any] = {
        "policy": recorded.policy,
        "url": recorded.url,
        "outcome": recorded.outcome,
        "cause": recorded.cause or None,
        "detail": recorded.detail or None,
        "status": recorded.status,
        "snapshot": recorded.snapshot_id,
        "change": None
        if change is None
        else {
            "kind": change.kind,
            "material": change.material,
            "topics": list(change.topics),
            "direction": change.direction or None,
            "severity": change.severity or None,
            "headline": change.headline,
            "state": change.state,
        },
        "alerted": recorded.alerted,
    }
    return line | {"story": story_json(recorded)} if verbose else line


def _print_line(out: Any, recorded: "Recorded") -> None:
    from rich.text import Text

    sign, style = _SIGNS.get(recorded.outcome, (" ", ""))
    line = Text(f"{sign} ", style=style)
    line.append(recorded.policy, style="bold")
    line.append(f"  {recorded.outcome}", style=style)
    if recorded.change is not None:
        line.append(f"  {recorded.change.kind}", style="bold" if recorded.change.material else "")
        line.append(f": {plain(recorded.change.headline)}")
        if recorded.change.material and recorded.confirm_at is not None:
            told = "told at once, unconfirmed" if recorded.alerted else _LATER
            line.append(f" ({told})", style="dim")
    elif recorded.cause:
        line.append(f"  {recorded.cause}")
        if recorded.detail:
            line.append(f": {plain(recorded.detail)}")
    if recorded.moved_to:
        line.append(f"  (moved for good to {plain(recorded.moved_to)})", style="yellow")
    out.print(line, soft_wrap=True)


def _print_story(out: Any, recorded: "Recorded") -> None:
    from rich.table import Table

    from clausewatch.telling import story_lines

    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    before = ""
    for heading, text in story_lines(recorded):
        table.add_row("" if heading == before else f"    {heading}", text)
        before = heading
    out.print(table)


def _summarise(results: Sequence["Recorded"], targets: Sequence["Target"]) -> None:
    out = console()
    if not targets:
        out.print("Nothing is due. `clausewatch check --all` checks every policy now.")
        return
    counts = Counter(recorded.outcome for recorded in results)
    parts = [f"{counts[outcome]} {outcome}" for outcome in _SIGNS if counts[outcome]]
    material = sum(1 for recorded in results if recorded.change and recorded.change.material)
    alerts = sum(1 for recorded in results if recorded.alerted)
    out.print(
        f"{len(results)} checked: {', '.join(parts)}. "
        f"{material} material change{'' if material == 1 else 's'}, "
        f"{alerts} alert{'' if alerts == 1 else 's'} raised."
    )


def _exit_code(results: Sequence["Recorded"]) -> int:
    if any(
        recorded.news_change_id is not None or (recorded.change and recorded.change.material)
        for recorded in results
    ):
        return EXIT_MATERIAL
    if any(recorded.outcome in {"failed", "held"} for recorded in results):
        return EXIT_FAILURES
    return EXIT_OK
