"""What is watched, and how we behave towards its servers.

Policy holds what people asked for and where the work stands. Host and RobotsCopy are
neither fact nor judgement: what is kept over restarts, to be polite.
"""

from datetime import datetime

from sqlalchemy import JSON, Column, Index, LargeBinary
from sqlmodel import Field

from storage.instants import Instant
from storage.models.base import Row

__all__ = ["Host", "Policy", "RobotsCopy"]


class Policy(Row, table=True):
    """One watched document: service + kind + url, what is known of it, and when it is due."""

    # What is due in the order it is claimed in, with what fairness asks for.
    __table_args__ = (Index("ix_policy_due", "next_check_at", "host"),)

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)  # a slug; how people and commands call it
    service: str = Field(default="", index=True)
    kind: str = "privacy"  # privacy, cookies, terms, dpa, ... for people
    url: str
    url_key: str = Field(unique=True)  # the normalised url; tells duplicates
    every_s: int | None = None  # None: the default of the settings
    select_css: str = ""
    remove_css: str = ""
    tags: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    added_at: datetime = Field(sa_type=Instant)
    # a retired policy keeps its history
    retired_at: datetime | None = Field(default=None, sa_type=Instant)

    next_check_at: datetime | None = Field(default=None, sa_type=Instant)
    claimed_by: str | None = None
    claimed_until: datetime | None = Field(default=None, sa_type=Instant)
    failures: int = 0  # consecutive fetches that were failed or held

    current_snapshot_id: int | None = None  # the text seen last
    stable_snapshot_id: int | None = None  # the text readers know of: the baseline of alerts
    etag: str | None = None  # validators of the last capture, as the server wrote them
    last_modified: str | None = None
    # Further pages that are part of the same document, in order.
    also: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    browser: str = "auto"  # whether a browser draws the page: auto, always, never
    # address of a further page -> [etag, last_modified] of its last capture
    also_validators: dict[str, list[str | None]] = Field(
        default_factory=dict, sa_column=Column(JSON, nullable=False)
    )
    # when the plain page was last found not to be enough; None: it is
    browser_needed_at: datetime | None = Field(default=None, sa_type=Instant)
    host: str = Field(default="", index=True)  # of the url, with a port that is not the usual one

    keep_bodies: str | None = None  # texts, captures; None: as the settings say
    # of the last capture kept: what the next one is likely to differ little from
    last_body_sha256: bytes | None = Field(
        default=None, sa_column=Column(LargeBinary(32), nullable=True)
    )
    at_times: str = ""  # a crontab line with its time zone; wins over every_s
    window: str = ""  # the hours in which checks are welcome; "" = any
    # Derived: lines of its texts that do not count, by the revision of the rules that learnt them.
    furniture: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    furniture_revision: int = 0

    robots: str = "obey"  # obey, or ignore: a person's own decision, in the record of each fetch
    tls: str = "verify"  # verify, or record: what cannot be trusted is kept, marked as unverified
    language: str = ""  # the Accept-Language to ask with; "": the settings'
    validated_url: str | None = None  # whose validators those above are
    read_at: datetime | None = Field(default=None, sa_type=Instant)  # last read whole, no 304
    moved_to: str | None = None  # where it was last found to have moved for good, on another host
    moved_at: datetime | None = Field(default=None, sa_type=Instant)  # since when
    # since when there is no page any more, without one good fetch between; None: there is one
    gone_since: datetime | None = Field(default=None, sa_type=Instant)


class Host(Row, table=True):
    """When a host is next free. Neither fact nor judgement: how we behave, kept over restarts."""

    host: str = Field(primary_key=True)
    next_allowed_at: datetime = Field(index=True, sa_type=Instant)
    # what the server asked for, where it did: Retry-After, or our own back-off from its refusals
    asked_until: datetime | None = Field(default=None, index=True, sa_type=Instant)
    refusals: int = 0  # answers in a row that asked for fewer requests


class RobotsCopy(Row, table=True):
    """One robots.txt as it was read last. Not a fact: it is asked for again when it is over."""

    __tablename__ = "robots_copy"

    origin: str = Field(primary_key=True)  # scheme://host[:port]
    read_at: datetime = Field(index=True, sa_type=Instant)
    until: datetime = Field(sa_type=Instant)
    frame: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))  # zstd
    cause: str = ""  # why it could not be had
    detail: str = ""
