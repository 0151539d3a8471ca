"""A real server on loopback that speaks the chat completions of OpenAI, and can be put into a mood.

    with ModelServer("Location now goes to advertisers.") as model:
        ...  # CLAUSEWATCH_SUMMARY_URL=model.url
        assert model.asked[0].words == "..."

It is as strict as a real one: another path, method, content type, body or key gets the
status that such a server gives. `asked` are the questions as they came in. Moods, until calm():

    model.say("other words")              a proper answer with these words (also None, or a list)
    model.status(503, "busy")             that status and body
    model.send(b"<html>", "text/html")    status 200 with these bytes instead of an answer
    model.redirect("http://...")          307 to there
    model.hang()                          takes the question and says nothing
    model.drip()                          a proper head, then a byte now and then for ever
    model.flood()                         a body without end
    model.hang_up()                       closes instead of answering
    model.babble()                        bytes that are no HTTP
    model.refuse()                        nobody listens any more; for good
"""

import json
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.support.loopback import Loopback

__all__ = ["ModelServer", "Question"]

_PATH = "/v1/chat/completions"
_DRIP_S = 0.05


@dataclass(frozen=True, slots=True)
class Question:
    """One request as it came in; header names are in lower case."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def words(self) -> str:
        """What the user's message says."""
        return str(self.json["messages"][-1]["content"])


class ModelServer(Loopback):
    """One server in threads of its own. `key` "" asks for none."""

    def __init__(
        self, says: str = "It changed.", *, key: str = "", model: str = "small",
        tls: ssl.SSLContext | None = None,
    ) -> None:  # fmt: skip
        self.asked: list[Question] = []
        self.closing = threading.Event()
        self.key, self.model = key, model
        self._says = says
        self.act: Callable[[_Handler], None] = _answering(says)
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.owner = self
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        scheme = "https" if tls else "http"
        self.url = f"{scheme}://127.0.0.1:{self._server.server_address[1]}/v1"
        super().__init__(self._server, "model")

    def _let_go(self) -> None:
        self.closing.set()

    def say(self, words: object, *, finish: str = "stop") -> None:
        self.act = _answering(words, finish=finish)

    def calm(self) -> None:
        self.act = _answering(self._says)

    def status(self, number: int, body: str = "") -> None:
        self.act = lambda handler: handler.give(number, body.encode(), "application/json")

    def send(self, body: bytes, content_type: str = "application/json", **headers: str) -> None:
        self.act = lambda handler: handler.give(200, body, content_type, **headers)

    def redirect(self, to: str) -> None:
        self.act = lambda handler: handler.give(307, b"", "text/plain", Location=to)

    def hang(self) -> None:
        self.act = _hang

    def drip(self) -> None:
        self.act = _drip

    def flood(self) -> None:
        self.act = _flood

    def hang_up(self) -> None:
        self.act = lambda handler: handler.raw(b"")

    def babble(self) -> None:
        self.act = lambda handler: handler.raw(b"220 mail.example ESMTP\r\n\r\n")

    def refuse(self) -> None:
        """Take no connection any more."""
        self.end()


class _Server(ThreadingHTTPServer):
    owner: ModelServer
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that gave up waiting is what the tests are about."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        owner = self.server.owner
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        owner.asked.append(Question(self.path, headers, body))
        self.close_connection = True
        refusal = _refusal(owner, owner.asked[-1])
        if refusal is None:
            owner.act(self)
        else:
            self.give(*refusal, "application/json")

    def give(self, status: int, body: bytes, content_type: str, **headers: str) -> None:
        self.send_response(status)
        named = {"Content-Type": content_type, "Content-Length": str(len(body)), **headers}
        for name, value in named.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.raw(body)

    def raw(self, data: bytes) -> None:
        self.wfile.write(data)

    def wait(self, seconds: float) -> bool:
        """Return whether the server ends."""
        return self.server.owner.closing.wait(seconds)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Tests read `asked` instead."""


def _refusal(owner: ModelServer, question: Question) -> tuple[int, bytes] | None:
    """Return what a real server says to a question that is none, else None."""
    if question.path != _PATH:
        return 404, b'{"error": {"message": "no such path"}}'
    if owner.key and question.headers.get("authorization") != f"Bearer {owner.key}":
        return 401, b'{"error": {"message": "wrong key"}}'
    asked = question.json
    roles = [message["role"] for message in asked["messages"]]
    proper = (
        question.headers["content-type"].startswith("application/json")
        and roles == ["system", "user"]
        and all(isinstance(message["content"], str) for message in asked["messages"])
        and 0 <= asked["temperature"] <= 2
        and asked["max_tokens"] > 0
        and asked["stream"] is False
    )
    if not proper:
        return 400, b'{"error": {"message": "no chat completion"}}'
    if asked["model"] != owner.model:
        return 404, b'{"error": {"message": "no such model"}}'
    return None


def _answering(words: object, *, finish: str = "stop") -> Callable[[_Handler], None]:
    completion = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1_780_000_000,
        "model": "small",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": words},
                "logprobs": None,
                "finish_reason": finish,
            }
        ],
        "usage": {"prompt_tokens": 200, "completion_tokens": 30, "total_tokens": 230},
    }
    return lambda handler: handler.give(200, json.dumps(completion).encode(), "application/json")


def _hang(handler: _Handler) -> None:
    handler.wait(600)


def _drip(handler: _Handler) -> None:
    handler.raw(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
    while not handler.wait(_DRIP_S):
        handler.raw(b" ")


def _flood(handler: _Handler) -> None:
    handler.raw(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
    while not handler.server.owner.closing.is_set():
        handler.raw(b'{"choices": [' + b" " * 65_536)
