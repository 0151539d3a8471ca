"""A copy of the database while it is written to, and putting one back. SQLite only.

Both check what they made before anybody relies on it, and neither leaves half a
file under the name that was asked for.
"""

import os
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from storage.copying import copy_file
from storage.engine import open_store
from storage.errors import BadAddress, CorruptDatabase, StoreBusy
from storage.files import is_new, refuse_strangers
from storage.location import file_of
from storage.verify import Misfit, Progress, verify

__all__ = ["Copied", "backup", "drop_older", "restore"]

_SUFFIXES = ("", "-wal", "-shm")


@dataclass(frozen=True, slots=True)
class Copied:
    file: Path
    size: int
    problems: tuple[Misfit, ...]  # what does not verify in it, and so not in the original
    kept: Path | None = None  # restored: where the database that was there is now


def backup(database: str, target: Path, *, progress: Progress = lambda *_: None) -> Copied:
    """Copy `database` to `target` as it is at this instant, and check the copy.

    Whoever writes meanwhile is not held up. A copy with problems is kept: it is
    better than none. Raises BadAddress where `target` is there already.
    """
    source = _file(database)
    if not source.exists():
        raise BadAddress(f"{source} is not there; nothing to back up")
    if target.exists():
        raise BadAddress(f"{target} is there already; name another file")
    refuse_strangers(source)
    part = _beside(target, ".part")
    try:
        _copy(source, part, progress)
        problems = _problems(part, progress)
        _to_disk(part)
        part.rename(target)
    finally:
        _remove(part)
    return Copied(target, target.stat().st_size, problems)


def drop_older(folder: Path, *, keep: int) -> list[Path]:
    """Remove all but the `keep` newest of the copies that are named after their time."""
    copies = sorted(folder.glob("clausewatch-????????T??????Z.sqlite"))
    older = copies[: max(0, len(copies) - keep)]
    for copy in older:
        copy.unlink()
    return older


def restore(
    copy: Path,
    database: str,
    *,
    now: datetime,
    despite_problems: bool = False,
    progress: Progress = lambda *_: None,
) -> Copied:
    """Put `copy` in the place of `database`, checked and migrated first; the old one is kept beside.

    Only while nothing has the database open: hold its lock. Raises
    CorruptDatabase for a copy that does not verify, unless `despite_problems`,
    and StoreRefused for what is not ours; the database is as it was then.
    """
    target = _file(database)
    if not copy.is_file():
        raise BadAddress(f"{copy} is not there")
    refuse_strangers(copy)
    part = _beside(target, ".restoring")
    _remove(part)
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _copy(copy, part, progress)
        problems = _problems(part, progress)
        if problems and not despite_problems:
            more = f" and {len(problems) - 1} more" if len(problems) > 1 else ""
            raise CorruptDatabase(
                f"{copy} is not whole: {problems[0]}{more}; nothing was replaced "
                "(--despite-problems takes it all the same)"
            )
        _to_disk(part)
        kept = None if is_new(target) else _keep(target, now)
        part.replace(target)
        _to_disk(target)
    finally:
        _remove(part)
    return Copied(target, target.stat().st_size, problems, kept)


def _file(database: str) -> Path:
    file = file_of(database)
    if file is None:
        raise BadAddress(
            "only SQLite databases are backed up here; use pg_dump and pg_restore for PostgreSQL"
        )
    return file


def _copy(source: Path, target: Path, progress: Progress) -> None:
    copy_file(source, target, lambda done, total: progress("copy", done, total))


def _problems(copy: Path, progress: Progress) -> tuple[Misfit, ...]:
    """Return what does not verify in `copy`; one of an earlier schema is migrated."""
    with open_store(str(copy)) as store, store.reading() as session:
        found = tuple(verify(session, progress=progress))
    with closing(sqlite3.connect(copy)) as there:
        there.execute("PRAGMA journal_mode=DELETE").fetchone()  # one file, whoever reads it next
    return found


def _keep(target: Path, now: datetime) -> Path:
    """Give the database a second name beside its own, with all its commits in the one file."""
    kept = _beside(target, f".before-restore-{now:%Y%m%dT%H%M%SZ}")
    try:
        with closing(sqlite3.connect(target, timeout=0)) as old:
            # Folds the log into the file. Fails where another process has it open.
            old.execute("PRAGMA journal_mode=DELETE").fetchone()
    except sqlite3.OperationalError as error:
        raise StoreBusy(f"{target} is open in another process ({error}); stop it first") from error
    except sqlite3.DatabaseError:
        # Too damaged to be opened: kept as it is, its log under the same new name.
        for suffix in _SUFFIXES[1:]:
            with suppress(FileNotFoundError):
                _beside(target, suffix).rename(_beside(kept, suffix))
    os.link(target, kept)  # the place is never empty: `replace` comes next, in one step
    return kept


def _to_disk(path: Path) -> None:
    for place in (path, path.parent):
        descriptor = os.open(place, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _remove(path: Path) -> None:
    for suffix in _SUFFIXES:
        _beside(path, suffix).unlink(missing_ok=True)


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)
