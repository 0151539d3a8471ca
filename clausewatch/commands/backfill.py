"""`clausewatch backfill`: what web archives know of the past of policies."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from clausewatch.commands.recap import put_recap, reader_for, recap_line
from clausewatch.durations import parse_span
from clausewatch.exits import EXIT_FAILURES, EXIT_OK
from clausewatch.instants import FirstInstant, Instant
from clausewatch.opening import settings_of
from clausewatch.printing import console, instant, json_option, plain, print_json

if TYPE_CHECKING:
    from alerts.recap import Recap
    from clausewatch.wiring import App
    from scheduler.archive_work import Step
    from storage.archived import Counts
    from storage.backfills import BackfillView
    from storage.models import Policy
    from storage.views import SnapshotView

__all__ = ["Density", "backfill", "backfill_json"]

_BAR = 30  # columns
_ROOM_FOR_A_BAR = 76  # columns: name, archive, bar, counts and time left


class Density(click.ParamType[timedelta]):
    """A span of time, months and years included: how close captures are to be."""

    name = "span"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> timedelta:
        if isinstance(value, timedelta):
            return value
        try:
            return parse_span(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


@dataclass(frozen=True, slots=True)
class _Result:
    """What archives brought for one policy."""

    policy: str
    backfills: Sequence["BackfillView"]
    fetched: int
    counts: "Counts"
    texts: Sequence["SnapshotView"]
    suggested: Sequence[str]
    told: int | None  # changes put into a mail; None: no mail was asked for


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--all", "every_one", is_flag=True, help="All policies.")
@click.option("--from", "since", type=FirstInstant(), help="The earliest capture.")
@click.option("--to", "until", type=Instant(), help="The latest capture; now otherwise.")
@click.option("--every", type=Density(), help='How close captures are to be: "1mo", "2w", "1y".')
@click.option("--all-captures", is_flag=True, help="Fetch every capture that is not a copy.")
@click.option("--archive", metavar="NAME", help="Ask this archive alone.")
@click.option("--tell", "email", metavar="EMAIL", help="Mail this subscriber what changed, once.")
@json_option
@click.pass_context
def backfill(
    ctx: click.Context,
    names: tuple[str, ...],
    every_one: bool,
    since: datetime | None,
    until: datetime | None,
    every: timedelta | None,
    all_captures: bool,
    archive: str | None,
    email: str | None,
    as_json: bool,
) -> None:
    """Fetch the past of policies from web archives and put it into their history.

    Nobody is alerted of it; a summary is mailed to who is named by --tell. Stopped at any moment, the same command goes on where it was.
    Exits with 4 when an archive could not be read to the end.
    """
    if bool(names) == every_one:
        raise click.UsageError("name policies, or say --all")
    if every is not None and all_captures:
        raise click.UsageError("--every and --all-captures: only one of them")
    from clausewatch.wiring import open_app

    settings = settings_of(ctx)
    density = timedelta(0) if all_captures else every or settings.backfill.density
    with open_app(settings) as app:
        if archive is not None and archive not in app.archives:
            known = ", ".join(app.archives)
            raise click.UsageError(f"no archive is called {archive!r} (there are: {known})")
        wanted = _Wanted(since, until or app.clock(), density, archive)
        policies = _policies(app, names)
        reader = reader_for(app.store, email) if email is not None else None
        begun = [backfill_id for policy in policies for backfill_id in _begin(app, policy, wanted)]
        fetched, worked = _work(app, begun, as_json=as_json)
        told = None
        if reader is not None:
            called = [policy.name for policy in policies]
            told = put_recap(app.store, settings, reader, called, since=since, until=until)
        results = [_result(app, policy, worked, fetched, told) for policy in policies]
    for result in results:
        if as_json:
            print_json(backfill_json(result), line=True)
        else:
            _print(result)
    if told is not None and reader is not None and not as_json:
        click.echo(recap_line(told, reader))
    ctx.exit(EXIT_FAILURES if any(map(_is_incomplete, results)) else EXIT_OK)


@dataclass(frozen=True, slots=True)
class _Wanted:
    since: datetime | None
    until: datetime
    every: timedelta
    archive: str | None


def _policies(app: "App", names: Sequence[str]) -> list["Policy"]:
    from storage.policies import find_policy, list_policies

    with app.store.reading() as session:
        if not names:
            return list(list_policies(session))
        return [find_policy(session, name) for name in dict.fromkeys(names)]


def _begin(app: "App", policy: "Policy", wanted: _Wanted) -> list[int]:
    from scheduler.backfill import begin_for_addresses

    with app.store.writing() as session:
        return begin_for_addresses(
            session,
            policy,
            archive=wanted.archive or next(iter(app.archives)),
            reason="asked",
            since=wanted.since,
            until=wanted.until,
            every=wanted.every,
            alone=wanted.archive is not None,
            now=app.clock(),
        )


def _work(
    app: "App", begun: Sequence[int], *, as_json: bool
) -> tuple[dict[int, int], Sequence["BackfillView"]]:
    """Work until nothing is left; returns how many captures were fetched, by backfill."""
    from scheduler.backfill import work_backfills

    fetched: dict[int, int] = {}
    stop = threading.Event()
    with _progress(len(begun), shown=not as_json) as show:

        def on_step(step: "Step") -> None:
            fetched[step.backfill.id] = step.fetched
            show(step)

        try:
            worked = work_backfills(
                app.archive_doors(stop=stop, on_step=on_step), begun, patiently=True
            )
        except KeyboardInterrupt:
            stop.set()
            click.echo("Stopped. The same command goes on where this one was.", err=True)
            raise
    return fetched, worked


@contextmanager
def _progress(total: int, *, shown: bool) -> Iterator[Callable[["Step"], None]]:
    screen = console(stderr=True)
    if not (shown and screen.is_terminal):
        yield lambda step: _say_pause(step) if step.waits_until else None
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
    from rich.table import Column

    whole = Column(no_wrap=True)  # where room is short the name is cut, never a number
    columns = (
        TextColumn(
            "{task.description}",
            table_column=Column(ratio=1, no_wrap=True, overflow="ellipsis"),
        ),
        *([BarColumn(bar_width=_BAR)] if screen.width >= _ROOM_FOR_A_BAR else []),
        TextColumn("{task.fields[count]}", table_column=whole),
        TimeRemainingColumn(compact=True, elapsed_when_finished=True, table_column=whole),
    )
    with Progress(*columns, console=screen, transient=True, expand=True) as bar:
        task = bar.add_task("asking archives", total=None, count="")
        begun: dict[int, tuple[int, int]] = {}

        def show(step: "Step") -> None:
            begun[step.backfill.id] = step.fetched, step.left
            done = sum(fetched for fetched, _ in begun.values())
            left = sum(left for _, left in begun.values())
            words = f"{plain(step.backfill.policy)}: {step.backfill.archive}"
            if step.waits_until:
                words += f" asks for a pause until {step.waits_until.astimezone():%H:%M:%S}"
            elif step.backfill.state == "listing":
                words += f", index: {step.backfill.listed} captures"
            if total > 1:
                words = f"{len(begun)} of {total}, {words}"
            count = f"{done}/{done + left} captures" if done + left else ""
            bar.update(
                task, description=words, completed=done, total=(done + left) or None, count=count
            )

        yield show


def _say_pause(step: "Step") -> None:
    backfill, until = step.backfill, step.waits_until
    assert until is not None
    words = f"{backfill.archive}: {backfill.detail or backfill.cause}; asked again at {until:%H:%M:%S} UTC"
    click.echo(words, err=True)


def _result(
    app: "App",
    policy: "Policy",
    worked: Sequence["BackfillView"],
    fetched: dict[int, int],
    told: "Recap | None",
) -> _Result:
    from storage.aliases import suggestions
    from storage.archived import counts_of
    from storage.history import timeline

    assert policy.id is not None, "a stored policy has an id"
    ours = [view for view in worked if view.policy_id == policy.id]
    with app.store.reading() as session:
        texts = [view for view in timeline(session, policy.id) if view.source != "live"]
        return _Result(
            policy=policy.name,
            backfills=ours,
            fetched=sum(fetched.get(view.id, 0) for view in ours),
            counts=counts_of(session, policy.id),
            texts=texts,
            suggested=suggestions(session, policy),
            told=None if told is None else told.changes.get(policy.name, 0),
        )


def backfill_json(result: _Result) -> dict[str, Any]:
    """Return the line that `backfill --json` prints for one policy. Fields are stable."""
    return {
        "policy": result.policy,
        "archives": [
            {
                "archive": view.archive,
                "url": view.url,
                "state": view.state,
                "cause": view.cause or None,
                "detail": view.detail or None,
                "listed": view.listed,
                "unreadable": view.unreadable,
                "again_at": instant(view.due_at) if view.ended_at is None else None,
            }
            for view in result.backfills
        ],
        "captures": result.counts.listed,
        "fetched": result.fetched,
        "placed": result.counts.outcomes.get("placed", 0),
        "held": result.counts.outcomes.get("held", 0),
        "failed": result.counts.outcomes.get("failed", 0),
        "causes": result.counts.causes,
        "texts": len(result.texts),
        "since": instant(result.texts[0].first_seen) if result.texts else None,
        "until": instant(max(view.last_seen for view in result.texts)) if result.texts else None,
        "material": sum(1 for view in result.texts if view.change and view.change.material),
        "suggested": list(result.suggested),
        "told": result.told,
    }


def _print(result: _Result) -> None:
    out = console()
    said = backfill_json(result)
    counts = f"{said['captures']} captures listed, {said['fetched']} fetched now"
    out.print(f"{result.policy}  {counts}, {said['texts']} texts of the past", soft_wrap=True)
    if result.texts:
        first, last = result.texts[0].first_seen, max(view.last_seen for view in result.texts)
        many = "" if said["material"] == 1 else "s"
        out.print(
            f"  from {first.astimezone(UTC):%Y-%m-%d} to {last.astimezone(UTC):%Y-%m-%d}, "
            f"{said['material']} material change{many}: clausewatch history {result.policy}",
            soft_wrap=True,
        )
    for view in result.backfills:
        if view.cause:
            words = f"  {view.archive}: {view.cause}" + (f": {view.detail}" if view.detail else "")
            out.print(plain(words), soft_wrap=True)
    causes = ", ".join(f"{count} {cause}" for cause, count in sorted(said["causes"].items()))
    if causes:
        out.print(f"  left out: {causes}", soft_wrap=True)
    for url in result.suggested:
        out.print(
            plain(f"  it led to {url}: clausewatch alias {result.policy} {url}"), soft_wrap=True
        )


def _is_incomplete(result: _Result) -> bool:
    """Whether an archive failed and none after it brought the captures."""
    last = {view.url: view for view in result.backfills}
    return any(view.state != "done" for view in last.values())
