"""The frozen values that `storage.history` and `storage.record` give out. No rows leave the room."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

__all__ = [
    "AlertView",
    "ChangeView",
    "DeliveryView",
    "FetchView",
    "LatestView",
    "OutboxView",
    "PolicyView",
    "SightingView",
    "SnapshotView",
    "StandingView",
    "StatusView",
]


@dataclass(frozen=True, slots=True)
class PolicyView:
    id: int
    name: str
    service: str
    kind: str
    url: str
    retired: bool


@dataclass(frozen=True, slots=True)
class ChangeView:
    id: int
    policy_id: int
    from_snapshot_id: int
    to_snapshot_id: int
    at: datetime
    kind: str  # material, editorial, administrative, noise
    material: bool
    topics: tuple[str, ...]
    direction: str
    severity: str
    headline: str
    state: str  # pending, settled, flap, merged, history; storage.models says what each means


@dataclass(frozen=True, slots=True)
class SnapshotView:
    id: int
    policy_id: int
    first_seen: datetime
    last_seen: datetime
    source: str
    sha256: str  # of the text's UTF-8, in hex
    digest: str  # of what counts as content
    title: str
    lang: str
    words: int
    claims: Mapping[str, Any]
    problems: tuple[Mapping[str, str], ...]
    change: ChangeView | None  # from the snapshot before it; None for the oldest
    sources: tuple[str, ...] = ()  # who saw it: "live", archives by name
    unverified: str = ""  # why the connection that brought it cannot be trusted


@dataclass(frozen=True, slots=True)
class SightingView:
    """A fetch that saw a text, and which."""

    at: datetime
    source: str
    fetch_id: int
    snapshot_id: int | None


@dataclass(frozen=True, slots=True)
class StandingView:
    """What a policy said at an instant, and how sure that is.

    how: "seen", the captures on both sides show the same text; "between", the
    later one shows another; "since", nothing was captured later; "before", it
    is older than the first capture, so that `snapshot` is None.
    """

    at: datetime
    how: str
    snapshot: SnapshotView | None
    before: SightingView | None  # the last capture by then
    after: SightingView | None  # the first one later


@dataclass(frozen=True, slots=True)
class LatestView:
    """The newest text of a policy, in a few words."""

    policy: PolicyView
    snapshot_id: int | None  # None: there is no text yet
    first_seen: datetime | None
    last_seen: datetime | None
    source: str
    words: int


@dataclass(frozen=True, slots=True)
class FetchView:
    id: int
    policy_id: int
    source: str
    slot_at: datetime | None
    observed_at: datetime
    recorded_at: datetime
    took_ms: int
    status: int | None
    outcome: str
    cause: str
    detail: str
    final_url: str  # "" where it was the policy's own
    redirects: tuple[str, ...]
    body_sha256: str  # in hex; "" where no body was kept


@dataclass(frozen=True, slots=True)
class DeliveryView:
    id: int
    recipient: str
    channel: str
    state: str  # storage.models says what each means
    attempts: int
    message_id: str
    next_attempt_at: datetime
    sent_at: datetime | None
    last_error: str


@dataclass(frozen=True, slots=True)
class OutboxView:
    """A delivery and what it delivers. `about`: a policy's name, a digest's cadence, a notice's kind."""

    delivery: DeliveryView
    kind: str  # alert, digest, notice
    alert_id: int | None
    about: str


@dataclass(frozen=True, slots=True)
class AlertView:
    id: int
    policy_id: int
    policy: str  # its name
    from_snapshot_id: int
    to_snapshot_id: int
    created_at: datetime
    topics: tuple[str, ...]
    severity: str
    direction: str
    headline: str
    content: Mapping[str, Any]
    deliveries: tuple[DeliveryView, ...]


@dataclass(frozen=True, slots=True)
class StatusView:
    policies: int  # watched, not retired
    due: int
    late: int  # due for more than an hour
    failing: int  # the last fetch failed
    held: int  # the last fetch was doubtful
    last_fetch_at: datetime | None
    next_due_at: datetime | None
    outbox_queued: int  # those that wait for their digest too
    outbox_dead: int
    alerts: int
    outbox_held: int = 0  # for a person
