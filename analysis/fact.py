"""The value that every reader of facts returns: one statement, and where the text makes it."""

from typing import NamedTuple

__all__ = ["DENIALS", "Fact"]

DENIALS = frozenset({"does_not", "does_not_unless"})


class Fact(NamedTuple):
    """One value of one slot, said by `text[start:end]`; slots and values are listed in `facts`.

    `polarity` is "" or "does", "does_not", "does_not_unless". `detail` says more:
    a period's trigger, a denial's condition, "sensitive" for a kind of data. A tuple, for a
    long page states ten thousand and a dataclass takes three times as long to make.
    """

    slot: str
    value: str
    start: int
    end: int
    polarity: str = ""
    detail: str = ""
