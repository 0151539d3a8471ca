"""Where the work with web archives stands."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from storage.instants import Instant
from storage.models.base import Row

__all__ = ["Alias", "Archived", "Backfill", "Pace", "SaveRequest"]


class Alias(Row, table=True):
    """An address that a policy had once, for the archives. Dates bound what is asked."""

    __table_args__ = (UniqueConstraint("policy_id", "url_key"),)

    id: int | None = Field(default=None, primary_key=True)
    policy_id: int = Field(foreign_key="policy.id")
    url: str
    url_key: str
    since: datetime | None = Field(default=None, sa_type=Instant)
    until: datetime | None = Field(default=None, sa_type=Instant)
    added_at: datetime = Field(sa_type=Instant)


class Backfill(Row, table=True):
    """One address of a policy, asked of one archive, and how far that is. The cursor."""

    id: int | None = Field(default=None, primary_key=True)
    policy_id: int = Field(foreign_key="policy.id", index=True)
    archive: str  # its name in the settings
    url: str
    reason: str = "asked"  # asked, added, gap, fallback: the first goes before the others
    alone: bool = False  # no other archive is asked where this one has nothing
    since: datetime | None = Field(default=None, sa_type=Instant)
    until: datetime = Field(sa_type=Instant)
    every_s: int  # the asked density; 0: every capture
    finest_s: int = 0  # no change is dated closer
    # listing: the index is read. fetching: captures are. done, failed: over, `cause` says why
    state: str = "listing"
    resume_key: str = ""  # where the index goes on
    listed: int = 0
    unreadable: int = 0  # lines of the index that are no row
    cause: str = ""
    detail: str = ""
    failures: int = 0  # in a row
    begun_at: datetime = Field(sa_type=Instant)
    due_at: datetime = Field(index=True, sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    claimed_by: str | None = None
    claimed_until: datetime | None = Field(default=None, sa_type=Instant)


class Archived(Row, table=True):
    """One line of an archive's index, and what became of it."""

    __table_args__ = (
        UniqueConstraint("policy_id", "archive", "url", "timestamp"),
        Index("ix_archived_policy_at", "policy_id", "at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    policy_id: int = Field(foreign_key="policy.id")
    archive: str
    asked: str  # the address whose index it is in
    url: str  # as the archive spells it
    timestamp: str  # as the archive writes it; it may name no day
    at: datetime = Field(sa_type=Instant)
    repaired: bool = False  # `at` is the first instant that `timestamp` can mean
    mime: str = ""
    status: int | None = None
    digest: str = ""  # of the bytes, by the archive's count
    # "": not looked at. placed: a text. held, failed: none, `cause` says why
    outcome: str = ""
    cause: str = ""
    detail: str = ""
    leads_to: str = ""  # of an archived redirect
    text: str | None = None  # the digest of what it reads as; "": no text of the policy
    fetch_id: int | None = Field(default=None, foreign_key="fetch.id")
    tries: int = 0


class SaveRequest(Row, table=True):
    """An archive asked to capture a page whose change was told, and its answer."""

    __tablename__ = "save_request"

    id: int | None = Field(default=None, primary_key=True)
    alert_id: int = Field(foreign_key="alert.id", unique=True)
    archive: str
    asked_at: datetime = Field(sa_type=Instant)
    status: int | None = None
    detail: str = ""


class Pace(Row, table=True):
    """When an archive may be asked next, by all processes together."""

    key: str = Field(primary_key=True)
    next_at: datetime = Field(sa_type=Instant)
    refusals: int = 0  # in a row
