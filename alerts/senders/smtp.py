"""Mails to a mail server, over TLS that is checked, one connection for a whole pass.

What a refusal means is decided by where it came: before a mail was looked at it
is the server's trouble, after that the mail's.
"""

import asyncio
import ssl
from contextlib import suppress
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

import aiosmtplib

from alerts.errors import BadMailUrl, SendError, Unreachable
from alerts.rendered import Rendered

__all__ = ["SmtpSender"]

_PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}
_ADVICE = (
    'try "smtp://user:password@mail.example.org:587", "smtps://...", '
    'or "smtp+plain://localhost:25" for a local relay'
)
_CONTENT_REFUSED = (552, 554)  # answers to MAIL FROM that speak of this mail's size or content
_GOODBYE_S = 2.0  # closing must not hold up the end of the process
_REPLY = 500  # characters of a server's answer that are kept


class SmtpSender:
    """Speaks to one mail server. Not to be shared between event loops."""

    def __init__(
        self,
        host: str,
        port: int,
        *,
        security: str,
        username: str = "",
        password: str = "",
        timeout_s: float = 30.0,
        tls_context: ssl.SSLContext | None = None,
    ) -> None:
        """`security` is "starttls" (refused when the server has none), "tls" or "none"."""
        self._server = f"{host}:{port}"
        self._host, self._port, self._security = host, port, security
        self._username, self._password = username, password
        self._timeout_s = timeout_s
        self._tls_context = tls_context
        self._connection: aiosmtplib.SMTP | None = None
        self._lock = asyncio.Lock()

    def __repr__(self) -> str:
        return f"SmtpSender({self._server}, {self._security})"

    @classmethod
    def from_url(
        cls, url: str, *, timeout_s: float = 30.0, tls_context: ssl.SSLContext | None = None
    ) -> "SmtpSender":
        """Read `smtp://` (STARTTLS required), `smtps://` or `smtp+plain://`.

        Raises BadMailUrl, which never repeats the address: it holds a password.
        """
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError as error:
            raise BadMailUrl(f"the mail server's address cannot be read ({_ADVICE})") from error
        if parts.scheme not in _PORTS or not host or parts.path.strip("/") or parts.query:
            raise BadMailUrl(f"the mail server's address has another form ({_ADVICE})")
        username, password = unquote(parts.username or ""), unquote(parts.password or "")
        if parts.scheme == "smtp+plain" and username and not _is_here(host):
            raise BadMailUrl(
                f"smtp+plain://{host} would send the password in the clear; use smtp:// or smtps://"
            )
        return cls(
            host,
            port or _PORTS[parts.scheme],
            security={"smtp": "starttls", "smtps": "tls"}.get(parts.scheme, "none"),
            username=username,
            password=password,
            timeout_s=timeout_s,
            tls_context=tls_context,
        )

    async def send(self, message: Rendered) -> str:
        """Hand over one mail; return the server's answer.

        Raises Unreachable when no mail could be handed over now, else SendError.
        """
        async with self._lock:
            connection = await self._connected()
            try:
                return await self._hand_over(connection, message)
            except BaseException:
                await self._drop()  # where the conversation stands is unknown
                raise

    async def probe(self) -> str:
        """Do all that comes before a mail: connect, TLS, log-in; return what the server said.

        Raises Unreachable with the server's own words.
        """
        async with self._lock:
            connection = await self._connected()
            try:
                reply = await connection.noop()
            except (aiosmtplib.SMTPException, OSError) as error:
                await self._drop()
                raise Unreachable(f"{self._server}: {self._told(error)}") from error
        how = {"starttls": "STARTTLS, ", "tls": "TLS, "}.get(self._security, "")
        who = "logged in, " if self._username else ""
        return f"{self._server}: {how}{who}{reply.code} {self._told(reply.message)}"

    async def close(self) -> None:
        """Say goodbye; the next `send` connects anew."""
        async with self._lock:
            if self._connection is not None:
                await self._drop(politely=True)

    async def _connected(self) -> aiosmtplib.SMTP:
        if self._connection is not None and self._connection.is_connected:
            return self._connection
        self._connection = connection = aiosmtplib.SMTP(
            hostname=self._host,
            port=self._port,
            timeout=self._timeout_s,
            use_tls=self._security == "tls",
            start_tls=False,  # done below, where a failure can still close the socket at once
            tls_context=None if self._security == "none" else self._context(),
        )
        try:
            await connection.connect()
            if self._security == "starttls":
                await connection.starttls()
            if self._username:
                await connection.login(self._username, self._password)
        except (aiosmtplib.SMTPException, OSError) as error:
            await self._drop()
            raise Unreachable(f"{self._server}: {self._told(error)}") from error
        except BaseException:
            await self._drop()
            raise
        return connection

    def _context(self) -> ssl.SSLContext:
        return self._tls_context or ssl.create_default_context()

    async def _hand_over(self, connection: aiosmtplib.SMTP, message: Rendered) -> str:
        to = message.recipient
        options = [] if to.isascii() else ["SMTPUTF8"]
        if options and not connection.supports_extension("smtputf8"):
            raise SendError(f"{to}: the server takes ASCII addresses only", permanent=True)
        try:
            _, reply = await connection.sendmail(
                message.sender, [to], message.body, mail_options=options
            )
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise self._refused(error.recipients[0]) from error
        except aiosmtplib.SMTPResponseException as error:
            raise self._refused(error) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise SendError(f"{self._server}: {self._told(error)}", permanent=False) from error
        return self._told(reply)

    def _refused(self, error: aiosmtplib.SMTPResponseException) -> SendError:
        """A 5xx speaks of this mail or its reader; of our own address only in MAIL FROM.

        Then an operator must act, and no mail is lost for it meanwhile.
        """
        permanent = 500 <= error.code < 600
        if isinstance(error, aiosmtplib.SMTPSenderRefused) and error.code not in _CONTENT_REFUSED:
            permanent = False
        return SendError(f"{error.code} {self._told(error.message)}", permanent=permanent)

    async def _drop(self, *, politely: bool = False) -> None:
        connection, self._connection = self._connection, None
        if connection is None:
            return
        transport = connection.transport
        with suppress(aiosmtplib.SMTPException, OSError):  # a goodbye nobody hears changes nothing
            if politely and connection.is_connected:
                await connection.quit(timeout=_GOODBYE_S)
        connection.close()
        if isinstance(transport, asyncio.WriteTransport):
            transport.abort()  # TLS would wait for the other side's goodbye
            await asyncio.sleep(0)

    def _told(self, words: object) -> str:
        """Return an answer as one bounded line without the password, should a server echo it."""
        line = " ".join(str(words).split())[:_REPLY] or type(words).__name__
        return line.replace(self._password, "***") if self._password else line


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
