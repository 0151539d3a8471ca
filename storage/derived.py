"""Derived rows, written and rewritten in one place: texts, changes, findings, and their search index.

Whoever writes a text or a change writes what it is found by in the same
transaction, so that the index never says what the rows do not. Only inside
Store.writing().
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col

from analysis.compare import Comparison
from analysis.reading import Reading
from storage.blobs import PackedText, put_text
from storage.derive import Judgement, judgement_of, reading_columns
from storage.models import Change, Finding, Snapshot
from storage.search_index import index_change, index_text, unindex_changes
from storage.writes import add, add_all

__all__ = ["drop_changes", "keep_text", "rewrite_change", "show_reading", "write_change"]


def keep_text(session: Session, text: str, *, ready: PackedText | None = None) -> bytes:
    """Keep `text`, findable by its words, and return the SHA-256 of its UTF-8.

    `ready` is what `pack_text` made of it.
    """
    sha256 = put_text(session, text, ready=ready)
    index_text(session, sha256, text)
    return sha256


def show_reading(session: Session, row: Snapshot, reading: Reading) -> None:
    """Let `row` show what `reading` says."""
    row.text_sha256 = keep_text(session, reading.text)
    for column, value in reading_columns(reading).items():
        setattr(row, column, value)
    session.add(row)
    session.flush()


def write_change(
    session: Session,
    judgement: Judgement,
    *,
    policy_id: int,
    before: int,
    after: int,
    at: datetime,
    state: str = "pending",
) -> int:
    """Write the change from snapshot `before` to snapshot `after`; returns its id."""
    ends = {"policy_id": policy_id, "from_snapshot_id": before, "to_snapshot_id": after}
    change_id = add(session, Change, {**ends, "at": at, "state": state, **judgement.columns})
    _write_findings(session, change_id, judgement)
    return change_id


def rewrite_change(session: Session, change: Change, comparison: Comparison) -> None:
    """Let `change` say what `comparison` says; its id, its ends and its state stay."""
    assert change.id is not None, "a stored row has an id"
    judgement = judgement_of(comparison)
    for column, value in judgement.columns.items():
        setattr(change, column, value)
    session.add(change)
    _drop_findings(session, [change.id])
    _write_findings(session, change.id, judgement)


def drop_changes(session: Session, ids: Iterable[int]) -> None:
    """Drop changes, their findings and what they are found by."""
    dropped = list(ids)
    if not dropped:
        return
    _drop_findings(session, dropped)
    session.execute(delete(Change).where(col(Change.id).in_(dropped)))


def _write_findings(session: Session, change_id: int, judgement: Judgement) -> None:
    add_all(session, Finding, [{"change_id": change_id, **one} for one in judgement.findings])
    index_change(session, change_id, judgement.words)


def _drop_findings(session: Session, change_ids: list[int]) -> None:
    session.execute(delete(Finding).where(col(Finding.change_id).in_(change_ids)))
    unindex_changes(session, change_ids)
