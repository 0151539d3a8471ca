"""Serves the record to clients of RFC 7089: reads the database, writes nothing.

    /timegate/URL            302 to the edition that stood at Accept-Datetime
    /timemap/link/URL        all editions; /timemap/json/URL
    /memento/TIME/URL        the text of an edition
    /memento/TIMEid_/URL     the page it was read from, byte for byte, as a download

Pages of strangers are never shown as pages: raw bytes come as a download with a policy
that lets nothing run.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import unquote

from clausewatch.memento import (
    LINK_FORMAT,
    Editions,
    chosen,
    http_date,
    links_of,
    parse_accept_datetime,
    timemap_json,
    timemap_links,
)
from storage.blobs import get_body
from storage.cdxj import timestamp
from storage.history import text_of, timeline
from storage.imports import Shelf
from storage.models import Fetch, Snapshot

if TYPE_CHECKING:
    from sqlmodel import Session

    from storage.engine import Store
    from storage.views import SnapshotView

__all__ = ["Answer", "MementoServer", "answer"]

log = logging.getLogger(__name__)

_LONGEST = 8_192  # characters of a request's path
_DOOR = re.compile(
    r"/(?P<door>timegate|timemap/link|timemap/json|memento/(?P<at>\d{14})(?P<raw>id_)?)/(?P<url>.+)",
    re.DOTALL,
)
_SAFE = (
    ("X-Content-Type-Options", "nosniff"),
    ("Content-Security-Policy", "sandbox; default-src 'none'"),
    ("Referrer-Policy", "no-referrer"),
)
_TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""


class MementoServer(ThreadingHTTPServer):
    """The server, bound to an address; `serve_forever` serves until `shutdown`."""

    daemon_threads = True

    def __init__(self, store: Store, *, host: str, port: int, base: str = "") -> None:
        super().__init__((host, port), _Handler)
        shown = f"[{host}]" if ":" in host else host
        self.base = base.rstrip("/") or f"http://{shown}:{self.server_address[1]}"
        self.answer: Callable[[str, str], Answer] = lambda path, at: answer(
            store, self.base, path, at
        )


def answer(store: Store, base: str, path: str, accept_datetime: str) -> Answer:
    """Return what a GET of `path` gets."""
    match = _DOOR.fullmatch(path) if len(path) <= _LONGEST else None
    if match is None:
        return _plainly(404, "ask for /timegate/URL, /timemap/link/URL or /timemap/json/URL")
    url = _url(match["url"])
    with store.reading() as session:
        found = _editions(session, url, base)
        if found is None:
            return _plainly(404, "no policy has this address, or no text of it is known")
        editions, views = found
        if match["door"] == "timegate":
            return _timegate(editions, accept_datetime)
        if match["door"] == "timemap/link":
            return _given(timemap_links(editions), LINK_FORMAT)
        if match["door"] == "timemap/json":
            return _given(timemap_json(editions), "application/json")
        view = next((v for v in views if timestamp(v.first_seen) == match["at"]), None)
        if view is None:
            return _plainly(404, "no edition was seen first at this time")
        return _memento(session, editions, view, raw=bool(match["raw"]))


def _timegate(editions: Editions, accept_datetime: str) -> Answer:
    at = parse_accept_datetime(accept_datetime) if accept_datetime else None
    if accept_datetime and at is None:
        return _plainly(400, "Accept-Datetime is no HTTP date (RFC 7089, section 2.1.1)")
    time = chosen(editions.times, at)
    return Answer(
        302,
        (
            ("Location", editions.memento(time)),
            ("Vary", "accept-datetime"),
            ("Link", links_of(editions, time, is_timegate=True)),
        ),
    )


def _memento(session: Session, editions: Editions, view: SnapshotView, *, raw: bool) -> Answer:
    headers = [
        ("Memento-Datetime", http_date(view.first_seen)),
        ("Link", links_of(editions, view.first_seen)),
        *_SAFE,
    ]
    if not raw:
        body = text_of(session, view.id).encode("utf-8", "replace")
        return Answer(200, (("Content-Type", _TEXT), *headers), body)
    fetch = session.get_one(Fetch, session.get_one(Snapshot, view.id).fetch_id)
    if fetch.body_sha256 is None:
        return _plainly(404, "the page of this edition is not kept")
    said = {
        str(name).lower(): str(value) for name, value in (fetch.provenance or {}).get("headers", ())
    }
    kind = " ".join(said.get("content-type", "application/octet-stream").split())[:200]
    headers = [("Content-Type", kind), ("Content-Disposition", "attachment"), *headers]
    return Answer(200, tuple(headers), get_body(session, fetch.body_sha256))


def _editions(session: Session, url: str, base: str) -> tuple[Editions, list[SnapshotView]] | None:
    policy_id = Shelf(session).policy_at(url)
    views = timeline(session, policy_id) if policy_id is not None else []
    if not views:
        return None
    return Editions(url, tuple(view.first_seen for view in views), base), views


def _url(text: str) -> str:
    """Return the address that is asked for, whether or not the client escaped it as a whole."""
    url = unquote(text) if re.match(r"https?%3a", text, re.IGNORECASE) else text
    return re.sub(r"[\x00-\x20<>\"\x7f]", lambda found: f"%{ord(found[0]):02X}", url)


def _given(text: str, kind: str) -> Answer:
    return Answer(200, (("Content-Type", kind), *_SAFE), text.encode())


def _plainly(status: int, words: str) -> Answer:
    return Answer(status, (("Content-Type", _TEXT), *_SAFE), f"{words}\n".encode())


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30  # seconds; a client that says nothing holds no thread for ever
    server: MementoServer
    server_version = "Clausewatch"
    sys_version = ""

    def do_GET(self) -> None:
        self._give(with_body=True)

    def do_HEAD(self) -> None:
        self._give(with_body=False)

    def log_message(self, *args: object) -> None:
        log.debug("%s", args)

    def _give(self, *, with_body: bool) -> None:
        try:
            given = self.server.answer(self.path, self.headers.get("Accept-Datetime", ""))
        except Exception:
            log.exception("a request could not be answered")
            given = _plainly(500, "the record could not be read")
        self.send_response(given.status)
        for name, value in given.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(given.body)))
        self.end_headers()
        if with_body:
            self.wfile.write(given.body)
