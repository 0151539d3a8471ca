"""A change of a made-up company's policy, as an alert would tell it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from alerts.content import AlertContent, Aside, Point

__all__ = ["content", "point"]

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
