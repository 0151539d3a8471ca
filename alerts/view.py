"""What both parts of an alert's mail show: its content in words, harmless and cut to a size.

The text and the HTML part are two renderings of this one value, so they say
the same. Foreign text is without acting characters from here on; escaping for
HTML is the template's work.
"""

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from alerts.content import AlertContent, Point, Summary
from alerts.envelope import Envelope, MailOptions
from alerts.folds import Fold, folded
from alerts.foot import Foot, foot_of
from alerts.harmless import ascii_url, one_line, several_lines
from alerts.headline import bare_headline, headline_in, is_retold, upper
from alerts.labels import day, document, effect, instant, topic
from alerts.pages import comparison_page, snapshot_page
from alerts.phrases import Phrases, phrases_in
from alerts.prompt import MOST_KEPT
from alerts.quoting import Pieces, after_side, bare_marks, before_side, cut
from alerts.retelling import reason_retold

__all__ = ["SIZES", "Reason", "Size", "View", "clean_point", "command_of", "side_of", "view_of"]

_HEADING = 100
_NAME = 80
_REASON = 300
_FIRST_SCREEN = 3  # reasons above the passages; a phone shows no more beside headline and dates


@dataclass(frozen=True, slots=True)
class Size:
    """How much of a change a mail shows: characters a quote, passages, asides of a kind."""

    quote: int
    points: int
    asides: int


# From what a person reads down to what always fits; the first that is under the limit is sent.
SIZES = (
    Size(4000, 20, 8),
    Size(1500, 20, 4),
    Size(900, 15, 3),
    Size(600, 10, 2),
    Size(300, 5, 0),
    Size(160, 2, 0),
)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something matters. `about`: the topics it is about, "" where that is said elsewhere."""

    about: str
    text: str


@dataclass(frozen=True, slots=True)
class View:
    """A mail in words. `count` counts all passages, `points` are those shown.

    `links` are (label, address or words); what begins with http is an address to
    follow. `original` is the analysis' own headline where another language could
    only say less. `summary` are a language model's words, "" where there are none;
    `written_by` says so, and is shown wherever they are.
    """

    phrases: Phrases
    service: str
    document: str
    headline: str
    original: str
    severity: str
    direction: str
    lang: str
    facts: tuple[tuple[str, str], ...]
    reasons: tuple[Reason, ...]
    points: tuple[Point, ...]
    count: int
    asides: tuple[Fold, ...]
    shortened: str
    url: str
    comparison: str
    command: str
    links: tuple[tuple[str, str], ...]
    foot: Foot
    quote: int
    written_by: str
    summary: str

    @property
    def counted(self) -> str:
        """Say how many passages changed."""
        shown = len(self.points)
        if self.count in (1, shown):
            return self.phrases.say("alert.counted", count=self.count)
        return self.phrases.say("alert.counted_some", count=self.count, shown=shown)

    @property
    def cards(self) -> tuple[tuple[str, tuple[Point, ...]], ...]:
        """The passages shown, those that follow each other under one heading together."""
        together = groupby(self.points, key=self.title)
        return tuple((title, tuple(points)) for title, points in together)

    def about(self, point: Point) -> str:
        """Say what a passage is about; "" where `title` says it already."""
        about = _topics(point, self.phrases)
        return "" if about.casefold() == self.title(point).casefold() else about

    def title(self, point: Point) -> str:
        """Return the heading a passage stands under, or what it is about where it has none."""
        return point.heading or _topics(point, self.phrases)

    def effect(self, severity: str, direction: str) -> str:
        """Say what it means to the reader."""
        return effect(severity, direction, self.phrases)

    def side(self, point: Point, before: bool) -> Pieces:
        """Return one side of a passage, its changed words marked, cut to this mail's size."""
        return side_of(point, before=before, limit=self.quote)


def view_of(
    content: AlertContent,
    envelope: Envelope,
    options: MailOptions,
    *,
    size: Size = SIZES[0],
    summary: Summary | None = None,
) -> View:
    """Put an alert's content into words for one recipient."""
    phrases = phrases_in(envelope.language)
    points = tuple(clean_point(point, phrases) for point in content.points[: size.points])
    command = command_of(content)
    ends = (content.policy, content.from_snapshot, content.to_snapshot)
    comparison = ascii_url(comparison_page(options.public_url, *ends))
    original = "" if is_retold(content, phrases) else upper(bare_headline(content))
    return View(
        phrases=phrases,
        service=one_line(content.service, _NAME),
        document=document(one_line(content.document, _NAME), phrases),
        headline=upper(headline_in(content, phrases)),
        original=phrases.say("alert.original", headline=original) if original else "",
        severity=content.severity,
        direction=content.direction,
        lang=content.lang if re.fullmatch(r"[a-z]{2}", content.lang) else "",
        facts=_facts(content, phrases),
        reasons=_reasons(points, phrases),
        points=points,
        count=content.all_points,
        asides=folded(content.asides, content.all_asides, size.asides, phrases),
        shortened=_shortened(content, size, len(points), comparison or command, phrases),
        url=ascii_url(content.url),
        comparison=comparison,
        command=command,
        links=_links(content, options, comparison, command, phrases),
        foot=foot_of(envelope, options, phrases, "reader"),
        quote=size.quote,
        written_by=_written_by(summary, phrases),
        summary=one_line(summary.text, MOST_KEPT) if summary else "",
    )


def command_of(content: AlertContent) -> str:
    """Return what to type to see every changed word."""
    name = shlex.quote(one_line(content.policy, _NAME))
    return f"clausewatch diff {name} {content.from_snapshot} {content.to_snapshot}"


def clean_point(point: Point, phrases: Phrases) -> Point:
    """Return a passage made harmless, its reasons in the reader's language where it has words."""
    return replace(
        point,
        heading=one_line(point.heading, _HEADING),
        before=several_lines(point.before),
        after=several_lines(point.after),
        reasons=tuple(_reason(reason, phrases) for reason in point.reasons),
        pieces=tuple((op, several_lines(text)) for op, text in point.pieces),
    )


def side_of(point: Point, *, before: bool, limit: int) -> Pieces:
    """Return one side of a passage with its changed words marked, cut to about `limit` characters."""
    pieces = before_side(point.pieces) if before else after_side(point.pieces)
    if not any(op == "same" for op, _ in point.pieces):  # all changed: marks say nothing
        pieces = (("same", point.before if before else point.after),)
    return cut(bare_marks(pieces), limit)


def _topics(point: Point, phrases: Phrases) -> str:
    return ", ".join(topic(one_line(name, _NAME), phrases) for name in point.topics)


def _reason(reason: str, phrases: Phrases) -> str:
    said = one_line(reason, _REASON)
    return upper(reason_retold(said, phrases) or said)


def _written_by(summary: Summary | None, phrases: Phrases) -> str:
    if summary is None:
        return ""
    return phrases.say("alert.written_by", model=one_line(summary.model, _NAME))


def _facts(content: AlertContent, phrases: Phrases) -> tuple[tuple[str, str], ...]:
    """Say for whom it is how grave, and since when. What the policy claims is said to be its claim."""
    last_seen = instant(content.before_last_seen, phrases)
    rows = [
        ("effect", effect(content.severity, content.direction, phrases)),
        ("first_seen", instant(content.first_seen, phrases)),
        ("unconfirmed", phrases.say("alert.unconfirmed_value") if content.unconfirmed else ""),
        ("unverified", one_line(content.unverified, _NAME)),
        ("earlier", phrases.say("alert.earlier_value", when=last_seen)),
        *(
            (key, phrases.say("alert.claimed", day=day(claim, phrases)))
            for key, claim in (("effective", content.effective), ("dated", content.updated))
            if claim
        ),
    ]
    return tuple((phrases.say(f"alert.{key}"), value) for key, value in rows if value)


def _reasons(points: Sequence[Point], phrases: Phrases) -> tuple[Reason, ...]:
    """The first reason of each of the gravest passages: the first screen says why it matters."""
    firsts: dict[str, Reason] = {}
    for point in points:
        if point.reasons:
            reason = Reason(_topics(point, phrases), point.reasons[0])
            firsts.setdefault(reason.text.casefold(), reason)
    return tuple(firsts.values())[:_FIRST_SCREEN]


def _links(
    content: AlertContent, options: MailOptions, comparison: str, command: str, phrases: Phrases
) -> tuple[tuple[str, str], ...]:
    """Where to read on: pages where there are any, else the command and the numbers."""
    source = ascii_url(content.url) or phrases.say("more.no_source")
    before, now = content.from_snapshot, content.to_snapshot
    rows = [("source", source)]
    if comparison:
        stored = (("stored_before", before), ("stored_now", now))
        rows.append(("comparison", comparison))
        rows += [
            (key, ascii_url(snapshot_page(options.public_url, content.policy, number)))
            for key, number in stored
        ]
    else:
        rows.append(("command", command))
        rows.append(("snapshots", phrases.say("more.snapshots_value", before=before, now=now)))
    return tuple((phrases.say(f"more.{key}"), value) for key, value in rows)


def _shortened(content: AlertContent, size: Size, shown: int, where: str, phrases: Phrases) -> str:
    fewer, cuts = shown < content.all_points, size is not SIZES[0]
    if not (fewer or cuts):
        return ""
    key = "cut_both" if fewer and cuts else "cut_passages" if fewer else "cut_quotes"
    return phrases.say(f"alert.{key}", shown=shown, count=content.all_points, where=where)
