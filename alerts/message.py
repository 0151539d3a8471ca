"""What is told as an e-mail: headers and two equally good parts. Pure.

The same content, address, id and date give the same bytes, so a mail that is
sent again is the mail that was sent.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr

from alerts.content import AlertContent, Summary
from alerts.digest_content import DigestContent
from alerts.digest_text import digest_text, short_digest_text
from alerts.digest_view import DIGEST_SIZES, digest_view_of
from alerts.envelope import Envelope, MailOptions
from alerts.harmless import one_line
from alerts.headline import subject_of
from alerts.html_part import html_part
from alerts.notice_content import NoticeContent
from alerts.notice_text import notice_text
from alerts.notice_view import notice_view_of
from alerts.phrases import phrases_in
from alerts.text_part import short_text, text_part
from alerts.view import SIZES, view_of

__all__ = [
    "Content",
    "Envelope",
    "MailOptions",
    "compose",
    "compose_short",
    "encoded",
]

Content = AlertContent | DigestContent | NoticeContent

_SUBJECT = 150  # code points; mail programs show 40 to 90


class _Policy(EmailPolicy):
    """How mails are written. A header that must stay as it is gets a line for each address.

    The standard library encodes a word that is too long for a line, and nobody
    who looks for an address to unsubscribe reads that. Its way with long subjects
    puts blanks into them.
    """

    def fold_binary(self, name: str, value: str) -> bytes:
        if name.lower() == "subject":
            return _folded_subject(str(value), self.linesep)
        if name.lower() not in _WHOLE:
            return super().fold_binary(name, value)
        lines = f",{self.linesep} ".join(str(value).split(", "))
        return f"{name}: {lines}{self.linesep}".encode("ascii")


_WHOLE = frozenset({"list-unsubscribe", "list-id"})
_POLICY = _Policy(linesep="\r\n")


@dataclass(frozen=True, slots=True)
class _Words:
    """What stands in one mail. `html` "": text alone."""

    subject: str
    text: str
    html: str = ""


def compose(
    content: Content,
    envelope: Envelope,
    options: MailOptions,
    summary: Summary | None = None,
) -> EmailMessage:
    """Return the whole mail, shortened step by step until it fits `options.most_bytes`."""
    for words in _sizes(content, envelope, options, summary):
        mail = _mail(words, content, envelope, options)
        if len(encoded(mail)) <= options.most_bytes:
            return mail
    return compose_short(content, envelope, options)


def compose_short(content: Content, envelope: Envelope, options: MailOptions) -> EmailMessage:
    """Return the mail for a server that refused the whole one: text only, no quotes."""
    return _mail(_short(content, envelope, options), content, envelope, options)


def encoded(mail: EmailMessage) -> bytes:
    """Return the bytes that go over the wire, CRLF line ends."""
    international = not str(mail["To"]).isascii()
    return mail.as_bytes(policy=_POLICY.clone(utf8=international))


def _sizes(
    content: Content, envelope: Envelope, options: MailOptions, summary: Summary | None
) -> Iterator[_Words]:
    """Yield the mail in words, from the fullest to the shortest with quotes."""
    match content:
        case AlertContent():
            subject = subject_of(content, phrases_in(envelope.language))
            for size in SIZES:
                view = view_of(content, envelope, options, size=size, summary=summary)
                yield _Words(subject, text_part(view), html_part(view, subject=subject))
        case DigestContent():
            for digest_size in DIGEST_SIZES:
                digest = digest_view_of(content, envelope, options, size=digest_size)
                subject = one_line(digest.subject, _SUBJECT)
                yield _Words(subject, digest_text(digest), html_part(digest, subject=subject))
        case NoticeContent():
            notice = notice_view_of(content, envelope, options)
            subject = one_line(notice.subject, _SUBJECT)
            yield _Words(subject, notice_text(notice), html_part(notice, subject=subject))


def _short(content: Content, envelope: Envelope, options: MailOptions) -> _Words:
    match content:
        case AlertContent():
            subject = subject_of(content, phrases_in(envelope.language))
            return _Words(subject, short_text(view_of(content, envelope, options)))
        case DigestContent():
            digest = digest_view_of(content, envelope, options, size=DIGEST_SIZES[-1])
            return _Words(one_line(digest.subject, _SUBJECT), short_digest_text(digest))
        case NoticeContent():
            notice = notice_view_of(content, envelope, options)
            return _Words(one_line(notice.subject, _SUBJECT), notice_text(notice))


def _mail(
    words: _Words, content: Content, envelope: Envelope, options: MailOptions
) -> EmailMessage:
    mail = _framed(words.subject, content.thread, envelope, options)
    mail.set_content(words.text, cte=_transfer(words.text))
    if words.html:
        mail.add_alternative(words.html, subtype="html", cte=_transfer(words.html))
        mail.set_boundary("=_" + hashlib.sha256(envelope.message_id.encode()).hexdigest()[:32])
    mail["Content-Language"] = phrases_in(envelope.language).language
    return mail


def _framed(subject: str, thread: str, envelope: Envelope, options: MailOptions) -> EmailMessage:
    name, address = parseaddr(options.sender)
    domain = address.rpartition("@")[2]
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = _address(address, name)
    mail["To"] = _address(envelope.recipient)
    mail["Subject"] = subject
    mail["Date"] = format_datetime(envelope.date)
    mail["Message-ID"] = envelope.message_id
    if thread and thread != envelope.message_id:
        mail["In-Reply-To"] = thread
        mail["References"] = thread
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence note answers it
    mail["X-Auto-Response-Suppress"] = "All"  # the same, as Exchange understands it
    mail["Precedence"] = "bulk"
    mail["List-Id"] = f"Clausewatch <clausewatch.{domain}>"
    leave = envelope.leave
    mailto = f"<mailto:{address}?subject=unsubscribe>"
    mail["List-Unsubscribe"] = leave.header if leave else mailto
    if leave and leave.one_click:  # RFC 8058
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return mail


def _folded_subject(text: str, linesep: str) -> bytes:
    """Return the subject's lines, encoded words (RFC 2047) only where it is not ASCII."""
    charset = "us-ascii" if text.isascii() and "=?" not in text else "utf-8"
    header = Header(text, charset, header_name="Subject", maxlinelen=76)
    return f"Subject: {header.encode(linesep=linesep)}{linesep}".encode("ascii")


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
