"""Which captures of an archive are worth fetching: thinning, then bisection around changes. Pure.

An archive may hold thousands of captures of a page that changed ten times. One capture
in each stretch of time is fetched; between two of them that read differently the middle
one is, until the change lies between two neighbours. Captures with the same bytes are
fetched once. Nothing is remembered between two questions: what is known comes in with
each, so a fetch that failed or a process that was killed changes nothing.

What this finds: every text that the archive saw over at least one stretch, with the
first and the last capture of it. A text that came and went within a stretch, between two
captures of another one, is found only where every capture is asked for. (The index knows
how long each capture is, packed. That tells nothing: of 65 changes in eleven pages half
moved the length by under 0.1 %, and of 89 pairs of captures with one text a third by more
than 2 %.)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

__all__ = ["EVERY_CAPTURE", "NO_TEXT", "Sight", "again", "inferred", "wanted"]

EVERY_CAPTURE = timedelta(0)  # as a density: leave none out
NO_TEXT = ""  # of a capture that was looked at and shows no text of the policy
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Sight:
    """One look at a page: when, which bytes, and what they read as, where that is known.

    `digest` names the bytes as the archive does, "" where it does not say. `text` names the
    text that was read: None before the capture was fetched, NO_TEXT where there is none of
    the policy in it.
    """

    at: datetime
    digest: str = ""
    text: str | None = None


def wanted(
    sights: Sequence[Sight], *, every: timedelta, finest: timedelta = timedelta(0)
) -> list[int]:
    """Return which of `sights`, in the order of time, to fetch next; none when all is known.

    `every` is the asked density, EVERY_CAPTURE for all. A change is not dated closer than
    `finest`. The answer is a round: ask again with what the round brought. At most one
    capture of the same bytes is in it.
    """
    known = inferred(sights)
    usable = [place for place, sight in enumerate(known) if sight.text != NO_TEXT]
    if every <= EVERY_CAPTURE:
        chosen = [place for place in usable if known[place].text is None]
    else:
        chosen = [place for place in _picks(known, usable, every) if known[place].text is None]
        chosen = chosen or [*_between(known, usable, finest)]
    return _one_of_each(sights, chosen)


def inferred(sights: Sequence[Sight]) -> list[Sight]:
    """Return `sights` with the text of every capture whose bytes were read elsewhere."""
    read = {sight.digest: sight.text for sight in sights if sight.digest and sight.text is not None}
    return [
        sight if sight.text is not None or sight.digest not in read
        else replace(sight, text=read[sight.digest])
        for sight in sights
    ]  # fmt: skip


def again(sights: Sequence[Sight]) -> list[int]:
    """Return which captures that need no fetch show where a text begins or ends.

    Their bytes were read elsewhere; the timeline wants to know of the sighting.
    """
    known = inferred(sights)
    shown = [place for place, sight in enumerate(known) if sight.text]
    edges: list[int] = []
    for index, place in enumerate(shown):
        before = known[shown[index - 1]].text if index else None
        after = known[shown[index + 1]].text if index + 1 < len(shown) else None
        is_edge = known[place].text != before or known[place].text != after
        if is_edge and sights[place].text is None:
            edges.append(place)
    return edges


def _picks(known: Sequence[Sight], usable: Sequence[int], every: timedelta) -> Iterator[int]:
    """Yield the first and last capture, and the first of each stretch that nothing is known of."""
    if not usable:
        return
    stretches: dict[int, int] = {}
    for place in usable:
        stretch = (known[place].at - _EPOCH) // every
        best = stretches.setdefault(stretch, place)
        if known[best].text is None and known[place].text is not None:
            stretches[stretch] = place
    yield from sorted({usable[0], *stretches.values(), usable[-1]})


def _between(known: Sequence[Sight], usable: Sequence[int], finest: timedelta) -> Iterator[int]:
    """Yield the middle capture between two neighbours that are known to read differently."""
    ends = [index for index, place in enumerate(usable) if known[place].text is not None]
    for first, last in pairwise(ends):
        inside = usable[first + 1 : last]
        if not inside:
            continue
        a, b = known[usable[first]], known[usable[last]]
        if a.text != b.text and b.at - a.at > finest:
            yield inside[len(inside) // 2]


def _one_of_each(sights: Sequence[Sight], chosen: Sequence[int]) -> list[int]:
    seen: set[str] = set()
    kept: list[int] = []
    for place in chosen:
        digest = sights[place].digest
        if not digest or digest not in seen:
            kept.append(place)
        seen.add(digest)
    return kept
