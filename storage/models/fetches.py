"""What was fetched, as it was: facts, appended and never edited, and the ends of their chains.

Each fact carries `link`, the SHA-256 that chains it to the fact before it; it is added
by `storage.chain`, which gives it its id and its link. ChainHead is the bookkeeping of
all chains.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, LargeBinary, text
from sqlmodel import Field

from storage.instants import Instant
from storage.models.base import Row

__all__ = ["Body", "ChainHead", "Dropped", "Fetch"]


class Body(Row, table=True):
    """Raw bytes of captures, content-addressed. Fact."""

    sha256: bytes = Field(sa_column=Column(LargeBinary(32), primary_key=True))
    size: int  # bytes before compression
    frame: bytes = Field(sa_column=Column(LargeBinary, nullable=False))  # zstd
    # the body that `frame` is a difference to; None: it stands alone
    base_sha256: bytes | None = Field(
        default=None, sa_column=Column(LargeBinary(32), nullable=True)
    )
    place: int = 0  # how many bodies of its line came before it; says which of them is its base


class Fetch(Row, table=True):
    """One attempt to fetch a policy, good or bad. Fact."""

    __table_args__ = (
        Index("ix_fetch_policy_observed", "policy_id", "observed_at"),
        # Which texts archives saw; of a policy that is only watched it holds nothing.
        Index(
            "ix_fetch_archived",
            "policy_id",
            "observed_at",
            sqlite_where=text("source <> 'live'"),
            postgresql_where=text("source <> 'live'"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    policy_id: int = Field(foreign_key="policy.id")
    source: str = "live"  # or the name of an archive
    # the scheduled instant it answers; None: asked for by hand
    slot_at: datetime | None = Field(default=None, sa_type=Instant)
    # the page's time: when it was fetched, or archived
    observed_at: datetime = Field(sa_type=Instant)
    recorded_at: datetime = Field(sa_type=Instant)  # ours
    took_ms: int = 0
    status: int | None = None  # HTTP status of the last response; None: no response
    outcome: str  # first, unchanged, changed, held, failed, missed
    cause: str = ""  # why it was held or failed
    detail: str = ""  # in words, for people
    body_sha256: bytes | None = Field(
        default=None, sa_column=Column(LargeBinary(32), nullable=True)
    )
    # addresses, redirects and headers of a capture; None where they say nothing new
    provenance: dict[str, Any] | None = Field(
        default=None, sa_column=Column(JSON(none_as_null=True), nullable=True)
    )
    link: bytes = Field(default=b"", sa_column=Column(LargeBinary(32), nullable=False))


class Dropped(Row, table=True):
    """A body that was let go by the rules of retention. Fact: it says what is missing, and why."""

    id: int | None = Field(default=None, primary_key=True)
    policy_id: int = Field(foreign_key="policy.id")
    body_sha256: bytes = Field(sa_column=Column(LargeBinary(32), index=True, nullable=False))
    size: int  # bytes, unpacked
    at: datetime = Field(sa_type=Instant)
    reason: str  # retention
    link: bytes = Field(default=b"", sa_column=Column(LargeBinary(32), nullable=False))


class ChainHead(Row, table=True):
    """Where the chain of one policy's facts of one table ends: `count` of them, up to `link`.

    Kept so that a policy's chain goes on without reading it, and so that facts
    cut off the end are missed. The facts themselves prove it.
    """

    __tablename__ = "chain_head"

    facts: str = Field(primary_key=True)  # the table's name
    policy_id: int = Field(primary_key=True, foreign_key="policy.id")
    count: int
    link: bytes = Field(sa_column=Column(LargeBinary(32), nullable=False))
