"""When a policy first said a sentence, and when it no longer did: its provenance. Writes nothing.

Two spellings of a sentence are one: only its words count, in their order.
Spacing, punctuation, marks of emphasis and capitals do not.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from storage.errors import BadValue
from storage.frames import text_in
from storage.rows import ask, instant

if TYPE_CHECKING:
    from storage.rows import Source

__all__ = ["Span", "when_said"]

_WORD = re.compile(r"[^\W_]{1,200}")


@dataclass(frozen=True, slots=True)
class Span:
    """One time in which a policy said a sentence, without a text between that did not.

    It came between `not_yet` and `first_seen`, and went between `last_seen` and
    `gone_by`; None where no text shows it.
    """

    not_yet: datetime | None  # when the text before it was last seen
    first_seen: datetime
    last_seen: datetime
    gone_by: datetime | None  # when the text after it was first seen
    first_snapshot_id: int
    last_snapshot_id: int
    source: str  # who saw it first


def when_said(source: "Source", policy_id: int, sentence: str) -> list[Span]:
    """Return the times in which a policy said `sentence`, oldest first. Raises BadValue."""
    wanted = _words(sentence)
    if not wanted.strip():
        raise BadValue(f"{sentence!r} has no word to look for")
    rows = ask(
        source,
        "SELECT s.id, s.first_seen, s.last_seen, s.source, t.sha256, t.frame FROM snapshot s"
        " JOIN snapshot_text t ON t.sha256 = s.text_sha256 WHERE s.policy_id = :policy"
        " ORDER BY s.first_seen, s.digest",
        policy=policy_id,
    )
    known: dict[bytes, bool] = {}
    spans: list[Span] = []
    last: Sequence[Any] | None = None  # the row before
    going_on = False
    for row in rows:
        sha256 = bytes(row[4])
        if sha256 not in known:
            known[sha256] = wanted in _words(text_in(bytes(row[5]), sha256))
        first_seen, last_seen = instant(row[1]), instant(row[2])
        if known[sha256] and going_on:
            spans[-1] = replace(spans[-1], last_seen=last_seen, last_snapshot_id=row[0])
        elif known[sha256]:
            not_yet = instant(last[2]) if last is not None else None
            spans.append(Span(not_yet, first_seen, last_seen, None, row[0], row[0], row[3]))
        elif going_on:
            spans[-1] = replace(spans[-1], gone_by=first_seen)
        going_on, last = known[sha256], row
    return spans


def _words(text: str) -> str:
    """Return the words of `text`, each between blanks."""
    return f" {' '.join(_WORD.findall(text.casefold()))} "
