"""What a webhook is sent: the payload as types, whose JSON schema is a promise to receivers.

Fields are added, never renamed or removed; `docs/webhook.schema.json` is made
from these types, and a test holds both together. The frame (`type`,
`timestamp`, `data`) is that of Standard Webhooks.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

__all__ = [
    "AlertData",
    "AlertEvent",
    "CoverageData",
    "DigestData",
    "DigestEvent",
    "EditData",
    "Event",
    "FindingData",
    "LinkData",
    "NeedData",
    "NoticeData",
    "NoticeEvent",
    "Op",
    "SummaryData",
]

Op = Literal["same", "gone", "new"]


@dataclass(frozen=True, slots=True)
class FindingData:
    """One passage that changed in a way that matters.

    `words` are the marked words, (op, text) with op "same", "gone" or "new"; empty
    where the passage came or went as a whole, or was cut.
    """

    topics: tuple[str, ...]
    kind: str
    direction: str
    severity: str
    heading: str
    before: str
    after: str
    reasons: tuple[str, ...]
    words: tuple[tuple[Op, str], ...]


@dataclass(frozen=True, slots=True)
class EditData:
    """A change that does not count."""

    kind: str
    heading: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class SummaryData:
    """What a language model wrote of the change, not checked by anybody."""

    model: str
    text: str


@dataclass(frozen=True, slots=True)
class AlertData:
    """One material change. `findings` are the gravest first; `shortened`: not all is here.

    `unconfirmed`: told at first sight. `unverified`: why the connection that brought
    one of the texts cannot be trusted, "" where it can.
    """

    policy: str
    service: str
    document: str
    url: str
    title: str
    language: str
    headline: str
    topics: tuple[str, ...]
    direction: str
    severity: str
    first_seen: datetime
    before_last_seen: datetime
    effective: date | None
    updated: date | None
    unconfirmed: bool
    unverified: str
    snapshot_before: int
    snapshot_now: int
    comparison_url: str | None
    command: str
    findings: tuple[FindingData, ...]
    findings_total: int
    other_edits: tuple[EditData, ...]
    other_edits_total: int
    summary: SummaryData | None
    shortened: bool


@dataclass(frozen=True, slots=True)
class NeedData:
    """A policy that a person must look at."""

    policy: str
    service: str
    outcome: str
    cause: str


@dataclass(frozen=True, slots=True)
class CoverageData:
    """How much of what the receiver follows was looked at in the last day."""

    checked: int
    watched: int
    needing: int
    needs: tuple[NeedData, ...]


@dataclass(frozen=True, slots=True)
class DigestData:
    """Several alerts of one period, or of one waiting window (`cadence` at_once)."""

    cadence: str
    begins: datetime
    ends: datetime
    timezone: str
    alerts: tuple[AlertData, ...]
    alerts_total: int
    coverage: CoverageData | None
    shortened: bool


@dataclass(frozen=True, slots=True)
class LinkData:
    """An address to follow."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class NoticeData:
    """Something that a person who runs the program should know or do."""

    kind: str
    title: str
    happened: str
    advice: str
    since: datetime
    at: datetime
    policy: str
    service: str
    url: str
    cause: str
    evidence: tuple[str, ...]
    commands: tuple[str, ...]
    links: tuple[LinkData, ...]


@dataclass(frozen=True, slots=True)
class AlertEvent:
    """A policy changed in a way that matters."""

    type: Literal["alert.raised"]
    timestamp: datetime
    data: AlertData


@dataclass(frozen=True, slots=True)
class DigestEvent:
    """Several policies changed, or none did and the receiver asked to hear so."""

    type: Literal["digest.ready"]
    timestamp: datetime
    data: DigestData


@dataclass(frozen=True, slots=True)
class NoticeEvent:
    """A person is needed, or no longer is."""

    type: Literal["notice.raised", "notice.recovered"]
    timestamp: datetime
    data: NoticeData


Event = AlertEvent | DigestEvent | NoticeEvent
