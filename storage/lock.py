"""One daemon a database: a lock that its process holds and that dies with it, even by kill -9.

The lock is on a file beside the database, which also says who holds it. On
PostgreSQL several daemons may share the work, for they claim it row by row;
there is nothing to lock there.
"""

import fcntl
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from storage.errors import BadAddress, StoreHeld
from storage.location import file_of

__all__ = ["holder_of", "holding", "refuse_another_s"]

_LONGEST = 1000  # bytes read of what the holder says of itself


@contextmanager
def holding(database: str, *, what: str, now: datetime) -> Iterator[None]:
    """Hold the lock of `database`, a path or URL, for `what` while the block runs.

    Raises StoreHeld, saying who has it, where another process does.
    """
    file = file_of(database)
    if file is None:
        yield
        return
    path = file.with_name(f"{file.name}.lock")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise BadAddress(f"{path} cannot be opened: {error.strerror or error}") from error
    try:
        _lock(descriptor, file)
        _say(descriptor, {"what": what, "pid": os.getpid(), "host": socket.gethostname(),
                          "since": now.isoformat(timespec="seconds")})  # fmt: skip
        yield
    finally:
        os.close(descriptor)  # lets go of the lock; the file stays, for removing it would be a race


def holder_of(database: str) -> str:
    """Return who holds the lock of `database` now, in words; "" where nobody does."""
    file = file_of(database)
    return "" if file is None else _in_words(_holder_of(file))


def refuse_another_s(file: Path, *, why: str) -> None:
    """Raise StoreHeld where another process than this one holds the lock of `file`."""
    holder = _holder_of(file)
    ours = {"pid": os.getpid(), "host": socket.gethostname()}  # in containers each is number 1
    if holder is not None and not ours.items() <= holder.items():
        raise StoreHeld(f"{file} is held by {_in_words(holder)}: {why}; stop it first")


def _holder_of(file: Path) -> dict[str, object] | None:
    """Return what the holder says of itself; None where nobody holds the lock."""
    path = file.with_name(f"{file.name}.lock")
    if not path.is_file():
        return None
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _said(descriptor)
    finally:
        os.close(descriptor)
    return None


def _lock(descriptor: int, file: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise StoreHeld(
            f"{file} is held by {_in_words(_said(descriptor))}; stop it first"
        ) from None


def _say(descriptor: int, holder: dict[str, object]) -> None:
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, json.dumps(holder).encode(), 0)


def _said(descriptor: int) -> dict[str, object]:
    try:
        said = json.loads(os.pread(descriptor, _LONGEST, 0))
    except ValueError:
        return {}  # it has the lock and has not said who it is yet
    return said if isinstance(said, dict) else {}


def _in_words(said: dict[str, object] | None) -> str:
    if said is None:
        return ""
    try:
        return f"`{said['what']}` (process {said['pid']} on {said['host']}, since {said['since']})"
    except KeyError:
        return "another process"
