"""Who is told what: subscriptions, and the facts of what was told.

Alert, Digest, Notice, Delivery and Attempt are facts, chained as fetches are.
AlertSummary is neither fact nor judgement: a language model's words.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field

from storage.instants import Instant
from storage.models.base import Row

__all__ = [
    "Alert",
    "AlertSummary",
    "Attempt",
    "Delivery",
    "Digest",
    "Feedback",
    "Installation",
    "Notice",
    "Silence",
    "Subscription",
]


class Subscription(Row, table=True):
    """Who wants to hear of what. A row that names nothing wants everything."""

    id: int | None = Field(default=None, primary_key=True)
    recipient: str = Field(index=True)
    channel: str = "email"
    policy_id: int | None = Field(default=None, foreign_key="policy.id", index=True)
    service: str = ""
    tag: str = ""
    topics: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    min_severity: str = "low"
    created_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    direction: str = ""  # weaker, stronger; "": either
    cadence: str = "at_once"  # at_once, hourly, daily, weekly
    at_time: str = ""  # "08:00", local: when a daily or weekly digest is due
    weekday: int = 0  # of a weekly digest; Monday is 0
    timezone: str = "UTC"  # an IANA name
    language: str = "en"
    quiet: str = ""  # "22:00-07:00", local: nothing is sent then
    say_unchanged: bool = False  # a digest comes even when nothing changed
    operator: bool = False  # hears of notices, not of changes
    origin: str = "command"  # command, watchlist
    ended_by: str = ""  # command, watchlist, recipient; whoever left is not signed up again
    awaits_consent: bool = False  # asked, and has not said yes yet: hears of nothing
    paused_until: datetime | None = Field(default=None, sa_type=Instant)


class Alert(Row, table=True):
    """A settled material change on the live edge, as told. Fact: it keeps its own words."""

    __table_args__ = (UniqueConstraint("from_snapshot_id", "to_snapshot_id"),)

    id: int | None = Field(default=None, primary_key=True)
    policy_id: int = Field(foreign_key="policy.id", index=True)
    # Snapshots are derived and may be remade, so these are names, not foreign keys.
    from_snapshot_id: int
    to_snapshot_id: int
    created_at: datetime = Field(sa_type=Instant)
    topics: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    severity: str
    direction: str
    headline: str
    content: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    link: bytes = Field(default=b"", sa_column=Column(LargeBinary(32), nullable=False))


class AlertSummary(Row, table=True):
    """What a language model wrote of an alert, or why it did not. Written before the first mail."""

    __tablename__ = "alert_summary"

    id: int | None = Field(default=None, primary_key=True)
    alert_id: int = Field(foreign_key="alert.id", unique=True)
    made_at: datetime = Field(sa_type=Instant)
    model: str
    text: str = ""  # "": there is none
    error: str = ""  # why there is none


class Digest(Row, table=True):
    """Several changes told to one recipient in one mail. Fact: it keeps its own words."""

    __table_args__ = (UniqueConstraint("recipient", "channel", "cadence", "slot_at"),)

    id: int | None = Field(default=None, primary_key=True)
    recipient: str
    channel: str
    cadence: str  # hourly, daily, weekly; at_once: alerts of one window; history: asked for
    slot_at: datetime = Field(sa_type=Instant)  # the instant it was due
    created_at: datetime = Field(sa_type=Instant)
    content: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    link: bytes = Field(default=b"", sa_column=Column(LargeBinary(32), nullable=False))


class Notice(Row, table=True):
    """One thing that an operator is told. Fact. What is open is read from the last one of a subject."""

    __table_args__ = (Index("ix_notice_kind_subject", "kind", "subject"),)

    id: int | None = Field(default=None, primary_key=True)
    kind: str  # of alerts.notice_content
    subject: str  # what it is about: a policy's id, a recipient, an archive; "" for the whole
    event: str  # raised, recovered
    created_at: datetime = Field(sa_type=Instant)
    content: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    link: bytes = Field(default=b"", sa_column=Column(LargeBinary(32), nullable=False))


class Silence(Row, table=True):
    """Notices that nobody wants to hear of for a while: who said so, why, until when."""

    id: int | None = Field(default=None, primary_key=True)
    kind: str = ""  # of a notice; "": every kind
    policy_id: int | None = Field(default=None, foreign_key="policy.id")
    author: str
    reason: str
    created_at: datetime = Field(sa_type=Instant)
    ends_at: datetime = Field(sa_type=Instant)


class Feedback(Row, table=True):
    """What a person made of an alert: ack (seen), mute (say no more of these words), wrong."""

    id: int | None = Field(default=None, primary_key=True)
    alert_id: int = Field(foreign_key="alert.id", index=True)
    policy_id: int = Field(foreign_key="policy.id", index=True)
    action: str  # ack, mute, wrong
    at: datetime = Field(sa_type=Instant)
    author: str = ""
    note: str = ""
    # mute: both sides of each passage; wrong: the passage meant and the digests of both texts
    case: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    ended_at: datetime | None = Field(default=None, sa_type=Instant)  # of a mute


class Installation(Row, table=True):
    """What this installation keeps for itself: the key of its signed links, damage it found."""

    name: str = Field(primary_key=True)
    value: str


class Delivery(Row, table=True):
    """One message to one recipient on one channel. Its address is a fact; its state is the queue's.

    The message is an alert, a digest or a notice: exactly one of the three ids is set.
    """

    __table_args__ = (
        UniqueConstraint("alert_id", "recipient", "channel"),
        Index("ix_delivery_state_next", "state", "next_attempt_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    alert_id: int | None = Field(default=None, foreign_key="alert.id")
    recipient: str
    channel: str = "email"
    message_id: str = Field(unique=True)  # fixed here, so that repeats collapse at the reader
    created_at: datetime = Field(sa_type=Instant)
    # of the columns above
    link: bytes = Field(default=b"", sa_column=Column(LargeBinary(32), nullable=False))

    # waiting: for its window or its digest, until next_attempt_at. held: for a person.
    # queued: to be sent. gathered: told in the digest of `gathered_in`. sent. dead: given up.
    # dropped: a person took it out, or its reader left.
    state: str = "queued"
    attempts: int = 0
    next_attempt_at: datetime = Field(sa_type=Instant)
    claimed_until: datetime | None = Field(default=None, sa_type=Instant)
    sent_at: datetime | None = Field(default=None, sa_type=Instant)
    last_error: str = ""
    digest_id: int | None = Field(default=None, foreign_key="digest.id")
    notice_id: int | None = Field(default=None, foreign_key="notice.id")
    cadence: str = "at_once"  # how its reader wants it
    timezone: str = "UTC"
    language: str = "en"
    gathered_in: int | None = Field(default=None, foreign_key="delivery.id", index=True)
    claimed_by: str | None = None  # the sender of `claimed_until`, as host:process

    @property
    def kind(self) -> str:
        """Say what is delivered: alert, digest or notice."""
        if self.digest_id is not None:
            return "digest"
        return "alert" if self.notice_id is None else "notice"


class Attempt(Row, table=True):
    """One try to send one delivery and its answer, or what a person did with it. Fact."""

    id: int | None = Field(default=None, primary_key=True)
    delivery_id: int = Field(foreign_key="delivery.id", index=True)
    at: datetime = Field(sa_type=Instant)
    result: str  # sent, refused, retry, dead; dropped, released, revived: by a person
    reply: str = ""  # the server's own words, or the error's
    link: bytes = Field(default=b"", sa_column=Column(LargeBinary(32), nullable=False))
