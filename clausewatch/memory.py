"""How the process looks after its memory: cycles of dead objects, and arenas of threads."""

import gc
from contextlib import suppress

__all__ = ["look_for_cycles_less_often", "set_apart_what_stays", "share_arenas"]

# Python's own 700 suits programs that keep little. Comparing two long policies makes
# hundreds of thousands of values that die by their count alone; walking all that the
# program keeps meanwhile took up to a quarter of the time of the longest comparisons.
_NEW_OBJECTS = 10_000
_ARENAS = 2
_M_ARENA_MAX = -8  # of glibc's <malloc.h>


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


def share_arenas() -> None:
    """Let all threads take memory from two arenas, before the first of them starts.

    glibc gives each an arena of its own, up to eight a core, and what one freed
    serves no other: a daemon's two dozen threads hold that much more for good.
    Other C libraries have no such setting and need none.
    """
    import ctypes  # costs every other command a millisecond

    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, _ARENAS)
