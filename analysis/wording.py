"""Show how one sentence became another, word by word, as an editor would mark it.

Neighbouring changes with a scrap of common words between them are shown as one
replacement, so that a reader meets phrases, not confetti.
"""

import re
from collections.abc import Sequence

from rapidfuzz.distance import LCSseq

__all__ = ["Words", "after_of", "before_of", "changed_in", "redline", "similarity"]

Words = tuple[tuple[str, str], ...]

_TOKEN = re.compile(
    r"\s*(?:[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
    r"|(?:[^\W\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+(?:['’.@-](?=\w))?)+|[^\w\s])"
)
_MOST = 6000  # words a side that are aligned one by one; past that a whole replacement is shown


def redline(before: str, after: str) -> Words:
    """Align two texts: ("same" | "gone" | "new", text) in reading order.

    The texts of "same" and "gone" joined give `before`, of "same" and "new"
    give `after`, blank for blank but for those at the ends (see `before_of`, `after_of`). Swapping the sides swaps "gone"
    and "new". O(words * words / 64).
    """
    if not before or not after:
        return tuple((op, text) for op, text in (("gone", before), ("new", after)) if text)
    if before > after:  # one fixed order, so that the mirror image is the same alignment
        mirrored = redline(after, before)
        return _ordered([(_MIRROR[op], text) for op, text in mirrored])
    a, b = _tokens(before), _tokens(after)
    if len(a) > _MOST or len(b) > _MOST:
        return (("gone", before), ("new", after))
    pieces = [
        (
            "same" if op.tag == "equal" else "edit",
            a[op.src_start : op.src_end],
            b[op.dest_start : op.dest_end],
        )
        for op in LCSseq.opcodes(a, b)
    ]
    return _ordered(_pieces(_clean(pieces)))


def before_of(words: Words) -> str:
    """The old text of a redline."""
    return "".join(text for op, text in words if op != "new").strip()


def after_of(words: Words) -> str:
    """The new text of a redline."""
    return "".join(text for op, text in words if op != "gone").strip()


def changed_in(words: Words) -> tuple[str, str]:
    """The words of a redline that went, and those that came."""
    gone = " ".join(text.strip() for op, text in words if op == "gone")
    return gone, " ".join(text.strip() for op, text in words if op == "new")


def similarity(a: Sequence[str], b: Sequence[str], *, floor: float = 0.0) -> float:
    """Share of words in common order, in [0, 1]: 2 * common / all. 0 below `floor`.

    Words may be given as a string of one letter each.
    """
    total = len(a) + len(b)
    if not total:
        return 1.0
    if 2 * min(len(a), len(b)) / total < floor:
        return 0.0
    ratio = 2 * LCSseq.similarity(a, b, score_cutoff=int(floor * total / 2)) / total
    return ratio if ratio >= floor else 0.0


_MIRROR = {"same": "same", "gone": "new", "new": "gone"}

_Piece = tuple[str, list[str], list[str]]


def _tokens(text: str) -> list[str]:
    """Words and marks, each with the blank before it; the first as if it stood inside."""
    return _TOKEN.findall(" " + text)


def _clean(pieces: list[_Piece]) -> list[_Piece]:
    """Take a short common run between two changes into the change around it.

    A run is short when it is no longer than the change on each side of it, or
    is a single little word. Source: the semantic clean-up of Fraser's
    diff-match-patch, https://neil.fraser.name/writing/diff/.
    """
    merged: list[_Piece] = []
    for piece in pieces:
        if (
            len(merged) >= 2
            and piece[0] == "edit"
            and merged[-1][0] == "same"
            and merged[-2][0] == "edit"
            and _is_scrap(merged[-1][1], merged[-2], piece)
        ):
            same, before = merged.pop(), merged.pop()
            merged.append(("edit", before[1] + same[1] + piece[1], before[2] + same[2] + piece[2]))
        elif merged and piece[0] == "edit" and merged[-1][0] == "edit":
            last = merged.pop()
            merged.append(("edit", last[1] + piece[1], last[2] + piece[2]))
        else:
            merged.append(piece)
    return merged


def _is_scrap(run: list[str], left: _Piece, right: _Piece) -> bool:
    size = sum(map(len, run))
    if len(run) == 1 and size <= 4:
        return True
    sides = [max(sum(map(len, p[1])), sum(map(len, p[2]))) for p in (left, right)]
    return len(run) <= 3 and size <= min(sides)


def _pieces(pieces: list[_Piece]) -> list[tuple[str, str]]:
    out: list[tuple[str, str]] = []
    for kind, gone, new in pieces:
        if kind == "same":
            out.append(("same", "".join(gone)))
        else:
            out.append(("gone", "".join(gone)))
            out.append(("new", "".join(new)))
    return [(op, text) for op, text in out if text]


def _ordered(pieces: Sequence[tuple[str, str]]) -> Words:
    """Within one change what is gone comes first; each side begins without a blank."""
    out: list[tuple[str, str]] = []
    for op, text in pieces:
        if op == "gone" and out and out[-1][0] == "new":
            out.insert(len(out) - 1, (op, text))
        else:
            out.append((op, text))
    if len(out) > 1 and out[0][0] != "same" == out[1][0]:  # one side begins with what both say
        text = out[1][1].lstrip()
        blank = out[1][1][: len(out[1][1]) - len(text)]
        out[:2] = [(out[0][0], out[0][1].lstrip() + blank), ("same", text)]
        return tuple(out)
    # Only the first of each side can begin one; neighbouring changes were made one before.
    first = [
        (op, text if at and out[0][0] != _MIRROR[op] else text.lstrip())
        for at, (op, text) in enumerate(out[:2])
    ]
    return (*first, *out[2:])
