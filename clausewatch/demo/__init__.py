"""A company of our own making, and a run of the main job on it. Nobody in here exists.

The map, in the order of the flow:

    edits      edits to a text, each of which must fit
    story      what the company does, day by day, and what ought to be noticed
    markup     the texts' small Markdown to HTML
    theme      the pages' furniture, some of it new on every visit
    site       the company's web site on loopback
    folder     the folder it leaves behind, and how an old one is replaced
    watch      the site watched through the real program, in virtual time
    nothing    in words, why a change does not matter
    verdict    what was noticed against what was planted
    play       the story from end to end
    card       one alert on a terminal
    stage      the whole demonstration on a terminal
"""
