"""What texts and changes are found by: SQLite's FTS5, filled in the transaction of the rows.

Texts are indexed without being kept a second time (a contentless table: the
kept text is compressed), changes with the words that came and went. On other
databases there is no index; `storage.search` says so.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from storage.frames import text_in, unpacked

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlmodel import Session

    from analysis.compare import Comparison

__all__ = [
    "TABLES",
    "Words",
    "fill",
    "index_change",
    "index_text",
    "make",
    "unindex_changes",
    "words_of",
]

Words = tuple[str, str, str]  # the headline of a change, what came with it, what went

# Words are letters and digits of any script; case and accents do not count.
_WORDS = "tokenize='unicode61 remove_diacritics 2'"
TABLES = {
    # Its rowid is the id of the row of `searched_text` that names the text.
    "text_search": f"CREATE VIRTUAL TABLE text_search USING fts5(said, content='', {_WORDS})",
    # Its rowid is the change's id. `heads`: the headline. `came`, `went`: words of the edits.
    "change_search": f"CREATE VIRTUAL TABLE change_search USING fts5(heads, came, went, {_WORDS})",
}
_BATCH = 200  # rows in memory at a time while an index is filled


def index_text(session: "Session", sha256: bytes, text: str) -> None:
    """Let a kept text be found; once, however often it is kept."""
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        _index_text(connection, sha256, text)


def index_change(session: "Session", change_id: int, words: Words) -> None:
    """Let a change be found by its headline and the words that came and went."""
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        _index_change(connection, change_id, words)


def words_of(comparison: "Comparison") -> Words:
    """Return what the change that `comparison` judges is found by. Pure."""
    edits = [edit for edit in comparison.edits if edit.kind != "moved"]
    # Of a reworded sentence all of both sides: a phrase may reach over what stayed.
    came = "\n".join(edit.after for edit in edits)
    went = "\n".join(edit.before for edit in edits)
    return _storable(comparison.headline), _storable(came), _storable(went)


def unindex_changes(session: "Session", change_ids: Iterable[int]) -> None:
    """Let changes be found no more."""
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        for change_id in change_ids:
            connection.exec_driver_sql("DELETE FROM change_search WHERE rowid = ?", (change_id,))


def make(connection: "Connection") -> None:
    """Make the index, empty; nothing on a database other than SQLite."""
    if connection.dialect.name == "sqlite":
        for statement in TABLES.values():
            connection.exec_driver_sql(statement)


def fill(connection: "Connection") -> None:
    """Fill an empty index from all that is kept."""
    if connection.dialect.name != "sqlite":
        return
    from analysis.compare import Comparison

    for sha256, frame in _slices(connection, "SELECT rowid, sha256, frame FROM snapshot_text"):
        _index_text(connection, sha256, text_in(frame, sha256))
    for change_id, frame in _slices(connection, "SELECT id, id, comparison FROM change"):
        _index_change(connection, change_id, words_of(Comparison.from_json(unpacked(frame))))


def _slices(connection: "Connection", query: str) -> Iterator[Sequence[Any]]:
    """Yield the rows of a query but for their key, a slice at a time: others write meanwhile."""
    last, key = 0, query.split()[1].rstrip(",")
    while True:
        rows = connection.exec_driver_sql(
            f"{query} WHERE {key} > ? ORDER BY {key} LIMIT {_BATCH}", (last,)
        ).fetchall()
        if not rows:
            return
        for row in rows:
            yield row[1:]
        last = rows[-1][0]


def _index_text(connection: "Connection", sha256: bytes, text: str) -> None:
    made = connection.exec_driver_sql(
        "INSERT INTO searched_text (text_sha256) VALUES (?) ON CONFLICT DO NOTHING RETURNING id",
        (sha256,),
    ).fetchone()
    if made is not None:
        connection.exec_driver_sql(
            "INSERT INTO text_search (rowid, said) VALUES (?, ?)", (made[0], _storable(text))
        )


def _index_change(connection: "Connection", change_id: int, words: Words) -> None:
    connection.exec_driver_sql(
        "INSERT INTO change_search (rowid, heads, came, went) VALUES (?, ?, ?, ?)",
        (change_id, *words),
    )


def _storable(text: str) -> str:
    return text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")
