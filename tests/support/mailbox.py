"""A real mail server on loopback that collects mails, and can be put into a bad mood.

    with Mailbox() as mailbox:
        ...  # CLAUSEWATCH_SMTP_URL=mailbox.url
        assert mailbox.subjects == ["..."]

`Mailbox(secure=True)` demands STARTTLS and a log-in: `mailbox.trust` is the TLS
context that believes it, and a program of its own does so through the
environment, `SSL_CERT_FILE=mailbox.ca_file`. `messages` are the mails as parsed,
`received` has their envelopes and bytes.

    mailbox.answer("451 4.3.0 try later")                      to every mail, until calm()
    mailbox.answer("550 no such user", to="ada@example.org")   to one recipient
    mailbox.answer("552 5.3.4 too big", above=2000, times=1)   to one big mail
    mailbox.hang_up()          takes the mail, closes before it says so
    mailbox.hang()             takes the mail and says nothing until calm()
    mailbox.slow(0.2)          takes that many seconds over each mail
    mailbox.refuse()           nobody listens on the port, until calm()
"""

import asyncio
import contextlib
import email
import email.policy
import logging
import socket
import ssl
import tempfile
import threading
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from email.message import EmailMessage
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

__all__ = ["Mailbox", "Received"]

# aiosmtpd warns of a deprecation of its own at each log-in.
logging.getLogger("mail.log").setLevel(logging.ERROR)

_TIMEOUT_S = 10.0  # of our own waiting for the server's thread; nothing here takes long


@dataclass(frozen=True, slots=True)
class Received:
    """One mail as it came in."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    encrypted: bool
    user: str

    @property
    def message(self) -> EmailMessage:
        return email.message_from_bytes(self.raw, policy=email.policy.default)

    @property
    def message_id(self) -> str:
        return str(self.message["Message-ID"])


@dataclass(frozen=True, slots=True)
class _Mood:
    act: str  # "answer", "hang_up", "hang" or "slow"
    at: str  # "mail", "rcpt" or "data"
    reply: str
    to: str
    above: int
    times: int | None
    seconds: float = 0.0


class Mailbox:
    """One server in a thread of its own. It keeps what it said 250 to, and what it hung up on."""

    def __init__(
        self, *, secure: bool = False, starttls: bool = True, user: str = "watch",
        password: str = "p@ss/word",  # noqa: S107  opens this mailbox alone
    ) -> None:  # fmt: skip
        self.received: list[Received] = []
        self.tried: list[tuple[str, ...]] = []  # the recipients of every mail that was offered
        self.connections = 0
        self._secure, self._starttls = secure, starttls
        self._user, self._password = user, password
        authority = trustme.CA()
        self.trust = ssl.create_default_context()
        authority.configure_trust(self.trust)
        self._own = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert("127.0.0.1", "localhost").configure_cert(self._own)
        self._authority = authority
        self._moods: list[_Mood] = []
        self._calm = threading.Event()
        self._came = threading.Condition()
        self._folder = tempfile.TemporaryDirectory()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="mailbox", daemon=True)
        self._server: asyncio.Server | None = None
        self._transports: list[asyncio.WriteTransport] = []
        self.port = 0

    def __enter__(self) -> Self:
        self._thread.start()
        self._listen()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._calm.set()
        self._run(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_TIMEOUT_S)
        self._loop.close()
        self._folder.cleanup()

    @property
    def url(self) -> str:
        if not self._secure:
            return f"smtp+plain://127.0.0.1:{self.port}"
        user, password = (part.replace("@", "%40").replace("/", "%2F") for part in self.login)
        return f"smtp://{user}:{password}@127.0.0.1:{self.port}"

    @property
    def login(self) -> tuple[str, str]:
        return self._user, self._password

    @property
    def ca_file(self) -> str:
        path = Path(self._folder.name) / "ca.pem"
        self._authority.cert_pem.write_to_path(str(path))
        return str(path)

    @property
    def subjects(self) -> list[str]:
        return [str(message["Subject"]) for message in self.messages]

    @property
    def messages(self) -> list[EmailMessage]:
        return [received.message for received in self.received]

    def answer(
        self, reply: str, *, at: str = "data", to: str = "", above: int = 0,
        times: int | None = None,
    ) -> None:  # fmt: skip
        """Answer like this: `at` "mail", "rcpt" or "data", `to` one recipient, `above` so many bytes."""
        self._moods.append(
            _Mood("answer", at if not to or at == "data" else "rcpt", reply, to, above, times)
        )

    def hang_up(self, *, times: int | None = 1) -> None:
        """Take the whole mail, then close the connection instead of saying so."""
        self._moods.append(_Mood("hang_up", "data", "", "", 0, times))

    def hang(self, *, to: str = "", times: int | None = 1) -> None:
        """Take the whole mail, to one recipient if named, then say nothing."""
        self._moods.append(_Mood("hang", "data", "", to, 0, times))

    def slow(self, seconds: float, *, to: str = "") -> None:
        """Take so long over each mail, to one recipient if named."""
        self._moods.append(_Mood("slow", "data", "", to, 0, None, seconds))

    def wait_for(self, count: int, *, timeout_s: float = 60.0) -> bool:
        """Wait until `count` mails have come in all; say whether they did."""
        with self._came:
            return self._came.wait_for(lambda: len(self.received) >= count, timeout_s)

    def refuse(self) -> None:
        """Stop listening; the port stays ours in the sense that calm() takes it again."""
        self._run(self._stop())

    def calm(self) -> None:
        """End every mood; listen again if it had stopped."""
        self._moods.clear()
        self._calm.set()
        self._calm = threading.Event()
        if self._server is None:
            self._listen()

    def end_moods_of(self, recipient: str) -> None:
        """End the moods towards one recipient; the others stay."""
        self._moods = [mood for mood in self._moods if mood.to != recipient]

    def end_moods_of_all(self) -> None:
        """Like calm(), but the moods towards one recipient stay."""
        kept = [mood for mood in self._moods if mood.to]
        self.calm()
        self._moods[:] = kept

    def take(self, mail: Received) -> None:
        """Keep a mail, and tell whoever waits for it."""
        with self._came:
            self.received.append(mail)
            self._came.notify_all()

    async def wait_for_calm(self) -> None:
        """Hold a connection up until the mood ends."""
        await self._loop.run_in_executor(None, self._calm.wait, _TIMEOUT_S)

    def mood_for(self, at: str, recipients: tuple[str, ...], size: int) -> _Mood | None:
        """Return the mood that this moment of a mail meets, and use it up."""
        for place, mood in enumerate(self._moods):
            if mood.at != at or (mood.to and mood.to not in recipients) or size < mood.above:
                continue
            if mood.times is not None:
                left = replace(mood, times=mood.times - 1)
                self._moods[place : place + 1] = [left] if mood.times > 1 else []
            return mood
        return None

    def _listen(self) -> None:
        async def listen() -> None:
            bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.bind(("127.0.0.1", self.port))
            self.port = int(bound.getsockname()[1])
            self._server = await self._loop.create_server(self._protocol, sock=bound)

        self._run(listen())

    async def _stop(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()
            await server.wait_closed()
        for transport in self._transports:
            # CPython before 3.11.4: aborting a TLS transport that is closed already fails.
            with contextlib.suppress(AttributeError):
                transport.abort()
        self._transports.clear()
        for _ in range(3):  # a TLS connection closes in layers
            await asyncio.sleep(0)

    def _run(self, work: Coroutine[Any, Any, None]) -> None:  # Any: what a coroutine may yield
        asyncio.run_coroutine_threadsafe(work, self._loop).result(_TIMEOUT_S)

    def _protocol(self) -> SMTP:
        self.connections += 1
        box = self

        class Server(SMTP):
            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                box._transports.append(cast("asyncio.WriteTransport", transport))
                super().connection_made(transport)

        demanding = self._secure and self._starttls
        return Server(
            _Answers(self),
            hostname="localhost",
            loop=self._loop,
            enable_SMTPUTF8=True,
            tls_context=self._own if demanding else None,
            require_starttls=demanding,
            authenticator=self._authenticate if demanding else None,
            auth_required=demanding,
        )

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        ok = isinstance(data, LoginPassword) and (
            data.login.decode(), data.password.decode()
        ) == self.login  # fmt: skip
        # handled=False on failure: the server itself then says 535.
        return AuthResult(success=ok, handled=ok, auth_data=data)


class _Answers:
    """What the server calls. Apart from the mailbox: aiosmtpd reads every attribute of its
    handler at each connection, and `messages` parses all mails.
    """

    def __init__(self, box: Mailbox) -> None:
        self._box = box

    async def handle_MAIL(  # noqa: N802  aiosmtpd calls it so
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        mood = self._box.mood_for("mail", (), 0)
        if mood is not None:
            return mood.reply
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802  aiosmtpd calls it so
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        mood = self._box.mood_for("rcpt", (address,), 0)
        if mood is not None:
            self._box.tried.append((address,))
            return mood.reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802  aiosmtpd calls it so
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        raw = envelope.original_content or b""
        recipients = tuple(envelope.rcpt_tos)
        self._box.tried.append(recipients)
        mood = self._box.mood_for("data", recipients, len(raw))
        act = mood.act if mood else "take"
        if mood and act == "answer":
            return mood.reply
        login: object = session.auth_data  # aiosmtpd types it as None
        user = login.login.decode() if isinstance(login, LoginPassword) else ""
        mail = Received(str(envelope.mail_from), recipients, raw, bool(session.ssl), user)
        self._box.take(mail)
        if act == "slow" and mood:
            await asyncio.sleep(mood.seconds)
        if act == "hang_up":
            cast("asyncio.WriteTransport", server.transport).abort()
        if act == "hang":
            await self._box.wait_for_calm()
        return "250 2.0.0 OK, kept"
