"""How much a finding weighs: high, medium or low, by a table a reader can check (docs/changes.md has it too).

| high when the reader loses and | medium | low |
|---|---|---|
| data is sold, or trains AI | any other practice, right or safeguard | contact, scope, definitions |
| a promise is dropped | anything that favours the reader | what goes and favours nobody |
| data is kept longer, or without end | | |
| sensitive data, or advertisers as recipients, are new | | |
| a choice or right goes | | |
| the age limit falls, arbitration comes | | |
"""

from analysis.reasons import Delta

__all__ = ["LEVELS", "severity_of"]

LEVELS = ("low", "medium", "high")
_LOW = frozenset({"contact", "other"})
_GRAVE = frozenset({"sale", "ai_training"})
_ADVERTISING = frozenset({"advertisers", "advertising", "data brokers", "ad networks"})


def severity_of(
    topic: str, direction: str, *, kind: str, promise_dropped: bool, longer: bool, facts: Delta
) -> str:
    """The level of one finding; `longer` says that data is kept longer or an age falls."""
    if direction in ("weaker", "mixed"):
        if topic in _GRAVE or promise_dropped or longer:
            return "high"
        if topic in ("choice", "access") and kind == "removed":
            return "high"
        if any(
            f.detail == "sensitive" or f.value in _ADVERTISING or f.slot == "dispute"
            for f in facts.came
        ):
            return "high"
    if topic in _LOW or (direction == "neutral" and kind == "removed"):
        return "low"
    return "medium"
