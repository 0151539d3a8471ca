"""The whole story of one fetch: lines for a terminal, fields for machines. Decides nothing."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from clausewatch.printing import plain

if TYPE_CHECKING:
    from storage.fetched import Hop
    from storage.record import Recorded
    from storage.story import Story

__all__ = ["story_json", "story_lines"]

_LEADS = {"redirect": "redirects", "refresh": "has the browser go on (meta refresh)"}
_NEVER_ASKED = "no request was made"


def story_lines(recorded: "Recorded") -> Iterator[tuple[str, str]]:
    """Yield what happened, in order, as (heading, text). The text is safe to print."""
    for heading, text in _told(recorded):
        yield heading, plain(text)


def story_json(recorded: "Recorded") -> dict[str, Any]:
    """Return the story as `check -v --json` prints it. Fields are stable."""
    story = recorded.story
    trace = story.trace
    return {
        "robots": trace.robots or None,
        "robots_overridden": trace.robots_overridden,
        "waited_ms": trace.waited_ms,
        "took_ms": story.took_ms,
        "asked": dict(trace.asked),
        "hops": [_hop_json(hop) for hop in trace.hops],
        "final_url": story.final_url,
        "pages": [{"url": url, "status": status} for url, status in story.pages],
        "headers": [list(pair) for pair in story.headers],
        "rendered": story.rendered or None,
        "bytes_sent": trace.wire_bytes,
        "bytes": story.size,
        "reading": None if story.read is None else _read_json(story),
        "verdict": {"outcome": recorded.outcome, "cause": recorded.cause or None},
        "comparisons": [asdict(compared) for compared in story.compared],
        "rows": list(story.rows),
        "advice": _advice(recorded) or None,
        "waiting_helps": _waiting_helps(recorded),
        "moved_to": recorded.moved_to or None,
    }


def _told(recorded: "Recorded") -> Iterator[tuple[str, str]]:
    story = recorded.story
    trace = story.trace
    if trace.robots:
        over = " (overridden for this policy)" if trace.robots_overridden else ""
        yield "robots.txt", f"{trace.robots}{over}"
    yield "waited", f"{trace.waited_ms / 1000:.1f} s for its turn on the host"
    for name, value in trace.asked:
        yield "asked with", f"{name}: {value}"
    for number, hop in enumerate(trace.hops, 1):
        yield f"request {number}", _hop_text(hop)
        if hop.tls is not None:
            yield "tls", _tls_text(hop)
    for number, (url, status) in enumerate(story.pages, 1):
        yield f"page {number}", f"{url}: {status}"
    for name, value in story.headers:
        yield "answered", f"{name}: {value}"
    if story.rendered:
        yield "drawn", f"by a browser ({story.rendered})"
    yield "body", _body_text(story)
    yield "took", f"{story.took_ms / 1000:.2f} s"
    yield from _judged(recorded)


def _judged(recorded: "Recorded") -> Iterator[tuple[str, str]]:
    story = recorded.story
    if story.read is not None:
        read = story.read
        yield "read", f"{read.kind}, {read.words:,} words, language {read.lang}: {read.title}"
        for name, detail in read.problems:
            yield "noticed", f"{name}: {detail}" if detail else name
    elif story.size is not None and recorded.outcome == "unchanged":
        yield "read", "the same bytes as the capture before: not read again"
    yield "verdict", ": ".join(filter(None, (recorded.outcome, recorded.cause, recorded.detail)))
    for compared in story.compared:
        found = f"{compared.findings} finding{'' if compared.findings == 1 else 's'}"
        from_id = compared.from_snapshot_id
        yield "compared", f"with snapshot {from_id}: {compared.kind}, {found}: {compared.headline}"
    if recorded.moved_to:
        yield "moved", f"for good, to {recorded.moved_to}"
    if advice := _advice(recorded):
        waits = "waiting may help" if _waiting_helps(recorded) else "waiting does not help"
        yield "advice", f"{advice} ({waits})"
    yield "wrote", ", ".join(story.rows)


def _hop_text(hop: "Hop") -> str:
    at = f" at {hop.address}" if hop.address else ""
    answer = "no answer" if hop.status is None else str(hop.status)
    leads = f", {_LEADS[hop.leads]}" if hop.leads else ""
    return f"{hop.url}{at}: {answer}{leads}"


def _tls_text(hop: "Hop") -> str:
    assert hop.tls is not None
    tls = hop.tls
    until = f", until {tls.until}" if tls.until else ""
    trust = f"UNVERIFIED, {tls.problem}" if tls.problem else "verified"
    return f"{tls.protocol}, issued by {tls.issuer or 'nobody named'}{until}: {trust}"


def _body_text(story: "Story") -> str:
    if story.size is None:
        return "none" if story.trace.hops else f"none: {_NEVER_ASKED}"
    sent = story.trace.wire_bytes
    if sent is None or sent == story.size:
        return f"{story.size:,} bytes"
    return f"{sent:,} bytes sent, {story.size:,} unpacked"


def _hop_json(hop: "Hop") -> dict[str, Any]:
    return {
        "url": hop.url,
        "status": hop.status,
        "address": hop.address or None,
        "leads": hop.leads or None,
        "tls": None if hop.tls is None else asdict(hop.tls),
    }


def _read_json(story: "Story") -> dict[str, Any]:
    assert story.read is not None
    values = asdict(story.read)
    values["problems"] = [list(problem) for problem in story.read.problems]
    return values


def _advice(recorded: "Recorded") -> str:
    from clausewatch.advice import advice_for

    return advice_for(recorded.outcome, recorded.cause)


def _waiting_helps(recorded: "Recorded") -> bool | None:
    from clausewatch.advice import waiting_helps

    return waiting_helps(recorded.outcome, recorded.cause)
