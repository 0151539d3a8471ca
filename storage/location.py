"""Which database is meant: a path or a URL of a person's, read and said again without its secrets."""

from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from storage.errors import BadAddress

__all__ = ["file_of", "shown", "url_of"]


def file_of(database: str) -> Path | None:
    """Return the file that `database`, a path or URL, names; None where it is on a server."""
    url = url_of(database)
    return Path(str(url.database)) if url.get_backend_name() == "sqlite" else None


def url_of(database: str) -> URL:
    if "://" not in database:
        if database in ("", ":memory:"):
            raise BadAddress(f"database {database!r}: name a file or a URL; memory keeps nothing")
        return URL.create("sqlite", database=str(Path(database).expanduser().absolute()))
    try:
        url = make_url(database)
    except ArgumentError as error:
        raise BadAddress(
            'the database URL cannot be read (try "sqlite:////path/to/file" '
            'or "postgresql+psycopg://user@host/name")'
        ) from error
    backend = url.get_backend_name()
    if backend == "sqlite":
        return url_of(url.database or "")
    if backend == "postgresql":
        return url if "+" in url.drivername else url.set(drivername="postgresql+psycopg")
    raise BadAddress(f'databases of kind "{backend}" are not supported (try sqlite or postgresql)')


def shown(url: URL) -> str:
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    return url.render_as_string(hide_password=True)
