"""What both parts of a mail show: an alert's content in words, harmless and cut to a size.

The text and the HTML part are two renderings of this one value, so they say
the same. Foreign text is without acting characters from here on; escaping for
HTML is the template's work.
"""

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace

from alerts.content import AlertContent, Aside, Point, Summary
from alerts.harmless import ascii_url, one_line, several_lines
from alerts.labels import EDITS, day, document, effect, instant, topic
from alerts.prompt import MOST_KEPT
from alerts.quoting import Pieces, after_side, bare_marks, before_side, cut

__all__ = ["SIZES", "Fold", "Size", "View", "subject_of", "view_of"]

_UNCONFIRMED = "told at first sight; the history says whether a second look agreed"
_SUBJECT = 150  # code points; mail programs show 40 to 90
_HEADLINE = 200
_HEADING = 100
_NAME = 80
_REASON = 300
_ASIDE = 120
_COUNTED = re.compile(r"\s{0,3}\(\d{1,6} more\)\s{0,3}$")  # the mail counts passages itself


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
class Fold:
    """Asides of one kind: how many, and (where, what) of those shown; `more` are not."""

    label: str
    count: int
    lines: tuple[tuple[str, str], ...]
    more: int


@dataclass(frozen=True, slots=True)
class View:
    """A mail in words. `count` counts all passages, `points` are those shown.

    `summary` are a language model's words, "" where there are none; `written_by`
    says so, and is shown wherever they are.
    """

    service: str
    document: str
    headline: str
    severity: str
    direction: str
    lang: str
    facts: tuple[tuple[str, str], ...]
    reasons: tuple[str, ...]
    points: tuple[Point, ...]
    count: int
    asides: tuple[Fold, ...]
    shortened: str
    url: str
    command: str
    from_snapshot: int
    to_snapshot: int
    footer: str
    quote: int
    written_by: str
    summary: str

    @property
    def counted(self) -> str:
        """Say how many passages changed."""
        if self.count == 1:
            return "The passage that changed"
        shown = len(self.points)
        some = "" if shown == self.count else f"; here are {shown}, the gravest first"
        return f"{self.count} passages changed{some}"

    def about(self, point: Point) -> str:
        """Say what a passage is about; "" where `title` says it already."""
        about = _topics(point)
        return "" if about.casefold() == self.title(point).casefold() else about

    def title(self, point: Point) -> str:
        """Return the heading a passage stands under, or what it is about where it has none."""
        return point.heading or _topics(point)

    def side(self, point: Point, before: bool) -> Pieces:
        """Return one side of a passage, its changed words marked, cut to this mail's size."""
        pieces = before_side(point.pieces) if before else after_side(point.pieces)
        if not any(op == "same" for op, _ in point.pieces):  # all changed: marks say nothing
            pieces = (("same", point.before if before else point.after),)
        return cut(bare_marks(pieces), self.quote)


def subject_of(content: AlertContent) -> str:
    """Return the subject line: who, which document, what, and how much more."""
    more = f" ({content.all_points - 1} more)" if content.all_points > 1 else ""
    who, what = one_line(content.service, 60), document(one_line(content.document, 40))
    lead = f"{who}: {what} "  # leaves a third of the line for what happened
    return lead + one_line(_bare(content.headline), _SUBJECT - len(lead) - len(more)) + more


def view_of(
    content: AlertContent,
    *,
    recipient: str,
    sender: str,
    size: Size = SIZES[0],
    summary: Summary | None = None,
) -> View:
    """Put an alert's content into words for one recipient. `sender` is a bare address."""
    points = tuple(_clean_point(point) for point in content.points[: size.points])
    name = one_line(content.policy, _NAME)
    headline = one_line(_bare(content.headline), _HEADLINE)
    command = f"clausewatch diff {shlex.quote(name)} {content.from_snapshot} {content.to_snapshot}"
    return View(
        service=one_line(content.service, _NAME),
        document=document(one_line(content.document, _NAME)),
        headline=_upper(headline),
        severity=content.severity,
        direction=content.direction,
        lang=content.lang if re.fullmatch(r"[a-z]{2}", content.lang) else "",
        facts=_facts(content),
        reasons=_reasons(points),
        points=points,
        count=content.all_points,
        asides=_asides(content, size.asides),
        shortened=_shortened(content, size, len(points), command),
        url=ascii_url(content.url),
        command=command,
        from_snapshot=content.from_snapshot,
        to_snapshot=content.to_snapshot,
        footer=(
            f"You get this because {recipient} is subscribed to changes of policies that "
            f"Clausewatch watches. To stop, write to {sender} with the subject “unsubscribe”, "
            f"or run: clausewatch unsubscribe {recipient}"
        ),
        quote=size.quote,
        written_by=_written_by(summary),
        summary=one_line(summary.text, MOST_KEPT) if summary else "",
    )


def _written_by(summary: Summary | None) -> str:
    model = one_line(summary.model, _NAME) if summary else ""
    return f"Written by a language model ({model}), not checked" if summary else ""


def _topics(point: Point) -> str:
    return ", ".join(topic(one_line(name, _NAME)) for name in point.topics)


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _bare(headline: str) -> str:
    """The clause that follows "the policy", without the number of others: the mail counts itself."""
    return _COUNTED.sub("", headline[: 4 * _HEADLINE])


def _facts(content: AlertContent) -> tuple[tuple[str, str], ...]:
    """Say for whom it is how grave, and since when. What the policy claims is said to be its claim."""
    rows = [
        ("Effect", effect(content.severity, content.direction)),
        ("First seen", instant(content.first_seen)),
        ("Unconfirmed", _UNCONFIRMED if content.unconfirmed else ""),
        ("Earlier text", f"last seen {instant(content.before_last_seen)}"),
        ("Takes effect", f"{day(content.effective)}, says the policy" if content.effective else ""),
        ("Dated", f"{day(content.updated)}, says the policy" if content.updated else ""),
    ]
    return tuple((label, value) for label, value in rows if value)


def _reasons(points: Sequence[Point]) -> tuple[str, ...]:
    """The first reason of each of the gravest passages: the first screen says why it matters."""
    firsts = dict.fromkeys(point.reasons[0] for point in points if point.reasons)
    return tuple(firsts)[:3]


def _clean_point(point: Point) -> Point:
    return replace(
        point,
        heading=one_line(point.heading, _HEADING),
        before=several_lines(point.before),
        after=several_lines(point.after),
        reasons=tuple(_upper(one_line(reason, _REASON)) for reason in point.reasons),
        pieces=tuple((op, several_lines(text)) for op, text in point.pieces),
    )


def _asides(content: AlertContent, most: int) -> tuple[Fold, ...]:
    """Fold what does not count by kind. Of those that were not frozen only the number is known."""
    groups: dict[str, list[Aside]] = {}
    for aside in content.asides:
        groups.setdefault(aside.kind, []).append(aside)
    folds = []
    for kind in (
        *(kind for kind in EDITS if kind in groups),
        *sorted(groups.keys() - EDITS.keys()),
    ):
        lines = tuple(dict.fromkeys(_line(aside) for aside in groups[kind]))
        shown = lines[:most]
        folds.append(
            Fold(
                EDITS.get(kind) or one_line(kind, _NAME),
                len(groups[kind]),
                shown,
                len(lines) - len(shown),
            )
        )
    unseen = content.all_asides - len(content.asides)
    return (*folds, *([Fold("Further changes", unseen, (), 0)] if unseen > 0 else []))


def _line(aside: Aside) -> tuple[str, str]:
    """Where and what. Of moved text only where: it says what it always said."""
    where = one_line(aside.heading, 80).rstrip(" .:;,")
    before, after = one_line(aside.before, _ASIDE), one_line(aside.after, _ASIDE)
    if aside.kind == "moved" and where:
        return where, ""
    if aside.kind == "reworded" and not before:
        return where, f"put in “{after}”"
    if aside.kind == "reworded" and not after:
        return where, f"took out “{before}”"
    if before and after:
        return where, f"“{before}” became “{after}”"
    return where, f"“{before or after}”"


def _shortened(content: AlertContent, size: Size, shown: int, command: str) -> str:
    if size is SIZES[0] and shown == content.all_points:
        return ""
    parts = "long quotes are cut" if size is not SIZES[0] else ""
    if shown < content.all_points:
        few = f"{shown} of {content.all_points} changed passages are shown"
        parts = f"{few}, {parts}" if parts else few
    return f"This mail was shortened: {parts}. All of it: {command}"
