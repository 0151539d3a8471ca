"""A real web server on loopback that takes what is posted to it, and answers as it is told.

    with Receiver() as receiver:
        ...  # send to receiver.url
        assert receiver.posts[0].body == b"..."

    receiver.answer(503, Retry_After="120")        to every post, until calm()
    receiver.answer(500, times=1)                  to one
    receiver.hang()                                says nothing until calm()

`Receiver(tls=True)` speaks TLS; `receiver.trust` is the context that believes it.
"""

import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import trustme

from tests.support.loopback import Loopback

__all__ = ["Post", "Receiver"]

_TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True)
class Post:
    """One request as it came in; header names are in lower case."""

    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(slots=True)
class _Mood:
    status: int
    body: bytes
    headers: Mapping[str, str]
    times: int | None
    hangs: bool = False


class Receiver(Loopback):
    """A server of one test. It keeps every post, whatever it answers."""

    def __init__(self, *, tls: bool = False) -> None:
        self.posts: list[Post] = []
        self._moods: list[_Mood] = []
        self._calm = threading.Event()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                receiver._take(self)

            def do_HEAD(self) -> None:
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  its name
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])
        self.trust = ssl.create_default_context()
        if tls:
            authority = trustme.CA()
            authority.configure_trust(self.trust)
            own = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            authority.issue_cert("127.0.0.1", "localhost").configure_cert(own)
            self._server.socket = own.wrap_socket(self._server.socket, server_side=True)
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}/hook"
        super().__init__(self._server, "receiver")

    def _let_go(self) -> None:
        self._calm.set()

    def answer(
        self, status: int, body: bytes = b"", *, times: int | None = None, **headers: str
    ) -> None:
        """Answer like this; `Retry_After` becomes `Retry-After`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self._moods.append(_Mood(status, body, named, times))

    def hang(self) -> None:
        """Take the post and say nothing."""
        self._moods.append(_Mood(200, b"", {}, None, hangs=True))

    def calm(self) -> None:
        """End every mood."""
        self._moods.clear()
        self._calm.set()
        self._calm = threading.Event()

    def _take(self, handler: BaseHTTPRequestHandler) -> None:
        length = int(handler.headers.get("Content-Length") or 0)
        headers = {name.lower(): value for name, value in handler.headers.items()}
        self.posts.append(Post(handler.path, headers, handler.rfile.read(length)))
        mood = self._mood()
        if mood.hangs:
            self._calm.wait(_TIMEOUT_S)
            handler.close_connection = True
            return
        handler.send_response(mood.status)
        for name, value in mood.headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(mood.body)))
        handler.end_headers()
        handler.wfile.write(mood.body)

    def _mood(self) -> _Mood:
        if not self._moods:
            return _Mood(200, b"ok", {}, None)
        mood = self._moods[0]
        if mood.times is not None:
            mood.times -= 1
            if mood.times == 0:
                self._moods.pop(0)
        return mood
