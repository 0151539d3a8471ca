"""`clausewatch demo`: the whole job on a small made-up company, in virtual time."""

import os
import shlex
import shutil
import sys
from contextlib import nullcontext, suppress
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from clausewatch.exits import EXIT_OK
from clausewatch.printing import json_option, print_json

if TYPE_CHECKING:
    from clausewatch.demo.folder import DemoFolder
    from clausewatch.demo.play import Play
    from clausewatch.demo.site import Site
    from clausewatch.demo.stage import Stage

__all__ = ["demo"]

_EXIT_NOT_AS_PLANTED = 1  # what was found differs from what the story planted: a bug of ours
_FIRST_CHECK = time(6, tzinfo=UTC)
_MONTHS = 8  # the whole story; a test holds it equal to the story's own


@click.command()
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("demo"),
    show_default=True,
    help="Where to leave the database, the mails and the pages.",
)
@click.option(
    "--months",
    type=click.IntRange(1, _MONTHS),
    default=_MONTHS,
    show_default=True,
    help="How much of the story to play.",
)
@click.option("--serve", is_flag=True, help="Keep the made-up site running afterwards.")
@json_option
@click.pass_context
def demo(ctx: click.Context, folder: Path, months: int, serve: bool, as_json: bool) -> None:
    """Watch a small made-up company over virtual months and show what was found.

    Its site runs on this machine; nothing leaves it. An earlier demonstration in
    the folder is replaced, anything else in it is left alone. Exits with 1 when
    what was found is not what the story planted.
    """
    from clausewatch.demo.folder import FolderError, make_folder
    from clausewatch.demo.play import Play
    from clausewatch.demo.site import Site
    from clausewatch.demo.stage import Stage
    from clausewatch.demo.story import BEGIN, end_of
    from clausewatch.demo.watch import Clock
    from clausewatch.wiring import open_app

    try:
        place = make_folder(folder)
    except FolderError as error:
        raise click.UsageError(str(error)) from error
    begin, end = datetime.combine(BEGIN, _FIRST_CHECK), end_of(months)
    clock = Clock(begin)
    stage = None if as_json else Stage(begin, end)
    play = Play(place, stage)
    with Site(clock) as site, open_app(place.settings(), clock=clock) as app:
        if stage:
            stage.opening(site.url)
        with stage.playing() if stage else nullcontext():
            play.run(app, clock, site.url, until=end)
        place.keep_pages(end)
        if stage:
            stage.closing(play, len(place.mails()))
            stage.next_steps(_commands(place, play))
        else:
            print_json(play.report(site.url, begin, end))
        if serve:
            _serve(site, stage)
    ctx.exit(_EXIT_NOT_AS_PLANTED if play.complaints else EXIT_OK)


def _commands(place: "DemoFolder", play: "Play") -> list[tuple[str, str]]:
    """Return commands to paste, each with what it answers."""
    from clausewatch.demo.watch import name_of

    start = f"{_called()} --config {shlex.quote(str(place.config))}"
    if "CLAUSEWATCH_DATABASE" in os.environ:  # it would win over the file
        start += f" --database {shlex.quote(str(place.database))}"
    privacy, cookies = name_of("privacy"), name_of("cookies")
    commands = [
        (f"{start} history {privacy}", "every text it had, and what each change was"),
        (f"{start} show {privacy} --at 2025-11-15", "what it said on a day"),
        (f"{start} alerts", "what was told, to whom, and whether it arrived"),
        (f"{start} history {cookies} --json", "the same for machines; most commands have --json"),
        (f"{start} verify", "check that no record was altered since"),
    ]
    alerts = [alert for outcome in play.outcomes for alert in outcome.alerts]
    if alerts:
        worst = max(alerts, key=lambda alert: (alert.severity == "high", alert.id))
        pair = f"{worst.from_snapshot_id} {worst.to_snapshot_id}"
        redline = (f"{start} diff {worst.policy} {pair}", "a change, word by word")
        commands.insert(1, redline)
    return commands


def _called() -> str:
    """Return how the person who reads this starts the program."""
    start = Path(sys.argv[0])
    if start.name == "__main__.py":
        return f"{shlex.quote(sys.executable)} -m clausewatch"
    found = shutil.which(start.name)
    if found and Path(found).resolve() == start.resolve():
        return start.name
    with suppress(ValueError):
        return shlex.quote(str(start.absolute().relative_to(Path.cwd())))
    return shlex.quote(str(start))


def _serve(site: "Site", stage: "Stage | None") -> None:
    if stage:
        stage.serving(site.url)
    with suppress(KeyboardInterrupt):
        site.wait()
