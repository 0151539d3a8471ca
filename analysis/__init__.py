"""Understand: bytes -> text -> clauses -> findings. Pure functions that touch nothing.

The map, in the order of the flow:

    revisions    one integer per stage, stamped on every derived row
"""
