"""The company's web site: a real HTTP server on loopback whose calendar is the story's.

It answers as the story says for the day that its clock shows: the policies with
their furniture, a 503 while it is down, a maintenance page with a 200, or for
every other visitor an experiment. It listens on 127.0.0.1 alone.
"""

import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

from clausewatch.demo import theme
from clausewatch.demo.story import PAGES, lasting, page_on
from clausewatch.demo.theme import Visit

__all__ = ["PORT", "Site", "answer"]

# The address is part of what the demonstration leaves behind, so it is the same
# each time where it can be: a port without a registered owner.
PORT = 8418

_ROBOTS = "User-agent: *\nDisallow: /account\nDisallow: /basket\n"


class Site:
    """A running site. Use it as a context manager; `url` is where it is."""

    def __init__(self, clock: Callable[[], datetime], *, port: int = PORT) -> None:
        """Listen on `port`, or on a free one where that is taken (0 asks for a free one)."""
        self._clock = clock
        self._visits: Counter[str | tuple[str, date]] = Counter()
        self._counting = threading.Lock()
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # one packet an answer; two wait for each other (Nagle, delayed ACK)
            server_version = "Samovar/1.4"
            sys_version = ""

            def do_GET(self) -> None:
                site._answer(self)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
                """Say nothing: the terminal shows the story."""

        try:
            self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        except OSError:
            self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )

    @property
    def url(self) -> str:
        """Return the address of the front page, without a slash at its end."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def wait(self) -> None:
        """Serve until the thread that calls this is interrupted."""
        self._thread.join()

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(request.path)
        visit = self._visit(parts.path, self._when(parts.query))
        status, kind, text = answer(parts.path.strip("/"), visit)
        body = text.encode()
        request.send_response(status)
        request.send_header("Content-Type", f"text/{kind}; charset=utf-8")
        request.send_header("Content-Length", str(len(body)))
        request.send_header("Cache-Control", "no-store")
        request.end_headers()
        request.wfile.write(body)

    def _when(self, query: str) -> datetime:
        """Read the clock, unless a reader asks for `?on=2026-01-26`."""
        for text in parse_qs(query).get("on", []):
            with suppress(ValueError):
                return datetime.combine(date.fromisoformat(text), time(12), UTC)
        return self._clock()

    def _visit(self, path: str, at: datetime) -> Visit:
        with self._counting:
            self._visits[path] += 1
            self._visits[path, at.date()] += 1
            return Visit(at, self._visits[path], self._visits[path, at.date()])


def answer(path: str, visit: Visit) -> tuple[HTTPStatus, str, str]:
    """Return status, subtype of text and document for one visit. Pure."""
    day = visit.at.date()
    if path == "robots.txt":
        return HTTPStatus.OK, "plain", _ROBOTS
    if lasting(day, "outage"):
        return HTTPStatus.SERVICE_UNAVAILABLE, "html", theme.overloaded(visit)
    if lasting(day, "maintenance"):
        return HTTPStatus.OK, "html", theme.descaling(visit)
    if path in PAGES:
        page = page_on(path, day)
        odd_one_out = page.variant and visit.of_the_day % 2
        return (
            HTTPStatus.OK,
            "html",
            theme.policy(page, page.variant if odd_one_out else page.text, visit),
        )
    if not path:
        return HTTPStatus.OK, "html", theme.home(visit)
    return HTTPStatus.NOT_FOUND, "html", theme.lost(visit)
