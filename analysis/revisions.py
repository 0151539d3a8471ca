"""One integer per stage of the analysis.

Every derived row is stamped with the revision of the rules that made it, so
that a better rule can remake the row from its body. Raise a number when the
stage may give another result for the same input.
"""

__all__ = ["COMPARISON", "FURNITURE", "READING", "TAGGING"]

READING = 2  # bytes -> canonical text: decode, extract, quality, normalise
FURNITURE = 1  # texts of a page and of its service -> lines that do not count
TAGGING = 2  # clause -> topics and facts
COMPARISON = 3  # two texts -> edits, findings, kind
