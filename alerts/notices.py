"""Which notices are due: what is wrong now, against what was said and what nobody wants to hear. Pure.

A condition is raised once and recovered once, however often we look and however
often we were restarted: what was said is in rows. A silenced condition is not
raised; when its silence ends and it still holds, it is. When our own network is
down, the pages that fail for that reason are not told one by one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from alerts.health_values import Condition
from alerts.notice_content import NoticeContent

__all__ = ["Due", "Quieting", "content_of", "due_notices", "recovery_of"]

# What is well again, by kind; {subject} is what the notice was about.
_WELL = {
    "record_damaged": (
        "The record fits again",
        "The last look at the whole record found nothing.",
    ),
    "failing": ("{policy} can be fetched again", "It can be read again."),
    "held": ("{policy} is the policy again", "A page came that is the policy."),
    "moved": (
        "{policy} answers from its own address",
        "The redirect is gone, or the address was set.",
    ),
    "archive_refusing": ("{archive} answers again", "Its last request was answered."),
    "outbox_growing": ("Mails go out again", "All that waited was sent, or given up."),
    "disk_low": ("There is room on the disk again", "The disk has room again."),
    "daemon_overdue": ("All checks are made again", "Nothing is overdue any more."),
    "network_down": ("The network is back", "Most sites can be reached again."),
    "dead_letter": (
        "Mails to {recipient} are no longer given up",
        "A later mail arrived, or a person took care of them.",
    ),
    "mass_change": ("No mail is held any more", "A person let them go, or dropped them."),
}


@dataclass(frozen=True, slots=True)
class Quieting:
    """One silence: of a `kind` of notice ("" every), of one policy (None every), until `ends_at`."""

    kind: str
    policy_id: int | None
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be said. `recovered` are (kind, subject) of what was raised and is over."""

    raised: tuple[Condition, ...] = ()
    recovered: tuple[tuple[str, str], ...] = ()


def due_notices(
    conditions: Iterable[Condition],
    open_ones: Mapping[tuple[str, str], datetime],
    silences: Sequence[Quieting],
    *,
    now: datetime,
) -> Due:
    """Decide what is said now. `open_ones`: what was raised and has not recovered, and when."""
    found = {(condition.kind, condition.subject): condition for condition in conditions}
    network_down = ("network_down", "") in found
    raised = [
        condition
        for key, condition in found.items()
        if key not in open_ones
        and not (network_down and condition.by_network)
        and not _is_silenced(condition, silences, now)
    ]
    recovered = [key for key in open_ones if key not in found]
    return Due(tuple(raised), tuple(recovered))


def content_of(condition: Condition, *, now: datetime, thread: str) -> NoticeContent:
    """Return what is said when `condition` is raised."""
    return NoticeContent(
        kind=condition.kind,
        event="raised",
        title=condition.title,
        happened=condition.happened,
        advice=condition.advice,
        since=condition.since,
        at=now,
        thread=thread,
        policy=condition.policy,
        service=condition.service,
        url=condition.url,
        cause=condition.cause,
        evidence=condition.evidence,
        commands=condition.commands,
        values=condition.values,
    )


def recovery_of(raised: NoticeContent, *, now: datetime) -> NoticeContent:
    """Return what is said when what `raised` told of is over."""
    title, happened = _WELL[raised.kind]
    values = {"policy": raised.policy, **raised.values}
    return replace(
        raised,
        event="recovered",
        title=title.format_map({name: str(value) for name, value in values.items()}),
        happened=f"{happened} It had been so since {raised.since:%Y-%m-%d %H:%M} UTC.",
        advice="Nothing is left to do.",
        at=now,
        evidence=(),
        commands=(),
    )


def _is_silenced(condition: Condition, silences: Sequence[Quieting], now: datetime) -> bool:
    return any(
        silence.ends_at > now
        and silence.kind in ("", condition.kind)
        and silence.policy_id in (None, condition.policy_id)
        for silence in silences
    )
