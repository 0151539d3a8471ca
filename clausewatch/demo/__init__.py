"""A company of our own making, and a run of the main job on it. Nobody in here exists.

The map, in the order of the flow:

    edits      edits to a text, each of which must fit
    story      what the company does, day by day, and what ought to be noticed
    markup     the texts' small Markdown to HTML
    theme      the pages' furniture, some of it new on every visit
    site       the company's web site on loopback
"""
