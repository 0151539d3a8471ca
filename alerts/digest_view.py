"""What both parts of a digest's mail show: several alerts in words, harmless and cut to a size.

Of each change the contents name it in a line, and a card shows the gravest
passages; the rest is where the card points. A change that there is no room for
stays in the contents.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from alerts.content import AlertContent, Point
from alerts.digest_content import Coverage, DigestContent, DigestEntry
from alerts.envelope import Envelope, MailOptions
from alerts.foot import Foot, foot_of
from alerts.harmless import ascii_url, one_line
from alerts.headline import headline_in, upper
from alerts.labels import clock, day, document, effect, instant, tone
from alerts.pages import comparison_page
from alerts.phrases import Phrases, phrases_in
from alerts.quoting import Pieces
from alerts.view import clean_point, command_of, side_of

__all__ = ["DIGEST_SIZES", "DigestSize", "DigestView", "Entry", "digest_view_of"]

_NAME = 80
_SERVICES = 3  # named in a subject
_CADENCES = ("hourly", "daily", "weekly", "at_once", "history")


@dataclass(frozen=True, slots=True)
class DigestSize:
    """How much a digest shows: cards, passages of each, characters of a quote, lines of contents."""

    cards: int
    points: int
    quote: int
    contents: int = 150


DIGEST_SIZES = (
    DigestSize(60, 3, 900),
    DigestSize(60, 2, 500),
    DigestSize(60, 1, 300),
    DigestSize(25, 1, 300),
    DigestSize(10, 1, 200),
    DigestSize(0, 0, 0),
    DigestSize(0, 0, 0, contents=50),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One change of a digest. `when` is since when, and from when on; `more` counts what is not shown."""

    number: int
    service: str
    document: str
    headline: str
    effect: str
    tone: str
    when: str
    lang: str
    points: tuple[Point, ...]
    more: str
    links: tuple[tuple[str, str], ...]
    quote: int

    def is_new_heading(self, place: int) -> bool:
        """Whether the passage at `place` stands under a heading that was not just shown."""
        heading = self.points[place].heading
        return bool(heading) and (place == 0 or heading != self.points[place - 1].heading)

    def side(self, point: Point, before: bool) -> Pieces:
        """Return one side of a passage, its changed words marked, cut to this mail's size."""
        return side_of(point, before=before, limit=self.quote)


@dataclass(frozen=True, slots=True)
class DigestView:
    """A digest in words. `contents` are all changes by service, `cards` those shown in full."""

    phrases: Phrases
    kicker: str
    subject: str
    headline: str
    note: str
    coverage: str
    needs: tuple[tuple[str, str], ...]
    needs_more: str
    contents: tuple[tuple[str, tuple[Entry, ...]], ...]
    contents_more: str
    cards: tuple[Entry, ...]
    shortened: str
    foot: Foot


def digest_view_of(
    content: DigestContent,
    envelope: Envelope,
    options: MailOptions,
    *,
    size: DigestSize = DIGEST_SIZES[0],
) -> DigestView:
    """Put a digest into words for one recipient."""
    phrases = phrases_in(envelope.language)
    period = _period(content, phrases)
    grouped = _grouped(content, options, size, phrases)
    entries = tuple(entry for _, several in grouped for entry in several)
    coverage = content.coverage
    hidden = len(entries) - min(size.cards, len(entries))
    unnamed = len(content.entries) - len(entries)
    return DigestView(
        phrases=phrases,
        kicker=phrases.say(f"digest.{_cadence(content)}"),
        subject=_subject(content, [name for name, _ in grouped], period, phrases),
        headline=_headline(content, period, phrases),
        note=_note(content, phrases),
        coverage=_coverage(coverage, phrases) if coverage else "",
        needs=_needs(coverage, phrases) if coverage else (),
        needs_more=_needs_more(coverage, phrases) if coverage else "",
        contents=grouped,
        contents_more=phrases.say("digest.contents_more", count=unnamed) if unnamed else "",
        cards=entries[: size.cards],
        shortened=phrases.say("digest.shortened", count=hidden) if hidden else "",
        foot=foot_of(envelope, options, phrases, "reader"),
    )


def _cadence(content: DigestContent) -> str:
    return content.cadence if content.cadence in _CADENCES else "at_once"


def _note(content: DigestContent, phrases: Phrases) -> str:
    if not content.entries:
        return phrases.say("digest.nothing_note")
    return phrases.say("digest.history_note") if content.cadence == "history" else ""


def _headline(content: DigestContent, period: str, phrases: Phrases) -> str:
    if not content.entries:
        return phrases.say("digest.nothing", period=period)
    return phrases.say("digest.changes_period", count=len(content.entries), period=period)


def _subject(content: DigestContent, services: Sequence[str], period: str, phrases: Phrases) -> str:
    """How many changes and whose, which is what decides whether it is opened."""
    if not services:
        return phrases.say(
            "form.named", name=phrases.say(f"digest.{_cadence(content)}"),
            text=_headline(content, period, phrases),
        )  # fmt: skip
    changes = phrases.say("digest.changes", count=len(content.entries))
    named = phrases.say("digest.subject", changes=changes, services=_names(services, phrases))
    if content.cadence == "at_once":
        return named
    label = phrases.say(f"digest.{_cadence(content)}")
    return phrases.say("form.named", name=label, text=named)


def _names(services: Sequence[str], phrases: Phrases) -> str:
    """Return "Tern", "Tern and Gull", or "Tern, Gull, Auk and 4 more"."""
    short = [one_line(name, 40) for name in services]
    if len(short) == 1:
        return short[0]
    if len(short) <= _SERVICES:
        return phrases.say("form.list_and", first=", ".join(short[:-1]), last=short[-1])
    first = ", ".join(short[:_SERVICES])
    return phrases.say("form.list_more", first=first, count=len(short) - _SERVICES)


def _period(content: DigestContent, phrases: Phrases) -> str:
    """Say which time a digest covers, by the calendar and the clock of its reader."""
    begins, ends = (_local(at, content.timezone) for at in (content.begins, content.ends))
    first, last = day(begins.date(), phrases), day(ends.date(), phrases)
    if first == last or content.cadence in ("hourly", "at_once"):
        hours = clock(begins, phrases), clock(ends, phrases)
        return phrases.say("digest.period_within", day=last, first=hours[0], last=hours[1])
    return phrases.say("digest.period", first=first, last=last)


def _local(at: datetime, timezone: str) -> datetime:
    try:
        return at.astimezone(ZoneInfo(timezone))
    except (
        ZoneInfoNotFoundError,
        ValueError,
        OSError,
    ):  # checked when it was set; zones come and go
        return at


def _grouped(
    content: DigestContent, options: MailOptions, size: DigestSize, phrases: Phrases
) -> tuple[tuple[str, tuple[Entry, ...]], ...]:
    grouped, number = [], 0
    for service, entries in content.by_service:
        shown = []
        for entry in entries[: max(0, size.contents - number)]:
            number += 1
            one = _entry(number, entry, options, size, phrases)
            shown.append(_as_past(one, entry, phrases) if content.cadence == "history" else one)
        if shown:
            grouped.append((one_line(service, _NAME), tuple(shown)))
    return tuple(grouped)


def _entry(
    number: int, entry: DigestEntry, options: MailOptions, size: DigestSize, phrases: Phrases
) -> Entry:
    content = entry.content
    points = tuple(clean_point(point, phrases) for point in content.points[: size.points])
    more = content.all_points - len(points)
    return Entry(
        number=number,
        service=one_line(content.service, _NAME),
        document=document(one_line(content.document, _NAME), phrases),
        headline=upper(headline_in(content, phrases)),
        effect=effect(content.severity, content.direction, phrases),
        tone=tone(content.severity, content.direction),
        when=_when(content, phrases),
        lang=content.lang if len(content.lang) == 2 and content.lang.isalpha() else "",
        points=points,
        more=phrases.say("digest.passages_more", count=more) if more > 0 and points else "",
        links=_links(content, options, phrases),
        quote=size.quote,
    )


def _as_past(entry: Entry, told: DigestEntry, phrases: Phrases) -> Entry:
    """Say of a change of the past when it came, as far as that is known, and who saw it."""
    content = told.content
    by = day(content.first_seen.date(), phrases)
    live = told.source in ("", "live")
    effective = _effective(content, phrases)
    when = phrases.say(
        "digest.between",
        before=instant(content.before_last_seen, phrases),
        after=instant(content.first_seen, phrases),
        source=phrases.say("digest.live") if live else one_line(told.source, _NAME),
    )
    return replace(
        entry,
        document=phrases.say("digest.dated", document=entry.document, day=by),
        when=phrases.say("form.both", first=when, second=effective) if effective else when,
    )


def _when(content: AlertContent, phrases: Phrases) -> str:
    said = phrases.say("digest.since", when=instant(content.first_seen, phrases))
    effective = _effective(content, phrases)
    return phrases.say("form.both", first=said, second=effective) if effective else said


def _effective(content: AlertContent, phrases: Phrases) -> str:
    if content.effective is None:
        return ""
    return phrases.say("digest.effective", day=day(content.effective, phrases))


def _links(
    content: AlertContent, options: MailOptions, phrases: Phrases
) -> tuple[tuple[str, str], ...]:
    ends = (content.policy, content.from_snapshot, content.to_snapshot)
    compare = ascii_url(comparison_page(options.public_url, *ends))
    rest = ("compare", compare) if compare else ("command", command_of(content))
    rows = (("read", ascii_url(content.url)), rest)
    return tuple((phrases.say(f"digest.{key}"), value) for key, value in rows if value)


def _coverage(coverage: Coverage, phrases: Phrases) -> str:
    checked = phrases.say("digest.coverage_day", checked=coverage.checked, count=coverage.watched)
    if coverage.needing:
        needing = phrases.say("digest.needing", count=coverage.needing)
    else:
        needing = phrases.say("digest.all_well")
    return upper(phrases.say("digest.coverage", checked=checked, needing=needing))


def _needs(coverage: Coverage, phrases: Phrases) -> tuple[tuple[str, str], ...]:
    rows = []
    for need in coverage.needs:
        known = phrases.has(f"digest.{need.outcome}")
        said = phrases.say(f"digest.{need.outcome}") if known else one_line(need.outcome, _NAME)
        cause = f" ({one_line(need.cause, _NAME)})" if need.cause else ""
        rows.append((one_line(need.policy, _NAME), said + cause))
    return tuple(rows)


def _needs_more(coverage: Coverage, phrases: Phrases) -> str:
    more = coverage.needing - len(coverage.needs)
    return phrases.say("digest.needs_more", count=more) if more > 0 and coverage.needs else ""
