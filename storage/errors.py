# ruff: noqa: N818 - the tree reads as words
"""What can go wrong with the memory, sorted by what the catcher will do.

    StorageError
    |-- StoreRefused          do not open: tell the operator; the file is untouched
    |   |-- BadAddress        the path or URL names no database we can use
    |   |-- ForeignDatabase   a file, or a database, of another program
    |   |-- NewerDatabase     written by a later release of this one
    |   |-- OutdatedDatabase  written by an earlier one, and migrating was not allowed
    |   |-- CorruptDatabase   damaged
    |   `-- StoreHeld         another daemon, or a restore, has it; says which
    |-- StoreBusy             try again: another process held the lock too long
    |-- StoreFull             no room: stop fetching until there is
    |-- StoreFailed           the disk or the server failed in another way
    |-- Stale                 the policy moved on meanwhile: understand the fetch again
    |-- NotFound              no such policy, snapshot or change
    |   `-- NoSuchPolicy      names near matches
    `-- BadValue              what the operator gave cannot be kept
        |-- BadUrl            an address we will not watch
        `-- BadCheckpoint     a file that is no checkpoint, no key, or was changed

Anything else, an integrity error included, is a bug and is left to crash the job.
"""

from collections.abc import Sequence

__all__ = [
    "BadAddress",
    "BadCheckpoint",
    "BadUrl",
    "BadValue",
    "CorruptDatabase",
    "ForeignDatabase",
    "NewerDatabase",
    "NoSuchPolicy",
    "NotFound",
    "OutdatedDatabase",
    "Stale",
    "StorageError",
    "StoreBusy",
    "StoreFailed",
    "StoreFull",
    "StoreHeld",
    "StoreRefused",
]


class StorageError(Exception):
    """The memory could not do what was asked; the text says why, for people."""


class StoreRefused(StorageError):
    pass


class BadAddress(StoreRefused):
    pass


class ForeignDatabase(StoreRefused):
    pass


class NewerDatabase(StoreRefused):
    pass


class OutdatedDatabase(StoreRefused):
    pass


class CorruptDatabase(StoreRefused):
    pass


class StoreHeld(StoreRefused):
    pass


class StoreBusy(StorageError):
    pass


class StoreFull(StorageError):
    pass


class StoreFailed(StorageError):
    pass


class Stale(StorageError):
    pass


class NotFound(StorageError):
    pass


class NoSuchPolicy(NotFound):
    def __init__(self, name: str, near: Sequence[str] = ()) -> None:
        hint = f"; did you mean {', '.join(near)}?" if near else ""
        super().__init__(f"no policy is called {name!r}{hint}")
        self.name = name
        self.near = tuple(near)


class BadValue(StorageError):
    pass


class BadUrl(BadValue):
    pass


class BadCheckpoint(BadValue):
    pass
