"""Durations as people write them: `6h`, `15m`, `1d12h`, `0s`. Nothing else is a duration."""

import re
from datetime import timedelta

__all__ = ["duration_text", "parse_duration", "parse_span"]

_UNITS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_LONG = {"mo": 30 * 86_400, "y": 365 * 86_400}  # as far apart as captures are asked for
_SPAN = re.compile(r"(\d{1,4})(mo|y)")
_SHAPE = re.compile(r"(?:\d{1,9}(?:\.\d{1,6})?[wdhms]){1,5}")
_PART = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)([wdhms])")


def parse_duration(text: str) -> timedelta:
    """Read `text`, a sum of numbers with a unit (w, d, h, m, s). Raises ValueError."""
    compact = text.replace(" ", "").lower()
    if not _SHAPE.fullmatch(compact):
        raise ValueError(f'{text!r} is no duration (try "6h", "15m" or "1d12h")')
    seconds = sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(compact))
    return timedelta(seconds=seconds)


def parse_span(text: str) -> timedelta:
    """Read a duration, or one number of months (`1mo`, 30 days) or years (`1y`). Raises ValueError."""
    compact = text.replace(" ", "").lower()
    match = _SPAN.fullmatch(compact)
    span = timedelta(seconds=int(match[1]) * _LONG[match[2]]) if match else parse_duration(text)
    if span <= timedelta(0):
        raise ValueError(f'{text!r} is no span (try "1mo", "2w" or "1y")')
    return span


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
