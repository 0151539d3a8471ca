"""What one mail about several changes says, frozen when it is put together.

A digest tells of a period (hourly, daily, weekly); a group tells of alerts that
came to one recipient within one waiting window; a recap tells of a past that
somebody asked for. Values that go into a JSON
column and come back equal.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from alerts.content import AlertContent, storable

__all__ = ["Coverage", "DigestContent", "DigestEntry", "Needing"]


@dataclass(frozen=True, slots=True)
class DigestEntry:
    """One change of a digest, whole: a mail may show as much of it as there is room.

    Of a recap `alert_id` is None, and `source` says who saw the text first: live,
    or an archive by name.
    """

    alert_id: int | None
    content: AlertContent
    source: str = ""


@dataclass(frozen=True, slots=True)
class Needing:
    """A policy that a person must look at. `outcome`: failed, held or overdue; `cause` of docs/causes.md."""

    policy: str
    service: str
    outcome: str
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of what the recipient asked for was looked at.

    "`checked` of `watched` policies checked in the last day; `needing` need you."
    `needs` are the first of these by name.
    """

    checked: int
    watched: int
    needing: int = 0
    needs: tuple[Needing, ...] = ()


@dataclass(frozen=True, slots=True)
class DigestContent:
    """Everything a digest says.

    `cadence` is hourly, daily, weekly, at_once for a group, or history for a recap. `begins` (not
    included) and `ends` bound the period in UTC; `timezone` is the recipient's,
    an IANA name. `entries` are by service in alphabetical order, the gravest first
    within one (of a recap the oldest first); () where nothing changed and the recipient asked to hear even so.
    `coverage` is None in a group and a recap.
    """

    cadence: str
    begins: datetime
    ends: datetime
    timezone: str
    thread: str  # names the digests of one recipient as one conversation
    entries: tuple[DigestEntry, ...] = ()
    coverage: Coverage | None = None

    @property
    def by_service(self) -> tuple[tuple[str, tuple[DigestEntry, ...]], ...]:
        """Return the entries as (service, its entries)."""
        grouped = groupby(self.entries, key=lambda entry: entry.content.service)
        return tuple((service, tuple(entries)) for service, entries in grouped)

    def to_json(self) -> dict[str, Any]:  # JSON values
        """Return it as JSON values; `from_json` gives an equal content back."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        values["begins"], values["ends"] = self.begins.isoformat(), self.ends.isoformat()
        values["entries"] = [
            {
                "alert_id": entry.alert_id,
                "content": entry.content.to_json(),
                "source": entry.source,
            }
            for entry in self.entries
        ]
        values["coverage"] = storable(asdict(self.coverage)) if self.coverage else None
        return values

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "DigestContent":  # JSON values
        """Read what `to_json` wrote. Fields it does not know are left aside."""
        known = {field.name: values[field.name] for field in fields(cls) if field.name in values}
        for name in ("begins", "ends"):
            known[name] = datetime.fromisoformat(known[name]).astimezone(UTC)
        known["entries"] = tuple(
            DigestEntry(
                entry["alert_id"],
                AlertContent.from_json(entry["content"]),
                entry.get("source", ""),
            )
            for entry in known.get("entries", ())
        )
        if known.get("coverage"):
            coverage = dict(known["coverage"])
            needs = tuple(Needing(**needing) for needing in coverage.pop("needs", ()))
            known["coverage"] = Coverage(**coverage, needs=needs)
        return cls(**known)
