"""What follows the end of a document: "Related articles" and the like."""

import re

__all__ = ["without_tail"]

_TAIL = re.compile(
    r"(?:related(?: articles?| content| topics| posts)?|see also"
    r"|articles? (?:connexes|associés|similaires|liés)|did this answer your question"
    r"|was this (?:article|page|information)? ?helpful|cette? (?:article|page|réponse) vous"
    r"|ça vous a aidé|share this|partager|have more questions|return to top|recently viewed"
    r"|still need help|verwandte artikel|war dieser beitrag hilfreich)",
    re.IGNORECASE,
)


def without_tail(lines: list[str]) -> list[str]:
    """Cut from such a line on, when it is in the second half and only short lines follow."""
    total = sum(map(len, lines))
    for at in range(len(lines) // 2, len(lines)):
        line = lines[at]
        if len(line) < 90 and _TAIL.match(line.lstrip("#- ")):
            rest = lines[at:]
            if all(len(other) < 160 for other in rest) and sum(map(len, rest)) < 0.25 * total:
                return lines[:at]
    return lines
