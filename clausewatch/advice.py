"""What a person can do about a fetch that brought no usable text, whichever room says why."""

from analysis.doubts import DOUBTS, Doubt
from crawler.errors import CAUSES, Cause

__all__ = ["advice_for", "waiting_helps"]


def advice_for(outcome: str, cause: str) -> str:
    """Return what to do, in one line; "" where nothing is wrong."""
    known = _known(outcome, cause)
    return known.advice if known is not None else ""


def waiting_helps(outcome: str, cause: str) -> bool | None:
    """Whether it may mend itself; None where nothing is wrong."""
    known = _known(outcome, cause)
    return known.waiting_helps if known is not None else None


def _known(outcome: str, cause: str) -> Cause | Doubt | None:
    if outcome == "held":
        return DOUBTS.get(cause)
    return CAUSES.get(cause) if outcome == "failed" else None
