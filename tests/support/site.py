"""A real web server on loopback whose pages the tests put, change and make misbehave.

    with Site() as site:
        url = site.put("/privacy", "<p>We set cookies.")
        ...
        assert site.hits == ["/privacy"]

It speaks HTTP/1.1 with keep-alive, answers conditional requests when a page has
validators, and counts what it is asked for. `site.act` hands the bare connection to
a function, for the answers no decent server gives; `tests.support.faults` has them.
It is no proxy, no archive and no browser.
"""

from __future__ import annotations

import socket
import socketserver
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.support.loopback import Loopback

__all__ = ["Exchange", "Hit", "Site"]

_REASONS = {200: "OK", 301: "Moved Permanently", 302: "Found", 304: "Not Modified"}
_NO_BODY = frozenset({204, 304})


@dataclass(frozen=True, slots=True)
class Hit:
    """One request as it came in; header names are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and the bare connection to answer it on; the connection ends afterwards."""

    hit: Hit
    connection: socket.socket
    closing: threading.Event  # set when the site ends; a slow answer waits on it

    def send(self, data: bytes) -> None:
        self.connection.sendall(data)

    def hang(self, seconds: float = 600.0) -> None:
        """Say nothing more until the client or the site gives up."""
        self.closing.wait(seconds)

    def reset(self) -> None:
        """End with RST instead of FIN."""
        self.connection.setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00"
        )
        self.connection.close()


@dataclass(frozen=True, slots=True)
class _Page:
    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...]


_Act = Callable[[Exchange], None]


@dataclass(slots=True)
class _State:
    pages: dict[str, _Page | _Act] = field(default_factory=dict)
    seen: list[Hit] = field(default_factory=list)
    connections: set[socket.socket] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)
    closing: threading.Event = field(default_factory=threading.Event)


class Site(Loopback):
    """A server of one test. Pages may be put and changed while it runs."""

    def __init__(
        self, *, host: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None
    ) -> None:
        self._state = _State()
        self._server = _Server((host, port), self._state, tls)
        self.host = host
        self.port: int = self._server.server_address[1]
        shown = f"[{host}]" if ":" in host else host
        self.url = f"{'https' if tls else 'http'}://{shown}:{self.port}"
        super().__init__(self._server, f"site-{self.port}")

    def _let_go(self) -> None:
        self._state.closing.set()

    def _hang_up(self) -> None:
        with self._state.lock:
            for connection in self._state.connections:
                _hang_up(connection)

    def put(
        self,
        path: str,
        body: str | bytes,
        *,
        status: int = 200,
        content_type: str = "text/html; charset=utf-8",
        headers: Mapping[str, str] | None = None,
    ) -> str:
        """Set what `path` answers from now on; return its address.

        An `ETag` or `Last-Modified` among the headers makes the page answer 304 to the
        same validator. `body` as text is sent as UTF-8.
        """
        data = body.encode() if isinstance(body, str) else body
        named = dict(headers or {})
        if content_type:
            named.setdefault("Content-Type", content_type)
        with self._state.lock:
            self._state.pages[path] = _Page(status, data, tuple(named.items()))
        return self.url + path

    def act(self, path: str, answer: Callable[[Exchange], None]) -> str:
        """Let `answer` do what it wants with the connection of each request for `path`."""
        with self._state.lock:
            self._state.pages[path] = answer
        return self.url + path

    def redirect(self, path: str, to: str, *, status: int = 302) -> str:
        return self.put(path, "", status=status, headers={"Location": to})

    def drop(self, path: str) -> None:
        with self._state.lock:
            self._state.pages.pop(path, None)

    @property
    def hits(self) -> list[str]:
        """The paths asked for, in order, robots.txt left out."""
        return [hit.path for hit in self.seen() if hit.path != "/robots.txt"]

    @property
    def robots_hits(self) -> int:
        return sum(hit.path == "/robots.txt" for hit in self.seen())

    def seen(self, path: str | None = None) -> list[Hit]:
        """Return every request, or those for one path, with headers."""
        with self._state.lock:
            return [hit for hit in self._state.seen if path in {None, hit.path}]

    def forget(self) -> None:
        """Start counting anew."""
        with self._state.lock:
            self._state.seen.clear()


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False  # a hanging answer must not hang the test; connections are cut
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], state: _State, tls: ssl.SSLContext | None) -> None:
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self.state = state
        self.tls = tls
        super().__init__(address, _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is the client's business."""


class _Handler(socketserver.BaseRequestHandler):
    server: _Server

    def handle(self) -> None:
        connection: socket.socket = self.request
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.server.tls is not None:
            connection = self.server.tls.wrap_socket(connection, server_side=True)
            self.request = connection
        state = self.server.state
        with state.lock:
            state.connections.add(connection)
        try:
            with connection, connection.makefile("rb") as stream:
                while (hit := _read_request(stream.readline)) is not None:
                    if not self._answer(hit, connection):
                        return
        except OSError:
            return
        finally:
            with state.lock:
                state.connections.discard(connection)

    def _answer(self, hit: Hit, connection: socket.socket) -> bool:
        """Answer; return whether the connection may carry another request."""
        state = self.server.state
        with state.lock:
            state.seen.append(hit)
            page = state.pages.get(hit.path)
        if page is None:
            page = _Page(404, b"<h1>Not found</h1>", (("Content-Type", "text/html"),))
        if not isinstance(page, _Page):
            page(Exchange(hit, connection, state.closing))
            return False
        connection.sendall(_rendered(hit, page))
        return True


def _read_request(readline: Callable[[int], bytes]) -> Hit | None:
    first = readline(65536).decode("latin-1").split()
    if len(first) != 3:
        return None
    headers: dict[str, str] = {}
    while (line := readline(65536).decode("latin-1").strip()) != "":
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    return Hit(first[0], first[1], headers)


def _rendered(hit: Hit, page: _Page) -> bytes:
    status, body = page.status, page.body
    if status == 200 and _is_fresh(hit.headers, dict(page.headers)):
        status = 304
    if status in _NO_BODY:
        body = b""
    lines = [f"HTTP/1.1 {status} {_REASONS.get(status, 'Status')}"]
    lines += [f"{name}: {value}" for name, value in page.headers]
    if status not in _NO_BODY and "Content-Length" not in dict(page.headers):
        lines.append(f"Content-Length: {len(body)}")
    head = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"
    return head if hit.method == "HEAD" else head + body


def _is_fresh(asked: Mapping[str, str], has: Mapping[str, str]) -> bool:
    """If-None-Match goes before If-Modified-Since (RFC 9110, 13.2.2); dates compare as text."""
    if "if-none-match" in asked and "ETag" in has:
        return asked["if-none-match"] == has["ETag"]
    return "Last-Modified" in has and asked.get("if-modified-since") == has["Last-Modified"]


def _hang_up(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
