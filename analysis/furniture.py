"""Learn the lines that documents of one service share at their top and bottom."""

from collections import Counter
from collections.abc import Sequence

__all__ = ["learn_furniture"]

_EDGE = 0.15  # of a document's lines, at each end, may be furniture
_SHARED = 0.6  # of the documents must carry a line there


def learn_furniture(documents: Sequence[str]) -> frozenset[str]:
    """Return the lines that most of the (canonical) `documents` carry at an end."""
    if len(documents) < 2:
        return frozenset()
    seen: Counter[str] = Counter()
    for document in documents:
        lines = [line for line in document.split("\n") if line]
        edge = max(3, int(_EDGE * len(lines)))
        seen.update({*lines[:edge], *lines[-edge:]})
    least = max(2, _SHARED * len(documents))
    return frozenset(line for line, count in seen.items() if count >= least)
