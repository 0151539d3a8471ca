"""Laws whose draws are costly: a few at every run of the suite, always the same; many when asked for.

`LONG_LAWS=20 python -m pytest -q --timeout 0 tests/storage -k any_order` takes twenty
times as many, drawn anew.
"""

import os

from hypothesis import Phase, settings

__all__ = ["costly"]

_TIMES = int(os.environ.get("LONG_LAWS", "1"))


def costly(examples: int) -> settings:
    """Return the settings of a law of which a draw takes a good part of a second."""
    phases = [Phase.explicit, Phase.generate]  # shrinking would take minutes
    return settings(max_examples=examples * _TIMES, phases=phases, derandomize=_TIMES == 1)
