"""Durations as people write them: `6h`, `15m`, `1d12h`, `0s`. Nothing else is a duration."""

import re
from datetime import timedelta

__all__ = ["duration_text", "parse_duration"]

_UNITS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_SHAPE = re.compile(r"(?:\d{1,9}(?:\.\d{1,6})?[wdhms]){1,5}")
_PART = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)([wdhms])")


def parse_duration(text: str) -> timedelta:
    """Read `text`, a sum of numbers with a unit (w, d, h, m, s). Raises ValueError."""
    compact = text.replace(" ", "").lower()
    if not _SHAPE.fullmatch(compact):
        raise ValueError(f'{text!r} is no duration (try "6h", "15m" or "1d12h")')
    seconds = sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(compact))
    return timedelta(seconds=seconds)


def duration_text(duration: timedelta) -> str:
    """Write `duration` so that `parse_duration` reads it back; whole seconds."""
    left = int(duration.total_seconds())
    parts = []
    for unit, size in _UNITS.items():
        if unit == "w":
            continue  # 14d reads easier than 2w beside 10d
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"
