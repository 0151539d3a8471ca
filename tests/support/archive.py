"""A web archive on loopback that keeps what tests put, and misbehaves as real ones do.

    with FakeArchive() as archive:
        archive.put("https://www.tealeaf.example/privacy", at, PAGE)
        archive.refuse(2, status=429)
        ...
        assert archive.asked_for("capture") == 3

It speaks the protocol of the Wayback Machine: an index with resume keys, captures with
`id_`, `Memento-Datetime`, and a door that takes captures on request. With `kind="pywb"` it
knows no resume key and calls the fields by pywb's names. It is no client's mock: whatever
asks goes over HTTP.
"""

from __future__ import annotations

import base64
import hashlib
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic
from urllib.parse import parse_qs, quote, urlsplit

from crawler.archive import Archive
from tests.support.loopback import Loopback

__all__ = ["Asked", "FakeArchive"]

_FIELDS = "urlkey,timestamp,original,mimetype,statuscode,digest,length"
_PYWB = {"original": "url", "mimetype": "mime", "statuscode": "status"}


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: what for, by which address, and when (monotonic)."""

    what: str  # index, capture, save
    path: str
    at: float


@dataclass(slots=True)
class _Kept:
    """One capture. `row` replaces its whole line in the index; `gives` is what is replayed."""

    url: str
    stamp: str
    body: bytes
    status: int
    mime: str
    headers: Mapping[str, str]
    digest: str
    row: str | None = None
    moment: datetime | None = None  # what Memento-Datetime says; None: the stamp's own
    leads_to: str = ""  # the archive's own redirect, or the site's
    missing: bool = False

    @property
    def key(self) -> str:
        parts = urlsplit(self.url.lower())
        host = ",".join(reversed((parts.hostname or "").removeprefix("www.").split(".")))
        return f"{host}){parts.path.rstrip('/') or '/'}{'?' + parts.query if parts.query else ''}"


@dataclass(slots=True)
class _Refusal:
    left: int
    what: str
    status: int
    body: bytes
    headers: Mapping[str, str]
    hangs: bool = False


@dataclass(slots=True)
class _State:
    kind: str
    kept: list[_Kept] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    refusals: list[_Refusal] = field(default_factory=list)
    page_rows: int = 0  # the most rows the server gives at once; 0: as asked
    repeats_key: bool = False
    cuts_rows: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)
    closing: threading.Event = field(default_factory=threading.Event)


class FakeArchive(Loopback):
    """A server of one test. Captures may be put and moods changed while it runs."""

    def __init__(self, kind: str = "wayback") -> None:
        self._state = _State(kind)
        self._server = _Server(("127.0.0.1", 0), self._state)
        super().__init__(self._server, "archive")
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def _let_go(self) -> None:
        self._state.closing.set()

    def as_archive(
        self, name: str = "fake", *, index_per_minute: float = 60_000, per_second: float = 1_000
    ) -> Archive:
        """Return what the crawler needs to know of it; the pace is loopback's."""
        return Archive(
            name=name,
            kind=self._state.kind,
            index_url=f"{self.url}/cdx",
            capture_url=f"{self.url}/web",
            save_url=f"{self.url}/save",
            index_per_minute=index_per_minute,
            captures_per_second=per_second,
        )

    def put(
        self,
        url: str,
        at: datetime | str,
        body: bytes = b"",
        *,
        status: int = 200,
        mime: str = "text/html",
        headers: Mapping[str, str] | None = None,
    ) -> str:
        """Keep a capture; `at` may be a timestamp as it stands, wrong or not. Returns it."""
        stamp = at if isinstance(at, str) else f"{at.astimezone(UTC):%Y%m%d%H%M%S}"
        digest = base64.b32encode(hashlib.sha1(body).digest()).decode()  # noqa: S324 - the index's
        kept = _Kept(url, stamp, body, status, mime, dict(headers or {}), digest)
        with self._state.lock:
            self._state.kept.append(kept)
            self._state.kept.sort(key=lambda one: one.stamp)
        return stamp

    def revisit(self, url: str, at: datetime, body: bytes) -> str:
        """Keep a capture that the index knows as "the same as before": no status, no type."""
        stamp = self.put(url, at, body)
        kept = self._find(url, stamp)
        kept.row = f"{kept.key} {stamp} {url} warc/revisit - {kept.digest} 512"
        return stamp

    def redirect(self, url: str, at: datetime, to: str) -> str:
        """Keep a capture of a site that sent its visitors elsewhere."""
        stamp = self.put(url, at, status=302, mime="text/html")
        self._find(url, stamp).leads_to = to
        return stamp

    def spoil(self, url: str, stamp: str, row: str) -> None:
        """Give `row` in the index in the place of a capture's own line."""
        self._find(url, stamp).row = row

    def mistake(self, url: str, stamp: str, moment: datetime) -> None:
        """Say in Memento-Datetime that a capture is of another moment."""
        self._find(url, stamp).moment = moment

    def lead(self, url: str, stamp: str, to: str) -> None:
        """Answer a capture with the archive's own redirect to another time."""
        self._find(url, stamp).leads_to = f"{self.url}/web/{to}id_/{url}"

    def lose(self, url: str, stamp: str) -> None:
        """List a capture and not have it."""
        self._find(url, stamp).missing = True

    def refuse(
        self,
        times: int,
        *,
        what: str = "",
        status: int = 429,
        body: bytes = b"<html><body><h1>429 Too Many Requests</h1></body></html>",
        retry_after: str = "",
    ) -> None:
        """Answer the next requests (for "index", "capture" or anything) with an error."""
        headers = {"Retry-After": retry_after} if retry_after else {}
        with self._state.lock:
            self._state.refusals.append(_Refusal(times, what, status, body, headers))

    def hang(self, times: int, *, what: str = "") -> None:
        """Leave the next requests without an answer."""
        with self._state.lock:
            self._state.refusals.append(_Refusal(times, what, 0, b"", {}, hangs=True))

    def index_in_pages_of(
        self, rows: int, *, repeats_key: bool = False, cuts_rows: bool = False
    ) -> None:
        """Give no more rows at once; for ever the same ones, or the last one cut short."""
        state = self._state
        state.page_rows, state.repeats_key, state.cuts_rows = rows, repeats_key, cuts_rows

    def asked_for(self, what: str) -> int:
        """Return how often it was asked for the "index", a "capture" or to "save"."""
        return len(self.asks(what))

    def asks(self, what: str) -> list[Asked]:
        with self._state.lock:
            return [one for one in self._state.asked if one.what == what]

    def _find(self, url: str, stamp: str) -> _Kept:
        with self._state.lock:
            return next(k for k in self._state.kept if (k.url, k.stamp) == (url, stamp))


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], state: _State) -> None:
        super().__init__(address, _Handler)
        self.state = state


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        what, _, rest = self.path.lstrip("/").partition("/")
        what = {"web": "capture", "save": "save"}.get(what, "index")
        state = self.server.state
        with state.lock:
            state.asked.append(Asked(what, self.path, monotonic()))
            refusal = self._refusal(state, what)
        if refusal is not None:
            self._refuse(refusal)
        elif what == "index":
            self._index()
        elif what == "save":
            self._give(200, b"saved")
        else:
            self._capture(rest)

    do_POST = do_GET  # noqa: N815 - http.server's names

    def log_message(self, *_: object) -> None:
        """Say nothing: what was asked is in `asks`."""

    def _refusal(self, state: _State, what: str) -> _Refusal | None:
        for refusal in state.refusals:
            if refusal.left and refusal.what in ("", what):
                refusal.left -= 1
                return refusal
        return None

    def _refuse(self, refusal: _Refusal) -> None:
        if refusal.hangs:
            self.server.state.closing.wait(60)
            self.close_connection = True
            return
        self._give(refusal.status, refusal.body, refusal.headers)

    def _index(self) -> None:
        asked = {name: values[-1] for name, values in parse_qs(urlsplit(self.path).query).items()}
        state = self.server.state
        rows, more = self._rows(state, asked)
        text = "".join(f"{row}\n" for row in rows)
        if state.cuts_rows and rows:
            text = text[: -len(rows[-1]) // 2]
        if more and asked.get("showResumeKey") == "true":
            text += f"\n{more}\n"
        self._give(200, text.encode(), {"Content-Type": "text/plain"})

    def _rows(self, state: _State, asked: Mapping[str, str]) -> tuple[list[str], str]:
        """Return the rows of one page and the key to go on with, "" at the end."""
        wanted = _Kept(asked["url"], "", b"", 0, "", {}, "").key
        with state.lock:
            kept = [one for one in state.kept if one.key == wanted]
        start, end = asked.get("from", "0"), asked.get("to", "9" * 14)
        kept = [one for one in kept if start <= one.stamp <= end.ljust(14, "9")]
        skip = 0
        if "resumeKey" in asked and not state.repeats_key:
            last = asked["resumeKey"].split()[1]
            skip = next((n for n, one in enumerate(kept) if one.stamp >= last), len(kept))
        limit = int(asked.get("limit", "100000"))
        limit = min(limit, state.page_rows) if state.page_rows else limit
        page = kept[skip : skip + limit]
        key = ""
        if skip + limit < len(kept):
            key = quote(f"{wanted} {kept[skip + limit].stamp}", safe="").replace("%20", "+")
        return [self._row(one, asked.get("fl", _FIELDS).split(",")) for one in page], key

    def _row(self, kept: _Kept, fields: list[str]) -> str:
        if kept.row is not None:
            return kept.row
        known = {
            "urlkey": kept.key,
            "timestamp": kept.stamp,
            "original": kept.url,
            "mimetype": kept.mime,
            "statuscode": str(kept.status),
            "digest": kept.digest,
            "length": str(len(kept.body)),
        }
        if self.server.state.kind == "pywb":
            known = {_PYWB.get(name, name): value for name, value in known.items()}
        return " ".join(known.get(name, "-") for name in fields)

    def _capture(self, rest: str) -> None:
        stamp, _, url = rest.partition("id_/")
        state = self.server.state
        with state.lock:
            found = [k for k in state.kept if (k.stamp, k.url) == (stamp, url) and not k.missing]
        if not found:
            self._give(404, b"<html><body>The capture is not here</body></html>")
            return
        kept = found[-1]
        moment = kept.moment or _moment(kept.stamp)
        headers = {"Memento-Datetime": format_datetime(moment, usegmt=True)}
        headers |= {f"X-Archive-Orig-{name}": value for name, value in kept.headers.items()}
        headers["Content-Type"] = kept.headers.get("Content-Type", kept.mime)
        if kept.leads_to:
            headers["Location"] = kept.leads_to
            self._give(302, b"", headers)
            return
        self._give(kept.status, kept.body, headers)

    def _give(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _moment(stamp: str) -> datetime:
    month, day = stamp[4:6].replace("00", "01"), stamp[6:8].replace("00", "15")
    return datetime.strptime(f"{stamp[:4]}{month}{day}{stamp[8:]}", "%Y%m%d%H%M%S").replace(
        tzinfo=UTC
    )
