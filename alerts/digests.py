"""What goes out together and when: deliveries that wait become single mails, groups and digests. Pure.

    due, at once, few for one recipient   each as a mail of its own
    due, at once, many for one recipient  one mail, a group
    due, of a digest                      one mail for the whole period
    due, and too many policies changed    held until a person looks

Nothing is dropped here: every delivery that waits is in exactly one part of the
plan, or not due yet.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.rules import rank_of
from alerts.timing import When, after_quiet, last_slot

__all__ = [
    "MOST_TOGETHER",
    "GatherRules",
    "Parcel",
    "Plan",
    "Regular",
    "Waiting",
    "in_order",
    "is_storm",
    "plan_mails",
    "regular_parcels",
]

MOST_TOGETHER = 50  # so many changes even the shortest form of a digest names one by one
_PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(weeks=1),
}


@dataclass(frozen=True, slots=True)
class GatherRules:
    """What the settings say. `window`: how long alerts of one recipient wait for each other.

    From `group_from` alerts in one window they are one mail. When more than
    `hold_share` of all policies, and at least `hold_least`, turned material within
    `cycle`, their mails are held.
    """

    window: timedelta = timedelta(0)
    group_from: int = 5
    hold_share: float = 0.3
    hold_least: int = 10
    cycle: timedelta = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One delivery that waits. `behind`: an earlier mail of its policy to its reader is under way."""

    id: int
    alert_id: int
    recipient: str
    channel: str
    cadence: str
    timezone: str
    language: str
    created_at: datetime
    due_at: datetime
    behind: bool = False


@dataclass(frozen=True, slots=True)
class Parcel:
    """What goes to one recipient in one mail: `members` are ids of deliveries, oldest first."""

    recipient: str
    channel: str
    cadence: str
    timezone: str
    language: str
    slot_at: datetime
    members: tuple[int, ...] = ()
    alert_ids: tuple[int, ...] = ()

    @property
    def period(self) -> timedelta:
        """How long a digest looks back when there was none before it."""
        return _PERIODS.get(self.cadence, timedelta(0))


@dataclass(frozen=True, slots=True)
class Plan:
    """`single` go out as they are, `parcels` together, `held` wait for a person."""

    single: tuple[int, ...] = ()
    parcels: tuple[Parcel, ...] = ()
    held: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Regular:
    """A reader of a digest who wants it even when nothing changed. `last`: the one they had last."""

    recipient: str
    channel: str
    when: When
    language: str
    since: datetime
    last: datetime | None = None


def plan_mails(
    waiting: Iterable[Waiting],
    *,
    now: datetime,
    rules: GatherRules,
    storm: bool = False,
    closing: bool = False,
) -> Plan:
    """Decide what becomes of each delivery that is due by `now`, in the order given.

    `closing`: the checks are over, so nobody is left to wait for and windows end.
    """
    due = [one for one in waiting if _is_due(one, now, rules, closing)]
    if storm:
        return Plan(held=tuple(one.id for one in due))
    single: list[int] = []
    parcels: list[Parcel] = []
    together: dict[tuple[str, str, str], list[Waiting]] = defaultdict(list)
    for one in due:
        if one.behind and one.cadence == "at_once":
            single.append(one.id)  # it waits for the mail before it, and takes nobody along
        else:
            together[one.recipient.casefold(), one.channel, one.cadence].append(one)
    for members in together.values():
        if members[0].cadence == "at_once" and len(members) < max(2, rules.group_from):
            single += [one.id for one in members]
        else:
            parcels += [
                _parcel(members[first : first + MOST_TOGETHER])
                for first in range(0, len(members), MOST_TOGETHER)
            ]
    return Plan(tuple(sorted(single)), tuple(parcels))


def regular_parcels(
    regulars: Iterable[Regular], *, now: datetime, planned: Sequence[Parcel] = ()
) -> list[Parcel]:
    """Return the digests that are due although nothing changed; one a recipient and cadence."""
    taken = {_key(parcel) for parcel in planned}
    found: dict[tuple[str, str, str], Parcel] = {}
    for regular in regulars:
        slot = after_quiet(regular.when, last_slot(regular.when, now))
        begun = max(regular.since, regular.last or regular.since)
        if not begun < slot <= now:
            continue
        parcel = Parcel(
            regular.recipient,
            regular.channel,
            regular.when.cadence,
            regular.when.timezone,
            regular.language,
            slot,
        )
        if _key(parcel) not in taken:
            found.setdefault(_key(parcel), parcel)
    return list(found.values())


def is_storm(*, changed: int, watched: int, rules: GatherRules) -> bool:
    """Return whether `changed` of `watched` policies at once is more than the world does by itself."""
    return changed >= rules.hold_least and changed > rules.hold_share * watched


def in_order(
    alert_ids: Iterable[int], services: Mapping[int, str], severities: Mapping[int, str]
) -> list[int]:
    """Return alerts by service in alphabetical order, the gravest first within one."""
    return sorted(
        alert_ids,
        key=lambda alert: (services[alert].casefold(), -rank_of(severities[alert]), alert),
    )


def _is_due(one: Waiting, now: datetime, rules: GatherRules, closing: bool) -> bool:
    if one.due_at <= now:
        return True
    # What waits for longer than a window waits for a morning or the end of a pause.
    in_window = one.cadence == "at_once" and one.due_at <= one.created_at + rules.window
    return closing and in_window


def _parcel(members: Sequence[Waiting]) -> Parcel:
    last = max(members, key=lambda one: (one.due_at, one.id))
    return Parcel(
        recipient=members[0].recipient,
        channel=last.channel,
        cadence=last.cadence,
        timezone=last.timezone,
        language=last.language,
        slot_at=last.due_at,
        members=tuple(one.id for one in members),
        alert_ids=tuple(one.alert_id for one in members),
    )


def _key(parcel: Parcel) -> tuple[str, str, str]:
    return parcel.recipient.casefold(), parcel.channel, parcel.cadence
