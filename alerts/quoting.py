"""The marked words of a quote, cut to a length that a mail can bear.

A quote is a run of pieces (op, text), op "same", "gone" or "new". The changed
words are what people look for, so the unchanged ones are cut first.
"""

from collections.abc import Iterable, Sequence

__all__ = ["Pieces", "after_side", "bare_marks", "before_side", "changed_words", "cut"]

Pieces = tuple[tuple[str, str], ...]

_CONTEXT = 160  # characters of unchanged text kept on each side of a change; about two lines
_GAP = " […] "


def before_side(pieces: Pieces) -> Pieces:
    """What the old edition said."""
    return tuple(piece for piece in pieces if piece[0] != "new")


def after_side(pieces: Pieces) -> Pieces:
    """What the new edition says."""
    return tuple(piece for piece in pieces if piece[0] != "gone")


def bare_marks(pieces: Iterable[tuple[str, str]]) -> Pieces:
    """Move blanks at the ends of changed words out of their marks."""
    out: list[tuple[str, str]] = []
    for op, text in pieces:
        inner = text.strip()
        if op == "same" or not inner:
            out.append(("same", text))
            continue
        at = text.index(inner)
        ends = ("same", text[:at]), (op, inner), ("same", text[at + len(inner) :])
        out += [piece for piece in ends if piece[1]]
    return tuple(out)


def changed_words(pieces: Iterable[tuple[str, str]], op: str) -> tuple[str, ...]:
    """The runs that were taken out ("gone") or put in ("new"), in order."""
    return tuple(text.strip() for kind, text in pieces if kind == op and text.strip())


def cut(pieces: Sequence[tuple[str, str]], limit: int, *, context: int = _CONTEXT) -> Pieces:
    """Shorten to about `limit` characters, "[…]" where something was left out.

    Long unchanged runs keep `context` characters beside each change. What is
    still too long after that loses its end.
    """
    kept = [(op, text) for op, text in pieces if text]
    if len(kept) > 1 and sum(len(text) for _, text in kept) > min(limit, 4 * context):
        last = len(kept) - 1
        kept = [
            (op, _middle(text, context, first=i == 0, last=i == last) if op == "same" else text)
            for i, (op, text) in enumerate(kept)
        ]
    out: list[tuple[str, str]] = []
    room = limit
    for op, text in kept:
        if len(text) > room:
            out.append((op, text[:room].rstrip() + " […]"))
            break
        out.append((op, text))
        room -= len(text)
    return tuple(out)


def _middle(text: str, context: int, *, first: bool, last: bool) -> str:
    """Keep the ends of an unchanged run that touch a change, broken at a blank."""
    if len(text) <= 2 * context + len(_GAP):
        return text
    head = "" if first else _up_to_blank(text[:context])
    tail = "" if last else _up_to_blank(text[-context:][::-1])[::-1]
    return head + _GAP + tail if head or tail else text[:context] + _GAP.rstrip()


def _up_to_blank(text: str) -> str:
    at = text.rfind(" ", len(text) // 2)
    return text if at < 0 else text[:at]
