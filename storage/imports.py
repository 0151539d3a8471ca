"""Captures from files: WARC and WACZ, dated texts of corpora, and single pages with a date.

Reads files and policies, writes nothing: each capture becomes a Fetched that
`storage.past` places at its own time, like one from an archive.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from sqlmodel import Session

from storage.aliases import aliases_of
from storage.cdxj import surt
from storage.errors import BadUrl, BadValue
from storage.fetched import Fetched
from storage.policies import list_policies, normalise_url
from storage.wacz import is_wacz, warcs_in
from storage.warc import Archived, read_warc

__all__ = ["Item", "Shelf", "fetched_of", "items_in"]

_GZIP, _WARC = b"\x1f\x8b", b"WARC/"
# How the Princeton-Leuven corpus says where a text comes from: the address of a raw capture.
_NOTE = re.compile(rb"web\.archive\.org/web/(\d{14})id_/([^\s)>\]\"']{8,2000})")
_NOTE_WITHIN = 2_000  # bytes of the beginning
_TYPES = {
    ".html": "text/html",
    ".htm": "text/html",
    ".pdf": "application/pdf",
    ".md": "text/markdown",
    ".txt": "text/plain",
}
_LARGEST = 64 << 20


@dataclass(frozen=True, slots=True)
class Item:
    """One capture as a file gives it. `url` "" where the file does not say."""

    name: str  # of the file, and the record
    url: str
    at: datetime
    status: int | None
    headers: tuple[tuple[str, str], ...]
    body: bytes
    about: dict[str, Any]


class Shelf:
    """The policies that captures can belong to, found by any of their addresses."""

    def __init__(self, session: Session) -> None:
        self._ids: dict[str, int] = {}
        for policy in list_policies(session, include_retired=True):
            assert policy.id is not None, "a stored policy has an id"
            for url in (policy.url, *(alias.url for alias in aliases_of(session, policy))):
                self._ids.setdefault(surt(url), policy.id)

    def policy_at(self, url: str) -> int | None:
        """Return whose address `url` is or was; None for nobody's."""
        return self._ids.get(_key(url))

    def policy_of(self, item: Item) -> int | None:
        """Return whose capture it is; None for nobody's."""
        said = item.about.get("policy")
        named = [said.get("url")] if isinstance(said, dict) else []
        for url in (*named, item.about.get("url"), item.url):
            if isinstance(url, str) and url and (found := self.policy_at(url)) is not None:
                return found
        return None


def items_in(file: Path, *, at: datetime | None = None) -> Iterator[Item]:
    """Yield the captures in `file`, whatever it is. `at` dates a page that does not say itself.

    Raises BadValue where the file cannot be read, or has no date.
    """
    try:
        with file.open("rb") as data:
            start = data.read(8)
        if is_wacz(file):
            for name, warc in warcs_in(file):
                yield from _items(read_warc(warc, name=name), name)
        elif start.startswith((_GZIP, _WARC)):
            with file.open("rb") as data:
                yield from _items(read_warc(data, name=str(file)), str(file))
        else:
            yield _page(file, at)
    except OSError as error:
        raise BadValue(f"{file} cannot be read: {error.strerror or error}") from error


def fetched_of(item: Item, policy_id: int, *, url: str, source: str) -> Iterator[Fetched]:
    """Yield the sightings that a capture tells of: its own, and the last of its text where it says.

    `url` is the policy's, for what names none; `source` is what the history calls it.
    """
    asked = str(item.about.get("url") or item.url or url)
    first = Fetched(
        policy_id=policy_id,
        source=_source(item, source),
        url=asked,
        final_url=item.url or asked,
        redirects=tuple(map(str, item.about.get("redirects", ()))),
        slot_at=None,
        observed_at=item.at,
        took_ms=0,
        status=item.status or 200,
        headers=item.headers,
        body=item.body,
    )
    yield first
    until = item.about.get("seen_until")
    if isinstance(until, str):
        last = datetime.fromisoformat(until).astimezone(UTC)
        if last > item.at:
            yield Fetched(**{name: getattr(first, name) for name in first.__slots__}
                          | {"observed_at": last})  # fmt: skip


def _items(found: Iterator[Archived], name: str) -> Iterator[Item]:
    for one in found:
        yield Item(name, one.url, one.at, one.status, one.headers, one.body, dict(one.about))


def _page(file: Path, at: datetime | None) -> Item:
    if file.stat().st_size > _LARGEST:
        raise BadValue(f"{file} is too large for a page: {file.stat().st_size} bytes")
    body = file.read_bytes()
    url = ""
    if note := _NOTE.search(body[:_NOTE_WITHIN]):
        url = unquote(note[2].decode("utf-8", "replace"))
        at = at or datetime.strptime(note[1].decode(), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    if at is None:
        raise BadValue(f"{file} does not say of when it is; give --date")
    kind = _TYPES.get(file.suffix.lower(), "text/html" if b"<" in body[:200] else "text/plain")
    return Item(str(file), url, at, 200, (("Content-Type", kind),), body, {})


def _source(item: Item, source: str) -> str:
    """Return what the archive was called where it was fetched; another's live page is an import."""
    said = item.about.get("source")
    return said if isinstance(said, str) and said not in ("", "live") else source


def _key(url: str) -> str:
    try:
        return surt(normalise_url(url)[0])
    except (BadUrl, ValueError):
        return ""
