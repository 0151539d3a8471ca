"""The one shape in which a reader says what was wrong with its input.

Not an exception: messy pages are the normal case, and the text read so far is
still worth having.
"""

from dataclasses import dataclass

__all__ = ["Problem"]


@dataclass(frozen=True, slots=True)
class Problem:
    """`name` is stable and short (`deep_tree`); `detail` is for people."""

    name: str
    detail: str = ""
