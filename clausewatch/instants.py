"""Dates and instants as people give them on the command line."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import click

__all__ = ["FirstInstant", "Instant"]


class Instant(click.ParamType[datetime]):
    """A date (its last moment in UTC) or an RFC 3339 instant (UTC where no zone is said)."""

    name = "date"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            if len(value) == len("2024-03-01"):
                day = date.fromisoformat(value) + timedelta(days=1)
                return datetime.combine(day, time(), UTC) - timedelta(microseconds=1)
            instant = datetime.fromisoformat(value)
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is no date (try 2024-03-01 or 2024-03-01T12:00:00Z)", param, ctx)
        return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


class FirstInstant(Instant):
    """The same, but of a date its first moment."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        last = super().convert(value, param, ctx)
        if isinstance(value, str) and len(value) == len("2024-03-01"):
            return datetime.combine(last.date(), time(), UTC)
        return last
