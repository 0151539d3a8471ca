"""What both parts of a notice's mail show: what happened, since when, what to do. Harmless words.

Notices are written in English when they are raised. In another language they
are worded anew, from the same values, where all their texts are known.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from alerts.envelope import Envelope, MailOptions
from alerts.foot import Foot, foot_of
from alerts.harmless import ascii_url, one_line, several_lines
from alerts.labels import instant
from alerts.notice_content import NoticeContent
from alerts.phrases import Phrases, phrases_in

__all__ = ["NoticeView", "notice_view_of"]

_PARTS = ("title", "happened", "advice")
_TITLE = 150
_SENTENCES = 1200
_LINE = 300
_MOST_LINES = 20
_COMMAND = 300


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A notice in words. `tone` is the colour beside `state`; `links` can be followed."""

    phrases: Phrases
    brand: str
    state: str
    tone: str
    subject: str
    title: str
    happened: str
    facts: tuple[tuple[str, str], ...]
    advice: str
    commands: tuple[str, ...]
    evidence: tuple[str, ...]
    links: tuple[tuple[str, str], ...]
    foot: Foot


def notice_view_of(content: NoticeContent, envelope: Envelope, options: MailOptions) -> NoticeView:
    """Put a notice into words for one recipient."""
    phrases = phrases_in(envelope.language)
    asked = content.kind == "confirm"
    recovered = content.event == "recovered"
    words = _worded(content, phrases)
    title = one_line(words["title"], _TITLE)
    state = "" if asked else phrases.say(f"notice.{'recovered' if recovered else 'attention'}")
    return NoticeView(
        phrases=phrases,
        brand="" if asked else phrases.say("notice.brand"),
        state=state,
        tone="good" if recovered else "calm" if asked else "warn",
        subject=phrases.say("notice.subject", title=title),
        title=title,
        happened=several_lines(words["happened"])[:_SENTENCES],
        facts=() if asked else _facts(content, phrases, recovered=recovered),
        advice=several_lines(words["advice"])[:_SENTENCES],
        commands=tuple(one_line(command, _COMMAND) for command in content.commands),
        evidence=tuple(one_line(line, _LINE) for line in content.evidence[:_MOST_LINES]),
        links=tuple(
            (_labelled(content, one_line(label, _TITLE), phrases), url)
            for label, raw in content.links
            if (url := ascii_url(raw))
        ),
        foot=foot_of(envelope, options, phrases, "asked" if asked else "operator"),
    )


def _worded(content: NoticeContent, phrases: Phrases) -> Mapping[str, str]:
    """Return title, happened and advice in the reader's language; all as written where one fails."""
    written = {part: str(getattr(content, part)) for part in _PARTS}
    keys = {part: f"{content.kind}.{content.event}_{part}" for part in _PARTS}
    if phrases.language == "en" or not all(phrases.has(key) for key in keys.values()):
        return written
    values: Mapping[str, object] = {
        "policy": content.policy, "service": content.service, "url": content.url,
        "cause": content.cause, "since": instant(content.since, phrases), **content.values,
    }  # fmt: skip
    try:
        return {part: phrases.say(key, **values) for part, key in keys.items()}
    except KeyError:  # an older row lacks a value that a text names
        return written


def _labelled(content: NoticeContent, label: str, phrases: Phrases) -> str:
    key = f"{content.kind}.link"
    return phrases.say(key) if phrases.has(key) else label


def _facts(
    content: NoticeContent, phrases: Phrases, *, recovered: bool
) -> tuple[tuple[str, str], ...]:
    rows = [
        ("policy", one_line(content.policy, _LINE)),
        ("source", ascii_url(content.url)),
        ("cause", one_line(content.cause, _LINE)),
        ("since", instant(content.since, phrases)),
        ("ended", instant(content.at, phrases) if recovered else ""),
    ]
    return tuple((phrases.say(f"notice.{key}"), value) for key, value in rows if value)
