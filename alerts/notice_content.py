"""What a notice to an operator says, frozen when it is raised: no policy changed, but a person is needed.

Values that go into a JSON column and come back equal. The sentences are English
and whole; `values` holds what they were made of, for whoever words them anew in
another language. Making foreign words harmless is the mail's work, not done here.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from typing import Any

from alerts.content import storable

__all__ = ["EVENTS", "NOTICE_KINDS", "NoticeContent"]

# kind -> what it is about, for help texts and documents.
NOTICE_KINDS: Mapping[str, str] = {
    "record_damaged": "what is kept is not as it was written: a disk, or a person, changed it",
    "failing": "a policy could not be fetched several times, or for long",
    "held": "a page came that is probably not the policy; a person must look",
    "moved": "a policy has answered from another address for a while",
    "archive_refusing": "a web archive refuses our requests",
    "outbox_growing": "mails wait and do not go out",
    "disk_low": "the disk that holds the database is nearly full",
    "daemon_overdue": "checks are due and nobody makes them",
    "network_down": "most sites fail at once, so it is our own network",
    "dead_letter": "mails to one recipient were given up",
    "mass_change": "so many policies changed at once that their alerts wait for a person",
    "confirm": "somebody is asked whether they want to hear of changes",
}
EVENTS = ("raised", "recovered")


@dataclass(frozen=True, slots=True)
class NoticeContent:
    """Everything a mail about one notice says.

    `kind` is one of NOTICE_KINDS, `event` one of EVENTS. `policy`, `service` and
    `url` are "" where it is about no single policy. `since`: when it began;
    `at`: when we say so. `happened` and `advice` are sentences; `cause` is a name
    of docs/causes.md or "". `evidence` are lines from rows: answers of servers,
    times of attempts. `links` are (label, address) that a mail offers to follow.
    `thread` names the mails of one notice as one conversation.
    """

    kind: str
    event: str
    title: str
    happened: str
    advice: str
    since: datetime
    at: datetime
    thread: str
    policy: str = ""
    service: str = ""
    url: str = ""
    cause: str = ""
    evidence: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()  # what to type, most likely first
    links: tuple[tuple[str, str], ...] = ()
    values: Mapping[str, str | int] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:  # JSON values
        """Return it as JSON values; `from_json` gives an equal content back."""
        values: dict[str, Any] = storable(asdict(self))
        for name in ("since", "at"):
            values[name] = values[name].isoformat()
        return values

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "NoticeContent":  # JSON values
        """Read what `to_json` wrote. Fields it does not know are left aside."""
        known = {field.name: values[field.name] for field in fields(cls) if field.name in values}
        for name in ("since", "at"):
            known[name] = datetime.fromisoformat(known[name]).astimezone(UTC)
        for name in ("evidence", "commands"):
            known[name] = tuple(known.get(name, ()))
        known["links"] = tuple((label, url) for label, url in known.get("links", ()))
        return cls(**known)
