"""Place a new text in the history of its document: new, a return, a flap, a variant.

Only identities and times are read, never texts. A page that serves two texts
by region, language or experiment alternates between them; a short-lived text
gives way to the one before it; both look like changes and are none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

__all__ = ["Standing", "standing_of"]

Row = tuple[str, str, str]  # date, old_id, new_id

WINDOW = timedelta(days=7)  # of exact returns 31 % come within seven days, 22 % within one
_TURNS = 3  # earlier exchanges of the same two texts that make them variants
_RECENT = timedelta(days=120)  # older exchanges say nothing of what the page serves now


@dataclass(frozen=True, slots=True)
class Standing:
    """kind: "new" (never recorded), "return" (a lasting return to an older text, or its
    return after a broken record), "flap" (back to the last lasting text), "variant"
    (these two texts alternate). `since` is the date the text was first recorded.
    """

    kind: str
    since: str = ""


def standing_of(
    date: str,
    old_id: str,
    new_id: str,
    history: Sequence[Row],
    *,
    window: timedelta = WINDOW,
) -> Standing:
    """Judge the change old_id -> new_id at `date` by the earlier ones, oldest first.

    Without ids or history everything is new. A history whose last row does not
    lead to `old_id` has a gap, and a gap never silences a change.
    """
    seen = [row for row in history if new_id and new_id in row[1:]]
    if not seen:
        return Standing("new")
    since = seen[0][0]
    if history[-1][2] != old_id:
        return Standing("return", since)
    now = _when(date)
    turns = [r for r in history if {r[1], r[2]} == {old_id, new_id} and _within(r, now, _RECENT)]
    if len(turns) >= _TURNS:
        return Standing("variant", since)
    if _last_lasting(now, history, window) == new_id:
        return Standing("flap", since)
    return Standing("return", since)


def _last_lasting(now: datetime | None, history: Sequence[Row], window: timedelta) -> str:
    """The id of the latest text that stood for a whole window; the oldest text counts as one."""
    end = now
    for date, _, new_id in reversed(history):
        start = _when(date)
        if start and end and end - start >= window:
            return new_id
        end = start or end
    return history[0][1]


def _within(row: Row, now: datetime | None, span: timedelta) -> bool:
    when = _when(row[0])
    return when is None or now is None or now - when <= span


def _when(date: str) -> datetime | None:
    try:
        when = datetime.fromisoformat(date)
    except ValueError:
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)
