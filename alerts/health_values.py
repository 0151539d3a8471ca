"""How all stands, and one thing that is wrong: the values that `alerts.health` judges and makes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from storage.integrity import Damage

__all__ = [
    "Archive",
    "Condition",
    "DeadLetters",
    "HealthRules",
    "Newer",
    "Queue",
    "Standing",
    "Watched",
]


@dataclass(frozen=True, slots=True)
class HealthRules:
    """From when on people are told. `failing_times` in a row, or for `failing_for`."""

    failing_times: int = 5
    failing_for: timedelta = timedelta(days=1)
    outbox_for: timedelta = timedelta(hours=2)
    overdue_for: timedelta = timedelta(hours=1)
    disk_free: int = 500 * 1024**2  # bytes
    network_share: float = 0.5


@dataclass(frozen=True, slots=True)
class Newer:
    """A text that an archive saw after the live page was last seen. `snapshot` is its number."""

    archive: str
    snapshot: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Watched:
    """A watched policy and its last live fetch. `since`: its first failure in this row of them.

    `moved_to`: where it has answered from since `moved_since`, "" if from its own address.
    """

    id: int
    name: str
    service: str
    url: str
    host: str
    failures: int = 0
    outcome: str = ""
    cause: str = ""
    detail: str = ""
    last_at: datetime | None = None
    since: datetime | None = None
    moved_to: str = ""
    moved_since: datetime | None = None
    newer: Newer | None = None


@dataclass(frozen=True, slots=True)
class Queue:
    """Mails that were tried and are not through: how many, since when, and the last answer."""

    count: int = 0
    since: datetime | None = None
    last_error: str = ""


@dataclass(frozen=True, slots=True)
class DeadLetters:
    """Mails to one recipient that were given up, since the last one that arrived."""

    recipient: str
    count: int
    since: datetime
    last_error: str
    first_id: int


@dataclass(frozen=True, slots=True)
class Archive:
    """How the last requests to one web archive went: `failures` in a row, with one cause."""

    name: str
    failures: int
    since: datetime
    cause: str
    detail: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How all stands. `late` checks are due since `late_since`; `held` deliveries wait for a person."""

    watched: tuple[Watched, ...] = ()
    queue: Queue = Queue()
    dead: tuple[DeadLetters, ...] = ()
    archives: tuple[Archive, ...] = ()
    late: int = 0
    late_since: datetime | None = None
    last_check_at: datetime | None = None
    held: int = 0
    held_policies: int = 0
    held_since: datetime | None = None
    disk_free: int | None = None
    disk_of: str = ""
    damage: Damage | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that is wrong. `by_network`: our own network being down would explain it."""

    kind: str
    subject: str
    title: str
    happened: str
    advice: str
    since: datetime
    policy_id: int | None = None
    policy: str = ""
    service: str = ""
    url: str = ""
    cause: str = ""
    evidence: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    values: Mapping[str, str | int] = field(default_factory=dict)
    by_network: bool = False
