"""What somebody is subscribed to, as a phrase for people."""

from typing import TYPE_CHECKING

from clausewatch.printing import plain

if TYPE_CHECKING:
    from storage.models import Subscription

__all__ = ["in_words"]

_DAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


def in_words(row: "Subscription", policy: str | None) -> str:
    """Say what is heard of, and when. `policy` is the name of the one policy, if it is one."""
    if row.operator:
        return plain(f"what needs a person{_how(row)}")
    what = "material changes"
    if row.min_severity == "medium":
        what = "changes of medium or high severity"
    elif row.min_severity == "high":
        what = "changes of high severity"
    parts = [what]
    if row.topics:
        parts.append(f"about {', '.join(row.topics)}")
    if row.direction:
        parts.append(f"for the {'worse' if row.direction == 'weaker' else 'better'}")
    if policy:
        parts.append(f"in {policy}")
    elif row.service:
        parts.append(f"in the policies of {row.service}")
    elif row.tag:
        parts.append(f'in policies tagged "{row.tag}"')
    else:
        parts.append("in every policy")
    return plain(" ".join(parts) + _how(row))


def _how(row: "Subscription") -> str:
    zone = "" if row.timezone == "UTC" else f" {row.timezone}"
    when = {
        "hourly": "together every hour",
        "daily": f"daily at {row.at_time}{zone}",
        "weekly": f"on {_DAYS[row.weekday]} at {row.at_time}{zone}",
    }.get(row.cadence, "")
    parts = [
        f"by {row.channel}" if row.channel != "email" else "",
        when,
        "even when nothing changed" if row.say_unchanged else "",
        f"not from {row.quiet.replace('-', ' to ')}{zone}" if row.quiet else "",
        {"de": "in German", "fr": "in French"}.get(row.language, ""),
        f"paused until {row.paused_until:%Y-%m-%d %H:%M} UTC" if row.paused_until else "",
        "once they agree" if row.awaits_consent else "",
    ]
    return "".join(f", {part}" for part in parts if part)
