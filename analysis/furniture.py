"""Learn the lines that documents of one service share at their top and bottom.

A company's address, the name of its site, a row of links: what stands at the
end of several different documents belongs to none of them.
"""

from collections import Counter
from collections.abc import Sequence

__all__ = ["learn_furniture"]

_EDGE = 0.15  # of a document's lines, at each end, may be furniture
_FEWEST = 2  # documents that must agree
_SHARED = 0.6  # of the documents must carry a line there


def learn_furniture(documents: Sequence[str]) -> frozenset[str]:
    """Return the lines that most of the (canonical) `documents` carry at an end.

    Copies of one document teach nothing: they share everything.
    """
    distinct = list(dict.fromkeys(documents))
    if len(distinct) < _FEWEST:
        return frozenset()
    seen: Counter[str] = Counter()
    for document in distinct:
        lines = [line for line in document.split("\n") if line]
        edge = max(3, int(_EDGE * len(lines)))
        seen.update({*lines[:edge], *lines[-edge:]})
    least = max(_FEWEST, _SHARED * len(distinct))
    return frozenset(line for line, count in seen.items() if count >= least)
