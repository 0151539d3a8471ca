"""What the judges say of one step between two editions: the value, and the verdicts that never vary."""

from dataclasses import dataclass, field

from analysis.reasons import Delta

__all__ = ["ADMINISTRATIVE", "EDITORIAL", "NOISE", "NO_FACTS", "Assessment"]

NO_FACTS = Delta((), ())


@dataclass(frozen=True, slots=True)
class Assessment:
    """kind: "material", "administrative", "editorial" or "noise"; `topics` with their weights.

    `weight` is how much of a statement this is, for the whole change's direction.
    """

    kind: str
    topics: dict[str, float] = field(default_factory=dict)
    direction: str = ""
    reasons: tuple[str, ...] = ()
    facts: Delta = NO_FACTS
    longer: bool = False
    promise_dropped: bool = False
    weight: float = 1.0


NOISE = Assessment("noise")
EDITORIAL = Assessment("editorial")
ADMINISTRATIVE = Assessment("administrative")
