"""Which texts say something, and which changes brought or took it. Writes nothing.

A search is words and quoted phrases; all must be there. A word that ends in an
asterisk stands for all that begin so. Nothing in it is taken for the language
of the index.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from storage.changes import STEP, ListedChange, listed
from storage.errors import BadValue
from storage.filters import Filters, conditions
from storage.frames import text_in
from storage.history import CHANGE_COLUMNS
from storage.rows import ask, instant, is_sqlite

if TYPE_CHECKING:
    from storage.rows import Source

__all__ = ["FoundChange", "FoundText", "search_changes", "search_texts"]

_PART = re.compile(r'"([^"]{0,500})"?|(\S{1,500})')
_WORD = re.compile(r"[^\W_]{1,100}")
_ALL = Filters()
_LONGEST = 500  # characters of a search
_MOST = 20  # words and phrases in it
_AROUND = 70  # characters shown on either side of what was found


@dataclass(frozen=True, slots=True)
class FoundText:
    policy: str  # its name
    service: str
    document: str
    snapshot_id: int
    first_seen: datetime
    last_seen: datetime
    source: str
    excerpt: str  # around the first place, on one line


@dataclass(frozen=True, slots=True)
class FoundChange:
    listed: ListedChange
    came: str  # what the later text says around it; "" where it does not
    went: str  # what the earlier text said


def search_texts(
    source: "Source", said: str, filters: Filters = _ALL, *, limit: int
) -> list[FoundText]:
    """Return snapshots whose text says `said`, the last recorded first.

    `filters` may name the policy, service, document and the time in which the
    text was seen. Raises BadValue for a search without a word.
    """
    match = _match(source, said)
    wanted, given = conditions(
        Filters(policy=filters.policy, service=filters.service, document=filters.document)
    )
    if filters.since is not None:
        wanted.append("s.last_seen >= :since")
        given["since"] = filters.since
    if filters.until is not None:
        wanted.append("s.first_seen <= :until")
        given["until"] = filters.until
    rows = ask(
        source,
        "SELECT p.name, p.service, p.kind, s.id, s.first_seen, s.last_seen, s.source, x.sha256,"
        " x.frame FROM text_search JOIN searched_text t ON t.id = text_search.rowid"
        " JOIN snapshot s ON s.text_sha256 = t.text_sha256"
        " JOIN snapshot_text x ON x.sha256 = t.text_sha256"
        " JOIN policy p ON p.id = s.policy_id"
        f" WHERE {' AND '.join(['text_search MATCH :match', *wanted])}"
        " ORDER BY text_search.rowid DESC LIMIT :limit",
        match=match,
        limit=limit,
        **given,
    )
    pattern = _pattern(said)
    return [
        FoundText(
            row[0],
            row[1],
            row[2],
            row[3],
            instant(row[4]),
            instant(row[5]),
            row[6],
            _excerpt(text_in(row[8], row[7]), pattern),
        )
        for row in rows
    ]


def search_changes(
    source: "Source", said: str, filters: Filters = _ALL, *, side: str = "", limit: int
) -> list[FoundChange]:
    """Return the changes that are about `said`, newest first.

    `side` "came": the later text says it where the earlier did not; "went": the
    other way round; "": either side or the headline says it.
    """
    match = _match(source, said)
    if side:
        other = "went" if side == "came" else "came"
        match = f"({side} : ({match})) NOT ({other} : ({match}))"
    wanted, given = conditions(filters)
    rows = ask(
        source,
        f"SELECT p.name, p.service, p.kind, {CHANGE_COLUMNS}, change_search.came,"
        " change_search.went FROM change_search JOIN change c ON c.id = change_search.rowid"
        " JOIN policy p ON p.id = c.policy_id"
        f" WHERE {' AND '.join(['change_search MATCH :match', *wanted, STEP])}"
        " ORDER BY c.at DESC, c.id DESC LIMIT :limit",
        match=match,
        limit=limit,
        **given,
    )
    pattern = _pattern(said)
    return [
        FoundChange(listed(row[:-2]), _excerpt(row[-2], pattern), _excerpt(row[-1], pattern))
        for row in rows
    ]


def _match(source: "Source", said: str) -> str:
    """Return `said` in the language of the index: quoted phrases, nothing else."""
    if not is_sqlite(source):
        raise BadValue("full-text search needs a SQLite database; this one has no index of words")
    if len(said) > _LONGEST:
        raise BadValue(
            f"the search has {len(said)} characters; at most {_LONGEST} are searched for"
        )
    parts = _parts(said)
    if not parts:
        raise BadValue(f"{said!r} has no word to search for")
    if len(parts) > _MOST:
        raise BadValue(f"the search has {len(parts)} words and phrases; at most {_MOST} are taken")
    return " ".join(f'"{" ".join(words)}"{" *" if begins else ""}' for words, begins in parts)


def _parts(said: str) -> list[tuple[list[str], bool]]:
    """Return the words of each part, and whether the last one only begins so."""
    found = []
    for phrase, word in _PART.findall(said):
        words = _WORD.findall(phrase or word)
        if words:
            found.append((words, word.endswith("*")))
    return found


def _pattern(said: str) -> "re.Pattern[str]":
    """Return what the first part of the search looks like in a text."""
    words, begins = _parts(said)[0]
    gap = r"[\W_]{1,20}"
    return re.compile(
        rf"(?<!\w){gap.join(map(re.escape, words))}" + ("" if begins else r"(?!\w)"), re.IGNORECASE
    )


def _excerpt(text: str, pattern: "re.Pattern[str]") -> str:
    """Return the words around the first place; "" where only accents or case keep it from sight."""
    found = pattern.search(text)
    if found is None:
        return ""
    start, end = max(0, found.start() - _AROUND), min(len(text), found.end() + _AROUND)
    cut = " ".join(text[start:end].split())
    return ("... " if start else "") + cut + (" ..." if end < len(text) else "")
