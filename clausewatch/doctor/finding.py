"""One line of the doctor's report, and what measured figures mean. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

__all__ = ["Finding", "clock_finding", "disk_finding", "hosts_finding", "worst"]

State = Literal["ok", "warn", "fail"]

_CLOCK_WARN = timedelta(seconds=30)  # a Date header is whole seconds, and took its way
_CLOCK_FAIL = timedelta(minutes=5)  # signed webhooks are refused from here on
_RANK = {"ok": 0, "warn": 1, "fail": 2}


@dataclass(frozen=True, slots=True)
class Finding:
    """`said`: what is so. `next_step`: what to do or type, "" where nothing is to be done."""

    name: str
    state: State
    said: str
    next_step: str = ""


def worst(findings: Sequence[Finding]) -> State:
    """Return the worst state of all."""
    return max((finding.state for finding in findings), key=_RANK.__getitem__, default="ok")


def clock_finding(offsets: Sequence[timedelta], *, against: str) -> Finding:
    """Judge our clock by how far it is ahead of others'; the one in the middle decides."""
    if not offsets:
        return Finding("clock", "warn", "there is nothing to compare it with", "try again online")
    ahead = sorted(offsets)[len(offsets) // 2]
    off = f"{abs(ahead).total_seconds():.0f} s {'ahead of' if ahead > timedelta(0) else 'behind'}"
    if abs(ahead) < _CLOCK_WARN:
        return Finding("clock", "ok", f"agrees with {against}")
    state: State = "fail" if abs(ahead) >= _CLOCK_FAIL else "warn"
    return Finding("clock", state, f"{off} {against}", "set it: timedatectl set-ntp true")


def disk_finding(free: int, least: int, where: str) -> Finding:
    """Judge the room on the disk of the database; `least` is what notices warn at."""
    said = f"{_size(free)} free at {where}"
    if free < least:
        return Finding("disk", "fail", said, "make room, or move the database: clausewatch backup")
    if free < 3 * least:
        return Finding("disk", "warn", said, "make room before it is needed")
    return Finding("disk", "ok", said)


def hosts_finding(reached: Sequence[str], failed: Sequence[tuple[str, str]]) -> Finding:
    """Judge how many watched hosts answered. `failed` are (host, why)."""
    count = len(reached) + len(failed)
    if not count:
        return Finding("hosts", "warn", "nothing is watched yet", "clausewatch add URL")
    said = f"{len(reached)} of {count} watched hosts answer"
    if not failed:
        return Finding("hosts", "ok", said)
    why = "; ".join(why for _, why in failed[:3])
    if not reached:
        return Finding("hosts", "fail", f"{said}: {why}", "look at this machine's network and DNS")
    return Finding("hosts", "warn", f"{said}: {why}", "clausewatch status")


def _size(count: int) -> str:
    for unit, size in (("TB", 10**12), ("GB", 10**9), ("MB", 10**6)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count} bytes"
