"""Who wants to hear of what: checked values in, rows kept. Ended ones stay, as a record of consent."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlmodel import Session, col, func, select

from storage.errors import BadValue, NotFound
from storage.models import Policy, Subscription

__all__ = [
    "CADENCES",
    "CHANNELS",
    "DIRECTIONS",
    "LANGUAGES",
    "SEVERITIES",
    "WEEKDAYS",
    "agree",
    "checked_address",
    "checked_recipient",
    "checked_wish",
    "edit_subscription",
    "list_subscriptions",
    "pause",
    "subscribe",
    "unsubscribe",
]

# How a message goes. By all but mail the recipient is the name of a channel in the settings.
CHANNELS = ("email", "webhook", "apprise")
SEVERITIES = ("low", "medium", "high")  # the lighter first
DIRECTIONS = ("weaker", "stronger")
CADENCES = ("at_once", "hourly", "daily", "weekly")  # the soonest first
LANGUAGES = ("en", "de", "fr")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}){0,8}"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
# RFC 5321 without quoted local parts and address literals: what people have.
_ADDRESS = re.compile(rf"(?P<local>{_LOCAL})@(?P<domain>{_LABEL}(?:\.{_LABEL}){{0,8}})")
_CHANNEL_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_MORNING = "08:00"  # when a digest is due if nobody says: before most people start their day

# What two subscriptions differ in. Asking again for the same is no second one.
_SAME = (
    *("channel", "policy_id", "service", "tag", "topics", "min_severity"),
    *("direction", "operator"),
)
_HOW = ("cadence", "at_time", "weekday", "timezone", "language", "quiet", "say_unchanged")


def subscribe(
    session: Session,
    recipient: str,
    *,
    policy_id: int | None = None,
    now: datetime,
    origin: str = "command",
    awaits_consent: bool = False,
    **wish: Any,  # the columns that checked_wish knows
) -> Subscription:
    """Subscribe `recipient`; what is not given is not narrowed.

    Asking again for the same is no error: it changes how and when, where that is
    given. `awaits_consent`: nothing is sent until they agreed. Raises BadValue or
    NotFound.
    """
    values = checked_wish(recipient, **wish) | {"policy_id": _known_policy(session, policy_id)}
    for row in list_subscriptions(session, recipient=values["recipient"]):
        if all(getattr(row, column) == values[column] for column in _SAME):
            if set(wish) & {*_HOW}:
                _set(session, row, {column: values[column] for column in _HOW})
            return row
    row = Subscription(created_at=now, origin=origin, awaits_consent=awaits_consent, **values)
    session.add(row)
    session.flush()
    return row


def checked_wish(
    recipient: str,
    *,
    service: str = "",
    tag: str = "",
    topics: Iterable[str] = (),
    min_severity: str = "low",
    direction: str = "",
    channel: str = "email",
    cadence: str = "at_once",
    at_time: str = "",
    weekday: str | int = 0,
    timezone: str = "UTC",
    language: str = "en",
    quiet: str = "",
    say_unchanged: bool = False,
    operator: bool = False,
) -> dict[str, Any]:
    """Return the columns of a subscription, all but its policy; raises BadValue."""
    values: dict[str, Any] = {
        "recipient": _checked_for(_one_of("channel", channel, CHANNELS), recipient),
        "channel": _one_of("channel", channel, CHANNELS),
        "service": service,
        "tag": tag,
        "topics": _checked_topics(topics),
        "min_severity": _one_of("severity", min_severity, SEVERITIES),
        "direction": direction and _one_of("direction", direction, DIRECTIONS),
        "cadence": _one_of("cadence", cadence.replace("-", "_"), CADENCES),
        "at_time": _clock(at_time or _MORNING),
        "weekday": _weekday(weekday),
        "timezone": _zone(timezone),
        "language": _one_of("language", language, LANGUAGES),
        "quiet": quiet and _quiet(quiet),
        "say_unchanged": say_unchanged,
        "operator": operator,
    }
    if at_time and values["cadence"] not in ("daily", "weekly"):
        raise BadValue(f"a time of day ({at_time}) belongs to a daily or weekly digest")
    if say_unchanged and values["cadence"] not in ("daily", "weekly"):
        raise BadValue("only a daily or weekly digest can say that nothing changed")
    return values


def edit_subscription(
    session: Session, subscription_id: int, values: Mapping[str, Any]
) -> Subscription:
    """Set checked columns of one subscription; raises NotFound."""
    row = session.get(Subscription, subscription_id)
    if row is None:
        raise NotFound(f"no subscription has the id {subscription_id}")
    _set(session, row, values)
    return row


def unsubscribe(
    session: Session,
    recipient: str,
    *,
    policy_id: int | None = None,
    subscription_id: int | None = None,
    by: str = "command",
    now: datetime,
) -> int:
    """End what `recipient` has, all of it, or one, or for one policy; returns how many ended.

    `by`: command, watchlist or recipient. Whoever left by themselves is not
    signed up again by a watchlist.
    """
    ended = 0
    for row in list_subscriptions(session, recipient=checked_recipient(recipient)):
        one_of_them = subscription_id in (None, row.id)
        if one_of_them and (policy_id is None or row.policy_id == policy_id):
            _set(session, row, {"ended_at": now, "ended_by": by})
            ended += 1
    return ended


def pause(session: Session, recipient: str, *, until: datetime | None) -> int:
    """Send `recipient` nothing before `until`, None: go on; what comes meanwhile is told then.

    Returns how many subscriptions it holds for.
    """
    rows = list_subscriptions(session, recipient=checked_recipient(recipient))
    for row in rows:
        _set(session, row, {"paused_until": until})
    return len(rows)


def agree(session: Session, recipient: str) -> int:
    """Note that `recipient` agreed to what they were asked; returns how many begin by it."""
    rows = [
        row
        for row in list_subscriptions(session, recipient=checked_recipient(recipient))
        if row.awaits_consent
    ]
    for row in rows:
        _set(session, row, {"awaits_consent": False})
    return len(rows)


def list_subscriptions(
    session: Session, *, recipient: str | None = None, include_ended: bool = False
) -> Sequence[Subscription]:
    """Return subscriptions in the order they were made. Addresses differ by more than case."""
    query = select(Subscription).order_by(col(Subscription.id))
    if recipient is not None:
        query = query.where(func.lower(Subscription.recipient) == recipient.lower())
    if not include_ended:
        query = query.where(col(Subscription.ended_at).is_(None))
    return session.exec(query).all()


def checked_address(text: str) -> str:
    """Return an e-mail address with its domain in small letters; raises BadValue."""
    found = _ADDRESS.fullmatch(text.strip())
    if found is None or len(found["local"]) > 64 or len(text) > 254:
        raise BadValue(f"{text!r} is no e-mail address (try name@example.com)")
    return f"{found['local']}@{found['domain'].lower()}"


def checked_recipient(text: str) -> str:
    """Return an address, or the name of a channel, as it is kept; raises BadValue."""
    name = text.strip()
    return name if _CHANNEL_NAME.fullmatch(name) else checked_address(text)


def _checked_for(channel: str, recipient: str) -> str:
    checked = checked_recipient(recipient)
    is_address = "@" in checked
    if channel == "email" and not is_address:
        raise BadValue(f"{recipient!r} is no e-mail address (try name@example.com)")
    if channel != "email" and is_address:
        raise BadValue(f"by {channel} goes to a channel of the settings, not to {recipient!r}")
    return checked


def _set(session: Session, row: Subscription, values: Mapping[str, Any]) -> None:
    for column, value in values.items():
        setattr(row, column, value)
    session.add(row)
    session.flush()


def _known_policy(session: Session, policy_id: int | None) -> int | None:
    if policy_id is not None and session.get(Policy, policy_id) is None:
        raise NotFound(f"no policy has the id {policy_id}")
    return policy_id


def _checked_topics(topics: Iterable[str]) -> list[str]:
    from analysis.topics import TOPICS

    if isinstance(topics, str):
        raise BadValue(f"topics = {topics!r}: give a list of topics")
    return sorted({_one_of("topic", topic, TOPICS) for topic in topics})


def _one_of(what: str, value: str, allowed: Sequence[str]) -> str:
    if value not in allowed:
        raise BadValue(f"{what} {value!r} is not known (one of: {', '.join(allowed)})")
    return value


def _clock(text: str) -> str:
    found = _CLOCK.fullmatch(text.strip())
    if found is None:
        raise BadValue(f"{text!r} is no time of day (try 08:00)")
    return f"{time(int(found[1]), int(found[2])):%H:%M}"


def _quiet(text: str) -> str:
    begins, dash, ends = text.partition("-")
    if not dash:
        raise BadValue(f"{text!r} are no quiet hours (try 22:00-07:00)")
    begins, ends = _clock(begins), _clock(ends)
    if begins == ends:
        raise BadValue(f"quiet hours {text!r} begin when they end; leave them out to have none")
    return f"{begins}-{ends}"


def _weekday(value: str | int) -> int:
    if isinstance(value, int) and 0 <= value <= 6:
        return value
    named = [
        n for n, day in enumerate(WEEKDAYS) if len(str(value)) > 1 and day.startswith(str(value))
    ]
    if len(named) != 1:
        raise BadValue(f"{value!r} is no day of the week (one of: {', '.join(WEEKDAYS)})")
    return named[0]


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadValue(f"{name!r} is no time zone (try Europe/Berlin or UTC)") from error
    return name
