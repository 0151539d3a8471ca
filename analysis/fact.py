"""The value that every reader of facts returns: one statement, and where the text makes it."""

from dataclasses import dataclass

__all__ = ["DENIALS", "Fact"]

DENIALS = frozenset({"does_not", "does_not_unless"})


@dataclass(frozen=True, slots=True)
class Fact:
    """One value of one slot, said by `text[start:end]`; slots and values are listed in `facts`.

    `polarity` is "" or "does", "does_not", "does_not_unless". `detail` says more:
    a period's trigger, a denial's condition, "sensitive" for a kind of data.
    """

    slot: str
    value: str
    start: int
    end: int
    polarity: str = ""
    detail: str = ""
