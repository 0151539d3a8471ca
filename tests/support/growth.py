"""How much dearer a thing gets when its input is ten times as long.

A limit in seconds fails on a slow machine and passes on a fast one. The ratio of two sizes in
one run says what the limit was meant to say: work that is linear costs ten times as much, work
that is quadratic a hundred times.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

__all__ = ["assert_linear"]

_TIMES = 10
_TOLERATED = 4.0  # room for caches that no longer fit and for what else the machine does
_FEWEST_S = 0.002  # below this the clock's grain and the call itself are measured


def assert_linear(work: Callable[[str], object], text: str, *, tries: int = 3) -> None:
    """Fail where `work` costs far more than ten times as much on `text` as on a tenth of it."""
    work(text[:100])  # what is loaded at first use
    small = max(min(_cost(work, text[: len(text) // _TIMES]) for _ in range(tries)), _FEWEST_S)
    allowed = small * _TIMES * _TOLERATED
    large = min(_until(allowed, lambda: _cost(work, text), tries))
    assert large < allowed, (
        f"{len(text):,} characters cost {large / small:.0f} times as much as a tenth of them"
    )


def _cost(work: Callable[[str], object], text: str) -> float:
    """What it costs without looks for cycles among all that other tests left in memory."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        began = time.process_time()
        work(text)
        return time.process_time() - began
    finally:
        if was_on:
            gc.enable()


def _until(enough: float, measure: Callable[[], float], tries: int) -> list[float]:
    """Measure again only where a disturbance may have made it dear."""
    costs = [measure()]
    while costs[-1] >= enough and len(costs) < tries:
        costs.append(measure())
    return costs
