"""The tables: facts that are kept as they were, and what the analysis made of them.

Facts (Fetch, Body, Dropped, Alert, Digest, Notice, Delivery, Attempt) are appended and never edited;
each carries `link`, the SHA-256 that chains it to the fact before it. Derived
rows (SnapshotText, Snapshot, Change, Finding) carry the `revision` of the rules
that made them and can be remade from bodies. Policy and Subscription hold what
people asked for and where the work stands. AlertSummary is neither fact nor
judgement: a language model's words. ChainHead is the bookkeeping of the chains. Host and
RobotsCopy are how we behave towards servers, kept over restarts.
judgement: a language model's words. ChainHead is the bookkeeping of the chains. Alias,
Backfill, Archived and Pace are where the work with web archives stands.

A SQLModel table class does not validate: rows are built from checked values.
All instants are aware UTC datetimes. No relationships: rows name each other by
id, and `storage.history` joins them. A fact is added with `storage.chain.append`,
which gives it its id and its link.
"""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    UniqueConstraint,
    event,
    text,
)
from sqlmodel import Field, SQLModel

from storage.instants import Instant
from storage.search_index import make

__all__ = [
    "Alert",
    "AlertSummary",
    "Alias",
    "Archived",
    "Attempt",
    "Backfill",
    "Body",
    "ChainHead",
    "Change",
    "Delivery",
    "Digest",
    "Dropped",
    "Feedback",
    "Fetch",
    "Finding",
    "Host",
    "Installation",
    "Notice",
    "Pace",
    "Policy",
    "RebuildPass",
    "RobotsCopy",
    "Row",
    "SaveRequest",
    "SearchedText",
    "Silence",
    "Snapshot",
    "SnapshotText",
    "Subscription",
]

# Constraints have names, so that a migration can drop them on every database.
_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Row(SQLModel):
    """What all tables share: one metadata of our own."""

    metadata: ClassVar[MetaData] = MetaData(naming_convention=_NAMES)


@event.listens_for(Row.metadata, "after_create")
def _make_search_index(_: MetaData, connection: Connection, **__: Any) -> None:
    make(connection)  # no class describes a virtual table


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


class Dropped(Row, table=True):
    """A body that was let go by the rules of retention. Fact: it says what is missing, and why."""

    id: int | None = Field(default=None, primary_key=True)
    policy_id: int = Field(foreign_key="policy.id")
    body_sha256: bytes = Field(sa_column=Column(LargeBinary(32), index=True, nullable=False))
    size: int  # bytes, unpacked
    at: datetime = Field(sa_type=Instant)
    reason: str  # retention
    link: bytes = Field(default=b"", sa_column=Column(LargeBinary(32), nullable=False))


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
    """What this installation keeps for itself: the key of its signed links."""

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
