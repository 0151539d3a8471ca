"""What the analysis made of bodies: texts, when they stood, how they differ. Derived.

The rows carry the `revision` of the rules that made them, and can be made again from
bodies; RebuildPass says how far that is.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field

from storage.instants import Instant
from storage.models.base import Row

__all__ = [
    "Change",
    "Finding",
    "RebuildPass",
    "SearchedText",
    "Sighting",
    "Snapshot",
    "SnapshotText",
]


class SnapshotText(Row, table=True):
    """A canonical text, content-addressed. Derived."""

    __tablename__ = "snapshot_text"

    sha256: bytes = Field(sa_column=Column(LargeBinary(32), primary_key=True))
    frame: bytes = Field(sa_column=Column(LargeBinary, nullable=False))  # zstd of UTF-8


class SearchedText(Row, table=True):
    """The number by which the search index knows a kept text. See `storage.search_index`."""

    __tablename__ = "searched_text"

    id: int | None = Field(default=None, primary_key=True)
    text_sha256: bytes = Field(sa_column=Column(LargeBinary(32), nullable=False, unique=True))


class Snapshot(Row, table=True):
    """One text of a policy over the interval it was seen without another between. Derived."""

    __table_args__ = (Index("ix_snapshot_policy_first_seen", "policy_id", "first_seen"),)

    id: int | None = Field(default=None, primary_key=True)
    policy_id: int = Field(foreign_key="policy.id")
    fetch_id: int = Field(foreign_key="fetch.id")  # the first capture that showed it
    text_sha256: bytes = Field(
        sa_column=Column(
            LargeBinary(32), ForeignKey("snapshot_text.sha256"), nullable=False, index=True
        )
    )
    digest: str  # of what counts as content; equal digests are the same text
    first_seen: datetime = Field(sa_type=Instant)
    last_seen: datetime = Field(sa_type=Instant)
    source: str = "live"
    title: str = ""
    lang: str = "und"
    words: int = 0
    claims: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    problems: list[Any] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    revision: int  # of the reading that made the text; 0: to be read again from its body
    unverified: str = ""  # why the connection that brought it cannot be trusted
    # the live fetch that brought it, whose row this stays; None: archives alone saw it here
    live_fetch_id: int | None = None


class Sighting(Row, table=True):
    """What a capture says under the rules and the knowledge of now: the digest of its text. Derived.

    One row for each capture of an archive, and for each live fetch that brought a text:
    those that found it unchanged follow that one.
    """

    fetch_id: int = Field(primary_key=True, foreign_key="fetch.id")
    policy_id: int = Field(foreign_key="policy.id", index=True)
    digest: str
    # of a live fetch: the text itself, from which furniture is learnt
    text_sha256: bytes | None = Field(
        default=None,
        sa_column=Column(LargeBinary(32), ForeignKey("snapshot_text.sha256"), nullable=True),
    )
    # of the reading that made the digest; 0: to be read again, for what is known changed
    revision: int = Field(index=True)


class Change(Row, table=True):
    """From one snapshot of a policy to a later one, and what the judgement made of it. Derived."""

    __table_args__ = (
        UniqueConstraint("from_snapshot_id", "to_snapshot_id"),
        # What awaits its confirmation; of a policy that stands still it holds nothing.
        Index(
            "ix_change_pending",
            "policy_id",
            sqlite_where=text("state = 'pending'"),
            postgresql_where=text("state = 'pending'"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    policy_id: int = Field(foreign_key="policy.id", index=True)
    from_snapshot_id: int = Field(foreign_key="snapshot.id")
    to_snapshot_id: int = Field(foreign_key="snapshot.id", index=True)
    at: datetime = Field(sa_type=Instant, index=True)  # when the later text was first seen
    kind: str  # material, editorial, administrative, noise
    material: bool = Field(index=True)
    topics: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    direction: str = ""
    severity: str = ""
    headline: str = ""
    # pending: awaits confirmation. settled: readers may know of it. flap: undone before it
    # settled. merged: a further text came before it settled, and that one settled. history:
    # between texts that stand side by side since an archive's captures came in; never told.
    state: str = "pending"
    comparison: bytes = Field(sa_column=Column(LargeBinary, nullable=False))  # zstd of its JSON
    revision: int


class Finding(Row, table=True):
    """One material point of a change. Derived."""

    id: int | None = Field(default=None, primary_key=True)
    change_id: int = Field(foreign_key="change.id", index=True)
    position: int
    topic: str
    kind: str  # added, removed, changed
    direction: str
    severity: str
    heading: str = ""
    before: str = ""
    after: str = ""
    reasons: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))


class RebuildPass(Row, table=True):
    """How far derived rows were made again under the rules of these revisions."""

    __tablename__ = "rebuild_pass"

    id: int | None = Field(default=None, primary_key=True)
    scope: str  # which policies it goes through
    reading: int
    comparison: int
    begun_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    done_policy_id: int = 0  # all up to this one are done
