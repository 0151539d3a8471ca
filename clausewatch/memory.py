"""How the process looks after its memory: when it looks for cycles of dead objects, and among which."""

import gc

__all__ = ["look_for_cycles_less_often", "set_apart_what_stays"]

# Python's own 700 suits programs that keep little. Comparing two long policies makes
# hundreds of thousands of values that die by their count alone; walking all that the
# program keeps meanwhile took up to a quarter of the time of the longest comparisons.
_NEW_OBJECTS = 10_000


def look_for_cycles_less_often() -> None:
    """Set it for the whole process: for programs, not for libraries."""
    gc.set_threshold(_NEW_OBJECTS, 10, 10)


def set_apart_what_stays() -> None:
    """Leave out of every later look what lives by now: the modules of a daemon that has started.

    Python looks through everything only once a quarter as much has come anew, and
    beside 200,000 objects that stay a quarter is some ten megabytes of dead cycles,
    most of them connections.
    """
    gc.collect()
    gc.freeze()
    gc.collect()  # what is left is what the next quarter is counted against
