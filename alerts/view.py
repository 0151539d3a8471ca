"""What both parts of a mail show: an alert's content in words, harmless and cut to a size.

The text and the HTML part are two renderings of this one value, so they say
the same. Foreign text is without acting characters from here on; escaping for
HTML is the template's work.
"""

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace

from alerts.content import AlertContent, Aside, Point
from alerts.harmless import ascii_url, one_line, several_lines
from alerts.labels import DIRECTIONS, EDITS, KINDS, SEVERITIES, day, document, instant, topic
from alerts.quoting import Pieces, after_side, before_side, cut

__all__ = ["SIZES", "Size", "View", "subject_of", "view_of"]

_SUBJECT = 150  # code points; mail programs show 40 to 90
_HEADLINE = 200
_HEADING = 160
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


# From all there is down to what always fits; the first that is under the limit is sent.
SIZES = (
    Size(4000, 60, 8),
    Size(1500, 40, 4),
    Size(900, 20, 3),
    Size(600, 10, 2),
    Size(300, 5, 0),
    Size(160, 2, 0),
)


@dataclass(frozen=True, slots=True)
class View:
    """A mail in words. `asides` are (label, how many, those shown, how many are not)."""

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
    asides: tuple[tuple[str, int, tuple[Aside, ...], int], ...]
    shortened: str
    url: str
    command: str
    from_snapshot: int
    to_snapshot: int
    footer: str
    quote: int

    def tags_of(self, point: Point) -> tuple[str, ...]:
        """Say what a passage is about, what happened, for whom, how grave."""
        return (
            *(topic(name) for name in point.topics),
            KINDS.get(point.kind, point.kind),
            DIRECTIONS.get(point.direction, point.direction),
            SEVERITIES.get(point.severity, point.severity),
        )

    def side(self, point: Point, before: bool) -> Pieces:
        """Return one side of a passage, its changed words marked, cut to this mail's size."""
        op, whole = ("gone", point.before) if before else ("new", point.after)
        pieces = before_side(point.pieces) if before else after_side(point.pieces)
        if not any(kind == "same" for kind, _ in point.pieces):
            pieces = (("same", whole),)  # all of it changed: marks would say nothing
        assert all(kind in ("same", op) for kind, _ in pieces)
        return cut(pieces, self.quote)


def subject_of(content: AlertContent) -> str:
    """Return the subject line: who, which document, what, and how much more."""
    more = f" ({content.all_points - 1} more)" if content.all_points > 1 else ""
    who = one_line(content.service, _NAME)
    lead = f"{who}: {document(one_line(content.document, _NAME))} "
    return lead + one_line(_bare(content.headline), _SUBJECT - len(lead) - len(more)) + more


def view_of(content: AlertContent, *, recipient: str, sender: str, size: Size = SIZES[0]) -> View:
    """Put an alert's content into words for one recipient. `sender` is a bare address."""
    points = tuple(_clean_point(point) for point in content.points[: size.points])
    name = one_line(content.policy, _NAME)
    headline = one_line(_bare(content.headline), _HEADLINE)
    command = f"clausewatch diff {shlex.quote(name)} {content.from_snapshot} {content.to_snapshot}"
    return View(
        service=one_line(content.service, _NAME),
        document=document(one_line(content.document, _NAME)),
        headline=headline[:1].upper() + headline[1:],
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
    )


def _bare(headline: str) -> str:
    return _COUNTED.sub("", headline[: 4 * _HEADLINE])


def _facts(content: AlertContent) -> tuple[tuple[str, str], ...]:
    """Say how grave, about what, since when. The effective date is the policy's own claim."""
    weight = " · ".join(
        words
        for words in (SEVERITIES.get(content.severity), DIRECTIONS.get(content.direction))
        if words
    )
    rows = [
        ("Weight", weight),
        ("About", ", ".join(topic(name) for name in content.topics)),
        ("First seen", instant(content.first_seen)),
        ("Until then", f"the earlier text was last seen {instant(content.before_last_seen)}"),
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
        reasons=tuple(one_line(reason, _REASON) for reason in point.reasons),
        pieces=tuple((op, several_lines(text)) for op, text in point.pieces),
    )


def _asides(
    content: AlertContent, most: int
) -> tuple[tuple[str, int, tuple[Aside, ...], int], ...]:
    """Fold what does not count by kind. Past the frozen ones, only the last group knows of more."""
    groups: dict[str, list[Aside]] = {}
    for aside in content.asides:
        groups.setdefault(aside.kind, []).append(aside)
    unseen = content.all_asides - len(content.asides)
    out: list[tuple[str, int, tuple[Aside, ...], int]] = []
    for kind, group in groups.items():
        shown = tuple(_clean_aside(aside) for aside in group[:most])
        out.append((EDITS.get(kind, kind), len(group), shown, len(group) - len(shown)))
    if unseen > 0:
        out.append(("Further changes", unseen, (), 0))
    return tuple(out)


def _clean_aside(aside: Aside) -> Aside:
    return Aside(
        aside.kind,
        one_line(aside.heading, _HEADING),
        one_line(aside.before, _ASIDE),
        one_line(aside.after, _ASIDE),
    )


def _shortened(content: AlertContent, size: Size, shown: int, command: str) -> str:
    if size is SIZES[0] and shown == content.all_points:
        return ""
    parts = "long quotes are cut"
    if shown < content.all_points:
        parts = f"{shown} of {content.all_points} changed passages are shown and {parts}"
    return f"This mail was shortened to stay small: {parts}. All of it: {command}"
