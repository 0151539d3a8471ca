"""The command line's table of contents: which command lives where, and what an error exits with.

Commands are imported when called, so that `clausewatch history` does not pay
for the crawler. What a person can mend ends in one plain sentence and a
documented exit code; anything else is a bug and shows its traceback.
"""

import signal
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from clausewatch import __version__
from clausewatch.exits import EXIT_STORAGE, EXIT_USAGE
from clausewatch.memory import look_for_cycles_less_often

__all__ = ["COMMANDS", "SECTIONS", "cli", "main"]

# What `--help` lists, in the order of a person's first hour: section -> name -> module:object.
SECTIONS: Mapping[str, Mapping[str, str]] = {
    "To see it work": {
        "demo": "clausewatch.commands.demo:demo",
    },
    "Watching": {
        "add": "clausewatch.commands.watch:add",
        "discover": "clausewatch.commands.discover:discover",
        "suggest": "clausewatch.commands.suggest:suggest",
        "edit": "clausewatch.commands.watch:edit",
        "remove": "clausewatch.commands.watch:remove",
        "list": "clausewatch.commands.watch:list_",
        "sync": "clausewatch.commands.sync:sync",
        "check": "clausewatch.commands.check:check",
        "run": "clausewatch.commands.run:run",
    },
    "The past": {
        "backfill": "clausewatch.commands.backfill:backfill",
        "recap": "clausewatch.commands.recap:recap",
        "alias": "clausewatch.commands.alias:alias",
        "import": "clausewatch.commands.exchange:import_",
        "export": "clausewatch.commands.exchange:export",
        "memento": "clausewatch.commands.memento:memento",
    },
    "Asking": {
        "status": "clausewatch.commands.status:status",
        "history": "clausewatch.commands.history:history",
        "show": "clausewatch.commands.show:show",
        "diff": "clausewatch.commands.diff:diff",
        "changes": "clausewatch.commands.changes:changes",
        "search": "clausewatch.commands.search:search",
        "when": "clausewatch.commands.when:when",
        "explain": "clausewatch.commands.explain:explain",
    },
    "Telling": {
        "subscribe": "clausewatch.commands.subscribe:subscribe",
        "unsubscribe": "clausewatch.commands.subscribe:unsubscribe",
        "subscriptions": "clausewatch.commands.subscriptions:subscriptions",
        "channels": "clausewatch.commands.channels:channels",
        "alerts": "clausewatch.commands.alerts:alerts",
        "notices": "clausewatch.commands.notices:notices",
        "silence": "clausewatch.commands.silence:silence",
        "outbox": "clausewatch.commands.outbox:outbox",
    },
    "The record": {
        "verify": "clausewatch.commands.verify:verify",
        "checkpoint": "clausewatch.commands.checkpoint:checkpoint",
        "rebuild": "clausewatch.commands.rebuild:rebuild",
        "size": "clausewatch.commands.upkeep:size",
        "upkeep": "clausewatch.commands.upkeep:upkeep",
        "backup": "clausewatch.commands.backup:backup",
        "restore": "clausewatch.commands.backup:restore",
    },
    "Running it": {
        "doctor": "clausewatch.commands.doctor:doctor",
        "install-service": "clausewatch.commands.install_service:install_service",
    },
    "Files, without a database": {
        "extract": "clausewatch.commands.extract:extract",
        "tag": "clausewatch.commands.tag:tag",
        "compare": "clausewatch.commands.compare:compare",
    },
}
COMMANDS = {name: place for section in SECTIONS.values() for name, place in section.items()}


_SENTENCE = 200  # characters; a summary cut off in its middle helps nobody


class _LazyGroup(click.Group):
    """A group whose commands are imported when they are called or listed."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for title, names in SECTIONS.items():
            found = [(name, self.get_command(ctx, name)) for name in names]
            with formatter.section(title):
                formatter.write_dl([(n, c.get_short_help_str(_SENTENCE)) for n, c in found if c])

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        cmd_name: str,
    ) -> click.Command | None:
        place = COMMANDS.get(cmd_name)
        if place is None:
            return None
        module, _, name = place.partition(":")
        command = getattr(import_module(module), name)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from difflib import get_close_matches

            close = get_close_matches(args[0], COMMANDS, n=1)
            if not close:
                raise
            hint = f'{error.message} Did you mean "{close[0]}"?'
            raise click.UsageError(hint, ctx) from None

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Exception as error:
            code = _mendable(error)
            if code is None:
                raise
            click.echo(f"clausewatch: {error}", err=True)
            ctx.exit(code)


@click.group(
    cls=_LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 nothing new, 10 material changes found, 2 a mistake in the call or the "
    "settings, 3 the database, 4 some pages failed or were held, "
    "5 the daemon gave up, 1 a bug.",
)
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Settings file; else CLAUSEWATCH_CONFIG, else the platform's config folder.",
)
@click.option("--database", metavar="PATH|URL", help="Overrides the settings' database.")
@click.version_option(__version__, prog_name="clausewatch")
@click.pass_context
def cli(ctx: click.Context, config: Path | None, database: str | None) -> None:
    """Watch privacy policies, keep every text, and say by mail when a clause that matters changes.

    Start with `clausewatch add URL`, `clausewatch check` and `clausewatch subscribe EMAIL`;
    `clausewatch run` keeps watching.
    """
    ctx.obj = {"config": config, "database": database}


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        # A name outside the terminal's own alphabet is shown escaped rather than lost in a crash.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    look_for_cycles_less_often()
    signal.signal(signal.SIGTERM, _end_in_order)
    cli(prog_name="clausewatch")


def _end_in_order(number: int, _: object) -> None:
    """Let `finally` do its work: half a copy is taken away, a transaction is undone."""
    sys.exit(128 + number)


def _mendable(error: Exception) -> int | None:
    """Return the exit code of an error that a person can mend; None for a bug."""
    if isinstance(error, (click.ClickException, click.exceptions.Exit, click.Abort)):
        return None  # click's own, and it ends them well
    from clausewatch.settings_file import SettingsError

    if isinstance(error, (SettingsError, OSError)):
        return EXIT_USAGE
    if "storage.errors" in sys.modules:
        from storage.errors import BadValue, NotFound, StorageError

        if isinstance(error, (BadValue, NotFound)):
            return EXIT_USAGE
        if isinstance(error, StorageError):
            return EXIT_STORAGE
    return None
