"""`clausewatch backup`, `restore`: a checked copy of the database, and putting one back."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from clausewatch.exits import EXIT_OK, EXIT_STORAGE
from clausewatch.opening import settings_of
from clausewatch.printing import json_option, print_json
from clausewatch.progress import stages

if TYPE_CHECKING:
    from storage.backup import Copied

__all__ = ["backup", "restore"]

_FILE = click.Path(path_type=Path, dir_okay=False)
_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command()
@click.argument("file", type=_FILE, required=False)
@click.option("--into", type=_FOLDER, help="Name the copy after the time, and put it here.")
@click.option("--keep", type=click.IntRange(1), help="With --into: keep so many, the newest.")
@json_option
@click.pass_context
def backup(
    ctx: click.Context, file: Path | None, into: Path | None, keep: int | None, as_json: bool
) -> None:
    """Copy the database to FILE while the daemon goes on, and check the copy.

    Exits with 3 where something in the record does not verify; the copy is kept,
    and older ones too.
    """
    from clausewatch.clock import utc_now
    from storage.backup import backup as copy_to
    from storage.backup import drop_older

    if (file is None) == (into is None) or (keep and not into):
        raise click.UsageError("name a FILE, or a folder with --into (and --keep)")
    if into is not None:
        into.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = into / f"clausewatch-{utc_now():%Y%m%dT%H%M%SZ}.sqlite"
    assert file is not None
    with stages() as progress:
        copied = copy_to(settings_of(ctx).database, file, progress=progress)
    if into is not None and keep and not copied.problems:
        drop_older(into, keep=keep)
    if as_json:
        print_json(_json(copied))
    else:
        _print_problems(copied)
        click.echo(f"{copied.file}: {copied.size:,} bytes, checked")
    ctx.exit(EXIT_STORAGE if copied.problems else EXIT_OK)


@click.command()
@click.argument("file", type=_FILE)
@click.option("--despite-problems", is_flag=True, help="Take a copy that does not verify.")
@json_option
@click.pass_context
def restore(ctx: click.Context, file: Path, despite_problems: bool, as_json: bool) -> None:
    """Put the copy FILE in the place of the database, once it is checked.

    The daemon must be stopped. The database that was there is kept beside it.
    """
    from clausewatch.clock import utc_now
    from storage.backup import restore as put_back
    from storage.lock import holding

    database, now = settings_of(ctx).database, utc_now()
    with holding(database, what="clausewatch restore", now=now), stages() as progress:
        copied = put_back(
            file, database, now=now, despite_problems=despite_problems, progress=progress
        )
    if as_json:
        print_json(_json(copied))
        return
    _print_problems(copied)
    click.echo(f"{copied.file} is now the copy {file}")
    if copied.kept:
        click.echo(f"What was there is kept as {copied.kept}")


def _json(copied: "Copied") -> dict[str, object]:
    return {
        "file": str(copied.file),
        "size": copied.size,
        "problems": [asdict(problem) for problem in copied.problems],
        "kept": str(copied.kept) if copied.kept else None,
    }


def _print_problems(copied: "Copied") -> None:
    for problem in copied.problems:
        click.echo(str(problem), err=True)
