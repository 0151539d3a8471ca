"""A server of made-up policies, each as it is at the virtual time; many hosts on one port of loopback.

`POST /__clock` with {"at": ...} moves the time. It plans nothing: what a page says and
how it misbehaves is `bench.generated`.
"""

import json
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar, Self

from bench.generated import Generated

__all__ = ["MadeUpSite"]


class MadeUpSite:
    """Serves the policies of `plans` while the block runs."""

    def __init__(self, plans: Sequence[Generated]) -> None:
        _Handler.plans = {plan.number: plan for plan in plans}
        self._server = _Server(("0.0.0.0", 0), _Handler)  # noqa: S104 - all of 127.0.0.0/8

    @property
    def clock_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/__clock"

    def address(self, plan: Generated) -> str:
        """Return where a policy is: each on a host of its own, so that none rests for another."""
        host = f"127.1.{plan.number // 250}.{plan.number % 250 + 1}"
        return f"http://{host}:{self._server.server_port}/{plan.number}/privacy"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_: object) -> None:
        return  # a client that was killed is what this run is about


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    plans: ClassVar[dict[int, Generated]] = {}
    at: ClassVar[datetime] = datetime.now(UTC)

    def log_message(self, *_: object) -> None:  # type: ignore[override]  # a quiet one
        return

    def do_POST(self) -> None:
        said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        _Handler.at = datetime.fromisoformat(said["at"])
        self._answer(200, b"{}")

    def do_GET(self) -> None:
        part = self.path.strip("/").partition("/")[0]
        if not part.isdigit():
            self._answer(404, b"")
            return
        page = self.plans[int(part)].at(_Handler.at)
        body = page.html.encode()
        if page.fault == "reset":
            self.close_connection = True
            self.connection.close()
        elif page.fault == "truncated":
            self._answer(200, body[: len(body) // 2], length=len(body))
            self.close_connection = True
        else:
            self._answer(page.status, body)

    def _answer(self, status: int, body: bytes, *, length: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)
