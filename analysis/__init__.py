"""Understand: bytes -> text -> clauses -> findings. Pure functions that touch nothing.

The map, in the order of the flow:

    revisions    one integer per stage, stamped on every derived row
    plain        an edition as blocks of plain text, ours or another archive's Markdown
    sentences    blocks cut into sentences, and the keys they are matched by
    sections     headed sections, and the pairs of two editions
    wording      word-level redline of one sentence
    diff         two editions -> edits: moved, added, removed, reworded
    signals      words that name the practice a changed phrase is about
    materiality  edits -> kind and findings, with reasons
    variants     a text's place in the history of its document
    compare      the one door: two editions -> Comparison
"""
