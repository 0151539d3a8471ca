"""What is told as a chat message: a title and a few lines of plain text. Pure.

A chat is no place for quotes of pages: it says what happened, why it matters and
where to read on, in a length that every service takes.
"""

from collections.abc import Iterable

from alerts.content import AlertContent
from alerts.digest_content import DigestContent
from alerts.digest_view import DIGEST_SIZES, digest_view_of
from alerts.envelope import Envelope, MailOptions
from alerts.harmless import one_line
from alerts.headline import subject_of
from alerts.notice_content import NoticeContent
from alerts.notice_view import notice_view_of
from alerts.phrases import Phrases, phrases_in
from alerts.view import SIZES, view_of

__all__ = ["chat_of"]

_TITLE = 150
_MOST = 1900  # characters; Discord takes 2,000
_LINES = 20  # changes of a digest


def chat_of(
    content: AlertContent | DigestContent | NoticeContent, envelope: Envelope, options: MailOptions
) -> tuple[str, str]:
    """Return (title, text)."""
    phrases = phrases_in(envelope.language)
    match content:
        case AlertContent():
            title = subject_of(content, phrases)
            lines = [*_alert(content, envelope, options)]
        case DigestContent():
            digest = digest_view_of(content, envelope, options, size=DIGEST_SIZES[-1])
            title = digest.subject
            entries = [entry for _, several in digest.contents for entry in several]
            lines = [
                f"{entry.number}. {entry.service}, {entry.document}: {entry.headline}"
                for entry in entries[:_LINES]
            ]
            if more := len(content.entries) - len(lines):
                lines.append(phrases.say("edit.more", count=more))
            lines += [line for line in (digest.note, digest.coverage) if line]
        case NoticeContent():
            notice = notice_view_of(content, envelope, options)
            title = notice.subject
            links = [_labelled(phrases, label, url) for label, url in notice.links]
            lines = [notice.happened, notice.advice, *notice.commands, *links]
    return one_line(title, _TITLE), _cut("\n".join(line for line in lines if line))


def _alert(content: AlertContent, envelope: Envelope, options: MailOptions) -> Iterable[str]:
    view = view_of(content, envelope, options, size=SIZES[-1])
    yield from (_labelled(view.phrases, label, value) for label, value in view.facts)
    yield from (f"- {reason.about} · {reason.text}" for reason in view.reasons)
    yield from (_labelled(view.phrases, label, value) for label, value in view.links[:2])


def _labelled(phrases: Phrases, label: str, value: str) -> str:
    return f"{phrases.label(label)} {value}"


def _cut(text: str) -> str:
    return text if len(text) <= _MOST else text[: _MOST - 1].rstrip() + "…"
