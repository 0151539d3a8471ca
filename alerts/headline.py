"""An alert in one line, in its reader's language: the subject of a mail, the title of a card. Pure.

The analysis speaks English. In another language its phrase is said anew where
`alerts.retelling` knows it, else the topic and the effect stand for it.
"""

import re

from alerts.content import AlertContent
from alerts.harmless import one_line
from alerts.labels import document, is_plural, topic
from alerts.phrases import Phrases
from alerts.retelling import headline_retold

__all__ = ["bare_headline", "headline_in", "is_retold", "subject_of", "upper"]

_SUBJECT = 150  # code points; mail programs show 40 to 90
_HEADLINE = 200
_COUNTED = re.compile(r"\s{0,3}\(\d{1,6} more\)\s{0,3}$")  # the mail counts passages itself
_REWRITTEN = "largely rewritten"
# What a policy goes on doing: "now shares". Of the rest "now" says nothing: "drops a promise".
_STANDING = frozenset("collects keeps relies sells sends shares trains uses".split())


def subject_of(content: AlertContent, phrases: Phrases) -> str:
    """Return the subject line: who, which document, what, and how much more."""
    more = _more(content, phrases)
    frame = {
        "service": one_line(content.service, 60),
        "document": document(one_line(content.document, 40), phrases),
    }
    joins = phrases.language == "en" and not is_plural(content.document)
    key = "alert.subject" if joins else "alert.subject_apart"
    # The frame leaves a third of the line for what happened.
    room = _SUBJECT - len(phrases.say(key, **frame, headline="")) - len(more)
    headline = one_line(headline_in(content, phrases), room)
    return one_line(phrases.say(key, **frame, headline=headline) + more, _SUBJECT)


def headline_in(content: AlertContent, phrases: Phrases) -> str:
    """Return what happened as a phrase, to follow the name of the document."""
    bare = bare_headline(content)
    if phrases.language == "en":
        return f"now {bare}" if bare.split(" ", 1)[0] in _STANDING else bare
    if retold := headline_retold(bare, phrases):
        return retold
    name = one_line(content.topics[0], 80) if content.topics else "other"
    said = phrases.say(
        f"direction.{content.direction}"
        if phrases.has(f"direction.{content.direction}")
        else "direction.neutral"
    )
    return phrases.say(
        "alert.headline_apart", topic=topic(name, phrases), effect=said[:1].lower() + said[1:]
    )


def bare_headline(content: AlertContent) -> str:
    """The analysis' own phrase, without the number of others: the mail counts itself."""
    return one_line(_COUNTED.sub("", content.headline[: 4 * _HEADLINE]), _HEADLINE)


def is_retold(content: AlertContent, phrases: Phrases) -> bool:
    """Whether `headline_in` says all that the analysis' phrase says."""
    return phrases.language == "en" or bool(headline_retold(bare_headline(content), phrases))


def upper(text: str) -> str:
    """Return `text` with a capital at its beginning."""
    return text[:1].upper() + text[1:]


def _more(content: AlertContent, phrases: Phrases) -> str:
    if content.all_points < 2:
        return ""
    if content.headline.startswith(_REWRITTEN):
        return phrases.say("alert.passages", count=content.all_points)
    return phrases.say("alert.more", count=content.all_points - 1)
