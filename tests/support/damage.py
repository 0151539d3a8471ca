"""What a bad disk does to a database file."""

import sqlite3
from contextlib import closing
from pathlib import Path

__all__ = ["flip_a_page"]


def flip_a_page(database: Path, table: str) -> None:
    """Turn every bit of the page that `table` begins on; the file is closed and has no log."""
    with closing(sqlite3.connect(database)) as there:
        there.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        size = there.execute("PRAGMA page_size").fetchone()[0]
        query = "SELECT rootpage FROM sqlite_master WHERE name = ?"
        number = there.execute(query, (table,)).fetchone()[0]
    with database.open("r+b") as file:
        file.seek((number - 1) * size)
        page = file.read(size)
        file.seek((number - 1) * size)
        file.write(bytes(byte ^ 0xFF for byte in page))
