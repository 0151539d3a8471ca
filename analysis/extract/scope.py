"""One section of a page that holds several documents."""

from analysis.problems import Problem

__all__ = ["section_of"]


def section_of(text: str, heading: str) -> tuple[str, list[Problem]]:
    """Return the part of a canonical text under `heading`, up to the next of its level.

    Case and blanks do not matter. Without such a heading the whole text is
    returned, and the problem said: a renamed heading must not empty a policy.
    """
    wanted = " ".join(heading.lstrip("# ").split()).casefold()
    lines = text.split("\n")
    start = level = -1
    for at, line in enumerate(lines):
        mark, _, words = line.partition(" ")
        if not words or mark.strip("#"):
            continue
        if start >= 0 and len(mark) <= level:
            return "\n".join(lines[start:at]).rstrip("\n"), []
        if start < 0 and words.casefold() == wanted:
            start, level = at, len(mark)
    if start < 0:
        return text, [Problem("section_missed", heading)]
    return "\n".join(lines[start:]), []
