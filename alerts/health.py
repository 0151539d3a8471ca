"""What is wrong, from how the rows and the machine stand: conditions, each with its evidence. Pure.

One function a kind of notice. Each returns every condition that holds now,
whether it was told before or not: `alerts.notices` decides what is said.
"""

import shlex
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from alerts.health_values import (
    Archive,
    Condition,
    DeadLetters,
    HealthRules,
    Newer,
    Queue,
    Standing,
    Watched,
)
from storage.integrity import Damage

__all__ = ["conditions_of"]

# Causes that our own network, or the one between, may have.
_NETWORK = frozenset({"dns", "refused", "reset", "timeout", "tls"})
_LEAST_HOSTS = 3  # of two that fail nobody can say whose fault it is
_RECENT = timedelta(hours=1)  # fetches that tell how the network is now
_HELD_TIMES = 2  # a page held once is often a passing error page
_MOVED_FOR = timedelta(days=2)  # a redirect of a day is often a campaign or a mistake
_ARCHIVE_TIMES = 3


def conditions_of(standing: Standing, rules: HealthRules, *, now: datetime) -> list[Condition]:
    """Return all that is wrong, the gravest kinds first."""
    return [
        *_record_damaged(standing.damage),
        *_network_down(standing.watched, rules, now),
        *_daemon_overdue(standing, rules, now),
        *_disk_low(standing, rules, now),
        *_mass_change(standing, now),
        *_outbox_growing(standing.queue, rules, now),
        *_dead_letters(standing.dead),
        *_archives_refusing(standing.archives),
        *_failing(standing.watched, rules, now),
        *_held(standing.watched, rules, now),
        *_moved(standing.watched, now),
    ]


def _record_damaged(damage: Damage | None) -> Iterator[Condition]:
    if damage is None:
        return
    yield Condition(
        kind="record_damaged",
        subject="",
        title=f"The record does not fit in {damage.count} place{_s(damage.count)}",
        happened=(
            "The daemon held the whole record against itself, and found what is not as it was "
            f"written: {damage.count} place{_s(damage.count)}. It goes on watching meanwhile."
        ),
        advice=(
            "Copy the database aside, and see what is concerned. If the disk did it, replace it "
            "and restore the newest backup that fits; if a person did it, ask them."
        ),
        since=damage.since,
        evidence=damage.first,
        commands=("clausewatch verify", "clausewatch restore FILE"),
        values={"places": damage.count},
    )


def _network_down(
    watched: Iterable[Watched], rules: HealthRules, now: datetime
) -> Iterator[Condition]:
    """By hosts, not by pages: one site with fifty policies is one vote."""
    hosts: dict[str, Watched] = {}
    for policy in watched:
        known = hosts.get(policy.host)
        if policy.last_at and (known is None or (known.last_at or now) < policy.last_at):
            hosts[policy.host] = policy
    recent = [one for one in hosts.values() if one.last_at and one.last_at >= now - _RECENT]
    looked = recent if len(recent) >= _LEAST_HOSTS else list(hosts.values())
    down = [one for one in looked if one.outcome == "failed" and one.cause in _NETWORK]
    if len(looked) < _LEAST_HOSTS or len(down) <= rules.network_share * len(looked):
        return
    yield Condition(
        kind="network_down",
        subject="",
        title=f"The network seems down: {len(down)} of {len(looked)} sites cannot be reached",
        happened=(
            f"{len(down)} of the {len(looked)} sites asked last could not be reached. So many at "
            "once is rarely their fault; single policies are not reported meanwhile."
        ),
        advice="Check this machine's connection, its name server and its clock. All is tried again by itself.",
        since=min(one.since or one.last_at or now for one in down),
        cause=_commonest(one.cause for one in down),
        evidence=tuple(f"{one.host}: {one.cause}, {one.detail}" for one in down[:10]),
        commands=("clausewatch status",),
        values={"down": len(down), "asked": len(looked)},
    )


def _daemon_overdue(standing: Standing, rules: HealthRules, now: datetime) -> Iterator[Condition]:
    since = standing.late_since
    if not standing.late or since is None or now - since < rules.overdue_for:
        return
    last = standing.last_check_at
    yield Condition(
        kind="daemon_overdue",
        subject="",
        title=f"{standing.late} check{_s(standing.late)} overdue: nobody watches, or too slowly",
        happened=(
            f"{standing.late} check{_s(standing.late)} should have been made, the oldest at "
            f"{_when(since)}. The last check of all was "
            f"{f'at {_when(last)}' if last else 'never made'}."
        ),
        advice=(
            "If the daemon was off, it catches up now by itself. If it runs, look at its log; "
            "if it is always late, check less often or allow more fetches at once."
        ),
        since=since,
        commands=("clausewatch status", "clausewatch run"),
        values={"late": standing.late, "last": _when(last) if last else "never"},
    )


def _disk_low(standing: Standing, rules: HealthRules, now: datetime) -> Iterator[Condition]:
    free = standing.disk_free
    if free is None or free >= rules.disk_free:
        return
    yield Condition(
        kind="disk_low",
        subject="",
        title=f"Only {_size(free)} left on the disk of the database",
        happened=f"The disk that holds {standing.disk_of} has {_size(free)} left.",
        advice="Make room. When it is full nothing is fetched any more, and nothing kept is lost.",
        since=now,
        values={"free": _size(free), "path": standing.disk_of},
    )


def _mass_change(standing: Standing, now: datetime) -> Iterator[Condition]:
    if not standing.held:
        return
    yield Condition(
        kind="mass_change",
        subject="",
        title=f"{standing.held_policies} policies changed at once; {standing.held} mails wait for you",
        happened=(
            f"{standing.held_policies} policies turned material within a day: more likely a "
            "mistake of ours, or one cause behind all, than so many decisions."
        ),
        advice=(
            "Look at a few of the changes. Let the mails go if they are right; drop them if they "
            "are not, and report it. Nothing is lost meanwhile."
        ),
        since=standing.held_since or now,
        commands=(
            "clausewatch alerts",
            "clausewatch outbox release",
            "clausewatch outbox drop --held",
        ),
        values={"policies": standing.held_policies, "mails": standing.held},
    )


def _outbox_growing(queue: Queue, rules: HealthRules, now: datetime) -> Iterator[Condition]:
    if queue.since is None or now - queue.since < rules.outbox_for:
        return
    yield Condition(
        kind="outbox_growing",
        subject="",
        title=f"{queue.count} mail{_s(queue.count)} cannot be sent",
        happened=f"{queue.count} mail{_s(queue.count)} wait, the oldest since {_when(queue.since)}.",
        advice="Check the mail server and its settings. All is tried again by itself, for days.",
        since=queue.since,
        evidence=(queue.last_error,) if queue.last_error else (),
        commands=("clausewatch outbox list", "clausewatch doctor", "clausewatch outbox send --now"),
        values={"mails": queue.count},
    )


def _dead_letters(dead: Iterable[DeadLetters]) -> Iterator[Condition]:
    for letters in dead:
        yield Condition(
            kind="dead_letter",
            subject=letters.recipient.casefold(),
            title=f"Mails to {letters.recipient} were given up",
            happened=(
                f"{letters.count} mail{_s(letters.count)} to {letters.recipient} "
                f"{'was' if letters.count == 1 else 'were'} refused for good, the short ones too."
            ),
            advice=(
                "Ask whether the address still exists. Then try again, or end its subscriptions."
            ),
            since=letters.since,
            evidence=(letters.last_error,),
            commands=(
                f"clausewatch outbox retry {letters.first_id}",
                f"clausewatch unsubscribe {shlex.quote(letters.recipient)}",
            ),
            values={"recipient": letters.recipient, "mails": letters.count},
        )


def _archives_refusing(archives: Iterable[Archive]) -> Iterator[Condition]:
    for archive in archives:
        if archive.failures < _ARCHIVE_TIMES:
            continue
        yield Condition(
            kind="archive_refusing",
            subject=archive.name,
            title=f"{archive.name} refuses our requests",
            happened=f"The last {archive.failures} requests to {archive.name} failed ({archive.cause}).",
            advice="It is asked again by itself, ever less often. If it stays so, ask it for fewer captures.",
            since=archive.since,
            cause=archive.cause,
            evidence=(archive.detail,) if archive.detail else (),
            values={"archive": archive.name, "times": archive.failures},
        )


def _failing(watched: Iterable[Watched], rules: HealthRules, now: datetime) -> Iterator[Condition]:
    for policy in watched:
        if policy.outcome != "failed" or not _lasts(policy, rules.failing_times, rules, now):
            continue
        yield _of(
            policy,
            now,
            kind="failing",
            title=f"{policy.name} cannot be fetched",
            happened=(
                f"{policy.failures} attempt{_s(policy.failures)} in a row failed "
                f"({policy.cause}). The last text known stands; nobody is told of changes meanwhile."
            ),
            advice=f"See the cause “{policy.cause}” in docs/causes.md.",
            by_network=policy.cause in _NETWORK,
        )


def _held(watched: Iterable[Watched], rules: HealthRules, now: datetime) -> Iterator[Condition]:
    for policy in watched:
        if policy.outcome != "held" or not _lasts(policy, _HELD_TIMES, rules, now):
            continue
        yield _of(
            policy,
            now,
            kind="held",
            title=f"{policy.name}: a page came that is probably not the policy",
            happened=(
                f"What the address answers looks like something else ({policy.cause}), "
                f"{policy.failures} times in a row. It is kept apart; the last text known stands."
            ),
            advice="Open the page. Narrow the reading with --select, or set another address with --url.",
        )


def _moved(watched: Iterable[Watched], now: datetime) -> Iterator[Condition]:
    for policy in watched:
        if not policy.moved_to or policy.moved_since is None:
            continue
        if now - policy.moved_since < _MOVED_FOR:
            continue
        yield Condition(
            kind="moved",
            subject=f"{policy.id}",
            title=f"{policy.name} has moved",
            happened=f"{policy.url} has led to {policy.moved_to} since {_when(policy.moved_since)}.",
            advice="It is followed, and read there. If it is the policy's new home, set the address.",
            since=policy.moved_since,
            policy_id=policy.id,
            policy=policy.name,
            service=policy.service,
            url=policy.url,
            commands=(f"clausewatch edit {policy.name} --url {shlex.quote(policy.moved_to)}",),
            values={"to": policy.moved_to},
        )


def _lasts(policy: Watched, times: int, rules: HealthRules, now: datetime) -> bool:
    long = policy.since is not None and now - policy.since >= rules.failing_for
    return policy.failures >= times or (policy.failures > 0 and long)


def _of(
    policy: Watched,
    now: datetime,
    *,
    kind: str,
    title: str,
    happened: str,
    advice: str,
    by_network: bool = False,
) -> Condition:
    last = f"{_when(policy.last_at)}: {policy.cause}, {policy.detail}" if policy.last_at else ""
    newer = policy.newer
    return Condition(
        kind=kind,
        subject=f"{policy.id}",
        title=title,
        happened=happened,
        advice=advice,
        since=policy.since or policy.last_at or now,
        policy_id=policy.id,
        policy=policy.name,
        service=policy.service,
        url=policy.url,
        cause=policy.cause,
        evidence=tuple(line for line in (last, _newer_text(policy.newer)) if line),
        commands=(
            *([f"clausewatch show {policy.name} --snapshot {newer.snapshot}"] if newer else []),
            f"clausewatch check {policy.name}",
            f"clausewatch silence add --policy {policy.name} --for 7d --reason WHY",
        ),
        values={"times": policy.failures},
        by_network=by_network,
    )


def _newer_text(newer: Newer | None) -> str:
    if newer is None:
        return ""
    return f"{_when(newer.at)}: {newer.archive} shows a newer text, snapshot {newer.snapshot}; nobody was told"


def _commonest(causes: Iterable[str]) -> str:
    counted: dict[str, int] = {}
    for cause in causes:
        counted[cause] = counted.get(cause, 0) + 1
    return max(counted, key=lambda cause: counted[cause])


def _when(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else ""


def _size(count: int) -> str:
    return f"{count / 1024**3:.1f} GiB" if count >= 1024**3 else f"{count // 1024**2} MiB"


def _s(count: int) -> str:
    return "" if count == 1 else "s"
