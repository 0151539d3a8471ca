"""What is told of made-up companies: an alert, a digest, a notice."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from alerts.content import AlertContent, Aside, Point
from alerts.digest_content import Coverage, DigestContent, DigestEntry, Needing
from alerts.notice_content import NoticeContent

__all__ = ["content", "digest", "notice", "point"]

FIRST_SEEN = datetime(2026, 6, 3, 14, 5, tzinfo=UTC)


def point(**changes: Any) -> Point:  # Any: whatever the fields hold
    """One passage: location goes to advertisers."""
    return replace(
        Point(
            topics=("sharing",),
            kind="changed",
            direction="weaker",
            severity="high",
            heading="How we share information",
            before="We do not share your location with anyone.",
            after="We share your precise location with advertisers.",
            reasons=("Location may now go to advertisers; before, nobody got it.",),
            pieces=(
                ("same", "We "),
                ("gone", "do not "),
                ("same", "share your "),
                ("new", "precise "),
                ("same", "location with "),
                ("gone", "anyone."),
                ("new", "advertisers."),
            ),
        ),
        **changes,
    )


def content(**changes: Any) -> AlertContent:  # Any: whatever the fields hold
    """One change with one passage and one aside."""
    example = AlertContent(
        policy="tern-privacy",
        service="Tern",
        document="privacy",
        url="https://tern.example/privacy",
        title="Privacy at Tern",
        lang="en",
        headline="shares location with advertisers",
        topics=("sharing",),
        direction="weaker",
        severity="high",
        from_snapshot=12,
        to_snapshot=13,
        first_seen=FIRST_SEEN,
        before_last_seen=datetime(2026, 6, 2, 14, 5, tzinfo=UTC),
        thread="<0123456789abcdef0123@example.org>",
        points=(point(),),
        all_points=1,
        asides=(Aside("reworded", "Contact", "1 June 2025", "1 June 2026"),),
        all_asides=1,
        effective=date(2026, 7, 1),
    )
    return replace(example, **changes)


def digest(**changes: Any) -> DigestContent:  # Any: whatever the fields hold
    """A day with three changes at two services, and one policy that needs a person."""
    entries = (
        DigestEntry(1, content(service="Gull", policy="gull-cookies", document="cookies")),
        DigestEntry(2, content()),
        DigestEntry(3, content(document="terms", direction="stronger", severity="low")),
    )
    example = DigestContent(
        cadence="daily",
        begins=datetime(2026, 6, 2, 6, 0, tzinfo=UTC),
        ends=datetime(2026, 6, 3, 6, 0, tzinfo=UTC),
        timezone="Europe/Berlin",
        thread="<fedcba98765432100123@example.org>",
        entries=entries,
        coverage=Coverage(212, 214, 2, (Needing("auk-privacy", "Auk", "failed", "timeout"),)),
    )
    return replace(example, **changes)


def notice(**changes: Any) -> NoticeContent:  # Any: whatever the fields hold
    """A page that has failed for a day."""
    example = NoticeContent(
        kind="failing",
        event="raised",
        title="auk-privacy could not be read 5 times",
        happened="The privacy policy of Auk could not be read 5 times in a row.",
        advice="Look whether the page has moved.",
        since=FIRST_SEEN,
        at=datetime(2026, 6, 4, 14, 5, tzinfo=UTC),
        thread="<aaaabbbbccccddddeeee@example.org>",
        policy="auk-privacy",
        service="Auk",
        url="https://auk.example/privacy",
        cause="timeout",
        evidence=("3 June 14:05: no answer within 60 s",),
        commands=("clausewatch check auk-privacy",),
        values={"count": 5},
    )
    return replace(example, **changes)
