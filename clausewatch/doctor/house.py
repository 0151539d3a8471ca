"""What is looked at on this machine: settings, database, daemon, disk, outbox.

Nothing is created and nothing migrated; the one write is a transaction without
a change, to see whether the database takes any.
"""

import shutil
import stat
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from clausewatch.config import Settings
from clausewatch.doctor.finding import Finding, disk_finding

if TYPE_CHECKING:
    from storage.engine import Store

__all__ = [
    "examine_daemon",
    "examine_database",
    "examine_disk",
    "examine_outbox",
    "examine_settings",
]

_OLD = timedelta(hours=1)  # a mail that waits longer meets trouble


def examine_settings(settings: Settings, file: Path) -> Iterator[Finding]:
    """Say which file was read and what a person would regret later."""
    where = f"read from {file}" if file.is_file() else "the defaults; there is no file"
    yield Finding("settings", "ok", where)
    if not settings.contact:
        yield Finding(
            "settings",
            "warn",
            "site owners cannot reach you",
            'set contact = "you@example.org" (it goes into the user agent)',
        )
    if settings.mail.smtp_url.get_secret_value() and settings.mail.sender.endswith("@localhost>"):
        yield Finding(
            "settings",
            "warn",
            f"mails are sent from {settings.mail.sender}, which other servers refuse",
            'set mail.from = "Clausewatch <alerts@your.domain>"',
        )
    for secret in _secret_files(settings):
        if secret.is_file() and secret.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
            said = f"{secret} holds a secret and others can read it"
            yield Finding("settings", "warn", said, f"chmod 600 {secret}")


def examine_database(settings: Settings) -> tuple["Store | None", list[Finding]]:
    """Open the database as it is; return it, where it can be asked more, and what was found."""
    from storage.engine import open_store
    from storage.errors import OutdatedDatabase, StorageError
    from storage.location import file_of

    try:
        file = file_of(settings.database)
        if file is not None and not file.is_file():
            said = f"{file} is not there yet"
            return None, [Finding("database", "warn", said, "clausewatch add URL makes it")]
        store = open_store(settings.database, migrate=False)
    except OutdatedDatabase as error:
        return None, [
            Finding("database", "warn", str(error), "any command migrates it: clausewatch status")
        ]
    except StorageError as error:
        return None, [Finding("database", "fail", str(error), "see docs/operate.md")]
    try:
        return store, [*_asked(store, is_file=file is not None)]
    except StorageError as error:
        return store, [Finding("database", "fail", str(error), "see docs/operate.md")]


def examine_daemon(settings: Settings, store: "Store | None", now: datetime) -> Finding:
    """Say whether a daemon runs, and whether checks are made without one."""
    from storage.history import status
    from storage.lock import holder_of

    if holder := holder_of(settings.database):
        return Finding("daemon", "ok", f"running: {holder}")
    if store is None:
        return Finding("daemon", "warn", "none is running", "clausewatch run")
    with store.reading() as session:
        view = status(session, now)
    if not view.late:
        return Finding("daemon", "ok", "none is running here, and no check is late")
    said = f"none is running here, and {view.late} checks are late"
    return Finding("daemon", "warn", said, "clausewatch run, or clausewatch install-service")


def examine_disk(settings: Settings) -> Finding:
    """Say how much room there is where the database lies, or would."""
    from storage.location import file_of

    file = file_of(settings.database)
    if file is None:
        return Finding("disk", "ok", "the database is on a server; look there")
    folder = next(parent for parent in file.parents if parent.is_dir())
    return disk_finding(shutil.disk_usage(folder).free, settings.notices.disk_free, str(folder))


def examine_outbox(store: "Store", now: datetime) -> Finding:
    """Say whether messages wait for long, or were given up."""
    from sqlmodel import col, func, select

    from storage.models import Delivery

    with store.reading() as session:
        late = session.exec(
            select(func.count()).where(
                col(Delivery.state) == "queued",
                col(Delivery.attempts) > 0,
                col(Delivery.created_at) < now - _OLD,
            )
        ).one()
        dead = session.exec(select(func.count()).where(col(Delivery.state) == "dead")).one()
    if not (late or dead):
        return Finding("outbox", "ok", "nothing waits for long, nothing was given up")
    said = f"{late} messages wait for more than an hour, {dead} were given up"
    return Finding("outbox", "warn", said, "clausewatch outbox list")


def _asked(store: "Store", *, is_file: bool) -> Iterator[Finding]:
    from sqlalchemy import text

    from storage.errors import StoreBusy
    from storage.schema import HEAD

    if is_file:
        with store.reading() as session:
            said = [row for (row,) in session.connection().execute(text("PRAGMA quick_check(5)"))]
        if said != ["ok"]:
            yield Finding(
                "database",
                "fail",
                f"damaged: {said[0]}",
                "stop the daemon and put a copy back: clausewatch restore",
            )
            return
    try:
        with store.writing():
            pass
    except StoreBusy as error:
        yield Finding("database", "warn", str(error), "try again; something writes for long")
        return
    yield Finding("database", "ok", f"{store.database}: sound, writable, schema {HEAD}")


def _secret_files(settings: Settings) -> Iterator[Path]:
    files = [settings.mail.smtp_url_file, settings.summary.key_file]
    for channel in settings.channels.values():
        files += [channel.url_file, channel.secret_file]
    yield from (Path(file).expanduser() for file in files if file is not None)
