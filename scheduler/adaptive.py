"""How often a policy is worth a look, by how often it changed. Pure.

A page looked at every day that changed twice in a year could be looked at less
often; one that changed twice in a month wants more. The rate is estimated from
what was seen, without the bias of changes that two looks had between them.
"""

import math
from dataclasses import dataclass
from datetime import timedelta

__all__ = ["MEMORY", "Seen", "adapted"]

# What is further back says little about a page today, and a season of redesigns passes.
MEMORY = timedelta(days=180)
# Looks per expected change: a page that changes monthly is looked at about twice a day.
_LOOKS_A_CHANGE = 60
# Fewer looks say nothing about a rate.
_FEWEST = 5


@dataclass(frozen=True, slots=True)
class Seen:
    """What `checks` good looks over the time `span` showed: at how many the text was another."""

    checks: int
    changes: int
    span: timedelta


def adapted(every: timedelta, seen: Seen, *, least: timedelta, most: timedelta) -> timedelta:
    """Return the cadence for a policy whose own is `every`, within [least, most].

    With too little seen it is `every`, within the bounds.

    Source: Cho and Garcia-Molina 2003, "Estimating frequency of change",
    https://doi.org/10.1145/857166.857170 (section 4.2: the estimator
    -log((n - X + 0.5) / (n + 0.5)) of changes per look, X of n looks changed).
    """
    if seen.checks < _FEWEST or seen.span <= timedelta(0):
        return min(max(every, least), most)
    unchanged = seen.checks - min(seen.changes, seen.checks)
    changes_a_look = -math.log((unchanged + 0.5) / (seen.checks + 0.5))
    if changes_a_look <= 0:
        return most
    between_looks = seen.span / seen.checks
    wanted = between_looks / (changes_a_look * _LOOKS_A_CHANGE)
    return min(max(wanted, least), most)
