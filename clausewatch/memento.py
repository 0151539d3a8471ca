"""What the record answers to those who ask for the web of the past: RFC 7089. Pure.

    TimeGate  which edition stood at the asked time
    TimeMap   all editions, as link-format (RFC 6690) or JSON
    Memento   one edition, with its time and the way to the others

A memento is an edition of a policy, at the time when it was seen first. Between two of
them nobody knows of another, so the one that stands at a time is the last one before it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from storage.cdxj import timestamp

__all__ = [
    "LINK_FORMAT",
    "Editions",
    "chosen",
    "http_date",
    "links_of",
    "parse_accept_datetime",
    "timemap_json",
    "timemap_links",
]

LINK_FORMAT = "application/link-format"


@dataclass(frozen=True, slots=True)
class Editions:
    """The editions of one document, oldest first, and the addresses of this archive."""

    original: str
    times: tuple[datetime, ...]
    base: str  # of this archive, without a slash at the end

    @property
    def timegate(self) -> str:
        return f"{self.base}/timegate/{self.original}"

    def timemap(self, form: str = "link") -> str:
        return f"{self.base}/timemap/{form}/{self.original}"

    def memento(self, at: datetime) -> str:
        return f"{self.base}/memento/{timestamp(at)}/{self.original}"


def parse_accept_datetime(text: str) -> datetime | None:
    """Read an Accept-Datetime header; None for what is no HTTP date."""
    try:
        at = parsedate_to_datetime(text.strip())
    except (ValueError, TypeError, OverflowError):
        return None
    return at.astimezone(UTC) if at.tzinfo is not None else at.replace(tzinfo=UTC)


def chosen(times: Sequence[datetime], at: datetime | None) -> datetime:
    """Return which of `times`, oldest first and at least one, stood at `at`; the newest for None.

    Before the first edition was seen, the first is the closest there is.
    """
    if at is None:
        return times[-1]
    before = [time for time in times if time.replace(microsecond=0) <= at]
    return before[-1] if before else times[0]


def links_of(editions: Editions, at: datetime | None = None, *, is_timegate: bool = False) -> str:
    """Return a Link header: the original, the other doors, and the editions around `at`."""
    links = [
        _link(editions.original, "original"),
        _link(editions.timemap(), "timemap", type=LINK_FORMAT),
        _link(editions.timemap("json"), "timemap", type="application/json"),
    ]
    if not is_timegate:
        links.insert(1, _link(editions.timegate, "timegate"))
    rels: dict[datetime, list[str]] = {}
    if editions.times:
        rels.setdefault(editions.times[0], []).append("first")
        rels.setdefault(editions.times[-1], []).append("last")
    if at in editions.times:
        place = editions.times.index(at)
        if place:
            rels.setdefault(editions.times[place - 1], []).append("prev")
        if place + 1 < len(editions.times):
            rels.setdefault(editions.times[place + 1], []).append("next")
        rels.setdefault(at, [])
    links += [
        _link(editions.memento(time), " ".join([*rels[time], "memento"]), datetime=http_date(time))
        for time in sorted(rels)
    ]
    return ", ".join(links)


def timemap_links(editions: Editions) -> str:
    """Return the TimeMap in link-format."""
    first, last = editions.times[0], editions.times[-1]
    span = {"from": http_date(first), "until": http_date(last)}
    lines = [
        _link(editions.original, "original"),
        _link(editions.timegate, "timegate"),
        _link(editions.timemap(), "self", type=LINK_FORMAT, **span),
    ]
    for place, time in enumerate(editions.times):
        ends = (["first"] if place == 0 else []) + (
            ["last"] if place == len(editions.times) - 1 else []
        )
        lines.append(
            _link(editions.memento(time), " ".join([*ends, "memento"]), datetime=http_date(time))
        )
    return ",\n".join(lines) + "\n"


def timemap_json(editions: Editions) -> str:
    """Return the TimeMap as JSON, in the form that the Time Travel service gave it."""

    def one(time: datetime) -> dict[str, str]:
        return {"datetime": f"{time.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
                "uri": editions.memento(time)}  # fmt: skip

    said = {
        "original_uri": editions.original,
        "timegate_uri": editions.timegate,
        "timemap_uri": {"link_format": editions.timemap(), "json_format": editions.timemap("json")},
        "mementos": {
            "first": one(editions.times[0]),
            "last": one(editions.times[-1]),
            "list": [one(time) for time in editions.times],
        },
    }
    return json.dumps(said, indent=2, ensure_ascii=False) + "\n"


def http_date(at: datetime) -> str:
    return format_datetime(at.astimezone(UTC).replace(microsecond=0), usegmt=True)


def _link(target: str, rel: str, **attributes: str) -> str:
    said = "".join(f'; {name}="{value}"' for name, value in attributes.items())
    return f'<{target}>; rel="{rel}"{said}'
