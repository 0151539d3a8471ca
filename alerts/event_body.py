"""What is told as a webhook's body: JSON, harmless, cut to a size. Pure.

The same content gives the same bytes, so that a receiver may compare what came
twice.
"""

from collections.abc import Iterator
from functools import cache

from pydantic import TypeAdapter

from alerts.content import AlertContent, Aside, Point, Summary
from alerts.digest_content import Coverage, DigestContent
from alerts.envelope import Envelope, MailOptions
from alerts.events import (
    AlertData,
    AlertEvent,
    CoverageData,
    DigestData,
    DigestEvent,
    EditData,
    Event,
    FindingData,
    LinkData,
    NeedData,
    NoticeData,
    NoticeEvent,
    Op,
    SummaryData,
)
from alerts.harmless import ascii_url, one_line, several_lines
from alerts.headline import bare_headline
from alerts.notice_content import NoticeContent
from alerts.pages import comparison_page
from alerts.quoting import Pieces
from alerts.view import SIZES, Size, command_of

__all__ = ["MOST_BYTES", "event_body", "schema"]

MOST_BYTES = 200_000  # receivers such as AWS queues take 256 kB
_LINE = 300
_NAME = 100
_SENTENCES = 4000
_NOTHING = Size(0, 0, 0)  # what is sent after a receiver found the whole too large


def event_body(
    content: AlertContent | DigestContent | NoticeContent,
    envelope: Envelope,
    options: MailOptions,
    *,
    short: bool = False,
    summary: Summary | None = None,
) -> bytes:
    """Return the body, shortened step by step until it fits MOST_BYTES; `short`: without quotes."""
    sizes = (_NOTHING,) if short else (*SIZES, _NOTHING)
    for body in _bodies(content, envelope, options, sizes, summary):
        if len(body) <= MOST_BYTES:
            break
    return body


@cache
def _adapter() -> TypeAdapter[Event]:
    return TypeAdapter(Event)


def schema() -> dict[str, object]:
    """Return the JSON schema (2020-12) of all events."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Clausewatch webhook",
        **_adapter().json_schema(mode="serialization"),
    }


def _bodies(
    content: AlertContent | DigestContent | NoticeContent,
    envelope: Envelope,
    options: MailOptions,
    sizes: tuple[Size, ...],
    summary: Summary | None,
) -> Iterator[bytes]:
    for size in sizes:
        event: Event
        match content:
            case AlertContent():
                data = _alert(content, options, size, summary)
                event = AlertEvent("alert.raised", envelope.date, data)
            case DigestContent():
                event = DigestEvent("digest.ready", envelope.date, _digest(content, options, size))
            case NoticeContent():
                data_of = _notice(content)
                if content.event == "recovered":
                    event = NoticeEvent("notice.recovered", envelope.date, data_of)
                else:
                    event = NoticeEvent("notice.raised", envelope.date, data_of)
        yield _adapter().dump_json(event)


def _alert(
    content: AlertContent, options: MailOptions, size: Size, summary: Summary | None = None
) -> AlertData:
    findings = tuple(_finding(point, size.quote) for point in content.points[: size.points])
    edits = tuple(_edit(aside) for aside in content.asides[: 4 * size.asides])
    cuts = size is not SIZES[0] or len(findings) < content.all_points
    ends = (content.policy, content.from_snapshot, content.to_snapshot)
    return AlertData(
        policy=one_line(content.policy, _NAME),
        service=one_line(content.service, _NAME),
        document=one_line(content.document, _NAME),
        url=ascii_url(content.url),
        title=one_line(content.title, _LINE),
        language=one_line(content.lang, 20),
        headline=bare_headline(content),
        topics=tuple(one_line(topic, _NAME) for topic in content.topics),
        direction=content.direction,
        severity=content.severity,
        first_seen=content.first_seen,
        before_last_seen=content.before_last_seen,
        effective=content.effective,
        updated=content.updated,
        unconfirmed=content.unconfirmed,
        unverified=one_line(content.unverified, _NAME),
        snapshot_before=content.from_snapshot,
        snapshot_now=content.to_snapshot,
        comparison_url=ascii_url(comparison_page(options.public_url, *ends)) or None,
        command=command_of(content),
        findings=findings,
        findings_total=content.all_points,
        other_edits=edits,
        other_edits_total=content.all_asides,
        summary=_summary(summary),
        shortened=cuts or len(edits) < content.all_asides,
    )


def _finding(point: Point, quote: int) -> FindingData:
    whole = max(len(point.before), len(point.after)) <= quote
    return FindingData(
        topics=tuple(one_line(topic, _NAME) for topic in point.topics),
        kind=point.kind,
        direction=point.direction,
        severity=point.severity,
        heading=one_line(point.heading, _LINE),
        before=_cut(point.before, quote),
        after=_cut(point.after, quote),
        reasons=tuple(one_line(reason, _LINE) for reason in point.reasons),
        words=_words(point.pieces) if whole else (),
    )


def _words(pieces: Pieces) -> tuple[tuple[Op, str], ...]:
    ops: dict[str, Op] = {"same": "same", "gone": "gone", "new": "new"}
    return tuple((ops[op], several_lines(text)) for op, text in pieces if op in ops)


def _cut(text: str, limit: int) -> str:
    text = several_lines(text)
    return text if len(text) <= limit else text[:limit].rstrip() + " […]"


def _edit(aside: Aside) -> EditData:
    where = one_line(aside.heading, _LINE)
    old, new = one_line(aside.before, _LINE), one_line(aside.after, _LINE)
    return EditData(one_line(aside.kind, _NAME), where, old, new)


def _summary(summary: Summary | None) -> SummaryData | None:
    if summary is None:
        return None
    return SummaryData(one_line(summary.model, _NAME), one_line(summary.text, _SENTENCES))


def _digest(content: DigestContent, options: MailOptions, size: Size) -> DigestData:
    """A digest's alerts say their findings; what does not count stays out of it."""
    few = Size(size.quote, min(size.points, 5), 0)
    alerts = tuple(_alert(entry.content, options, few) for entry in content.entries[:200])
    return DigestData(
        cadence=content.cadence,
        begins=content.begins,
        ends=content.ends,
        timezone=one_line(content.timezone, _NAME),
        alerts=alerts,
        alerts_total=len(content.entries),
        coverage=_coverage(content.coverage),
        shortened=any(alert.shortened for alert in alerts) or len(alerts) < len(content.entries),
    )


def _coverage(coverage: Coverage | None) -> CoverageData | None:
    if coverage is None:
        return None
    needs = (
        NeedData(*(one_line(text, _LINE) for text in (n.policy, n.service, n.outcome, n.cause)))
        for n in coverage.needs
    )
    return CoverageData(coverage.checked, coverage.watched, coverage.needing, tuple(needs))


def _notice(content: NoticeContent) -> NoticeData:
    links = ((one_line(label, _LINE), ascii_url(url)) for label, url in content.links)
    return NoticeData(
        kind=one_line(content.kind, _NAME),
        title=one_line(content.title, _LINE),
        happened=several_lines(content.happened)[:_SENTENCES],
        advice=several_lines(content.advice)[:_SENTENCES],
        since=content.since,
        at=content.at,
        policy=one_line(content.policy, _NAME),
        service=one_line(content.service, _NAME),
        url=ascii_url(content.url),
        cause=one_line(content.cause, _NAME),
        evidence=tuple(one_line(line, _LINE) for line in content.evidence[:40]),
        commands=tuple(one_line(line, _LINE) for line in content.commands),
        links=tuple(LinkData(label, url) for label, url in links if url),
    )
