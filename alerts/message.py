"""An alert's content as an e-mail: headers and two equally good parts. Pure.

The same content, address, id and date give the same bytes, so a mail that is
sent again is the mail that was sent.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from alerts.content import AlertContent, Summary
from alerts.harmless import one_line
from alerts.html_part import html_part
from alerts.links import Leave
from alerts.text_part import short_text, text_part
from alerts.view import SIZES, subject_of, view_of

__all__ = ["Envelope", "MailOptions", "compose", "compose_short", "encoded", "message_id"]

_MOST_BYTES = 100_000  # Gmail hides what comes after about 102 kB
_MOST_DOMAIN = 40  # the standard library breaks a Message-ID that does not fit one header line


@dataclass(frozen=True, slots=True)
class MailOptions:
    """What the settings say about mails. `sender` may carry a name: "Watch <watch@example.org>"."""

    sender: str = "Clausewatch <clausewatch@localhost>"
    most_bytes: int = _MOST_BYTES

    @property
    def address(self) -> str:
        """The bare address of the sender; bounces go there too."""
        return parseaddr(self.sender)[1]


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a delivery row fixes about its mail. `leave` are the ways out that it offers."""

    recipient: str
    message_id: str
    date: datetime
    language: str = "en"
    leave: Leave | None = None


def message_id(seed: bytes, domain: str) -> str:
    """Return the Message-ID that belongs to `seed`, as in "<0123...@example.org>"."""
    host = domain.rstrip(".").lower()
    if not re.fullmatch(r"[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?", host):
        host = "localhost"
    if len(host) > _MOST_DOMAIN:
        host = host[-_MOST_DOMAIN:].lstrip(".-")
    return f"<{hashlib.sha256(seed).hexdigest()[:20]}@{host}>"


def compose(
    content: AlertContent,
    envelope: Envelope,
    options: MailOptions,
    summary: Summary | None = None,
) -> EmailMessage:
    """Return the whole mail, shortened step by step until it fits `options.most_bytes`."""
    for mail in _sizes(content, envelope, options, summary):
        if len(encoded(mail)) <= options.most_bytes:
            return mail
    return compose_short(content, envelope, options)


def compose_short(content: AlertContent, envelope: Envelope, options: MailOptions) -> EmailMessage:
    """Return the mail for a server that refused the whole one: text only, no quotes."""
    mail = _framed(content, envelope, options)
    view = view_of(content, recipient=envelope.recipient, sender=options.address)
    _set_text(mail, short_text(view))
    return mail


def encoded(mail: EmailMessage) -> bytes:
    """Return the bytes that go over the wire, CRLF line ends."""
    international = not str(mail["To"]).isascii()
    return mail.as_bytes(policy=SMTP.clone(utf8=international))


def _sizes(
    content: AlertContent, envelope: Envelope, options: MailOptions, summary: Summary | None
) -> Iterator[EmailMessage]:
    for size in SIZES:
        view = view_of(
            content,
            recipient=envelope.recipient,
            sender=options.address,
            size=size,
            summary=summary,
        )
        mail = _framed(content, envelope, options)
        _set_text(mail, text_part(view))
        html = html_part(view, subject=subject_of(content))
        mail.add_alternative(html, subtype="html", cte=_transfer(html))
        mail.set_boundary("=_" + hashlib.sha256(envelope.message_id.encode()).hexdigest()[:32])
        yield mail


def _framed(content: AlertContent, envelope: Envelope, options: MailOptions) -> EmailMessage:
    name, address = parseaddr(options.sender)
    domain = address.rpartition("@")[2]
    mail = EmailMessage(policy=SMTP)
    mail["From"] = _address(address, name)
    mail["To"] = _address(envelope.recipient)
    mail["Subject"] = subject_of(content)
    mail["Date"] = format_datetime(envelope.date)
    mail["Message-ID"] = envelope.message_id
    mail["In-Reply-To"] = content.thread
    mail["References"] = content.thread
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence note answers it
    mail["X-Auto-Response-Suppress"] = "All"  # the same, as Exchange understands it
    mail["Precedence"] = "bulk"
    mail["List-Id"] = f"Clausewatch <clausewatch.{domain}>"
    mail["List-Unsubscribe"] = f"<mailto:{address}?subject=unsubscribe>"
    return mail


def _set_text(mail: EmailMessage, text: str) -> None:
    mail.set_content(text, cte=_transfer(text))


def _transfer(text: str) -> str:
    """Latin scripts stay legible on the wire; others are a third of the size in base64."""
    foreign = sum(not char.isascii() for char in text)
    return "base64" if 5 * foreign > len(text) else "quoted-printable"


def _address(bare: str, name: str = "") -> Address:
    """Return an address with its domain as DNS knows it. Raises ValueError when it is none."""
    local, at, domain = bare.rpartition("@")
    if not (local and at and domain) or re.search(r"[\s<>,;]", bare):
        raise ValueError(f"{bare!r} is no mail address")
    host = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    return Address(one_line(name, 100), username=local, domain=host)
