"""How often Python looks for cycles of dead objects."""

import gc

__all__ = ["look_for_cycles_less_often"]

# Python's own 700 suits programs that keep little. Comparing two long policies makes
# hundreds of thousands of values that die by their count alone; walking all that the
# program keeps meanwhile took up to a quarter of the time of the longest comparisons.
_NEW_OBJECTS = 10_000


def look_for_cycles_less_often() -> None:
    """Set it for the whole process: for programs, not for libraries."""
    gc.set_threshold(_NEW_OBJECTS, 10, 10)
