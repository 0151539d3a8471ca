"""Understand: bytes -> text -> clauses -> findings. Pure functions that touch nothing.

The map, in the order of the flow:

    revisions    one integer per stage, stamped on every derived row
    reading      the one door from bytes: read_page -> Reading
    pages        several pages as one policy: one body, one text with marks
    problems     the shape in which a reader says what was wrong with its input
    decode       bytes and header -> str, in the order browsers use
    extract      documents of each kind (HTML, text, Markdown, PDF) -> lines of main text
    furniture    lines that documents of one service share at their top and bottom
    normalise    one spelling for texts that say the same, and a digest of what counts
    volatile     the spans that differ from fetch to fetch and mean nothing
    language     the language of a text, by its commonest small words
    claims       what a document says about itself: title, dates, version
    documents    which legal document a link leads to, in seven languages
    quality      is this the policy at all? asked before a text becomes a snapshot
    hollow       is there nothing to read because a script has not run?
    doubts       what each doubt means, what to do about it, and whether waiting helps
    walls        the words of pages that stand in a policy's place, as data
    wordcode     phrase rules over words: the engine of cues and facts
    topics       the topics a clause can be about, and where they stand in the law
    topic_cues_en    English cues of the topics
    topic_cues_fr    French cues of the topics
    topic_cues_de    German cues of the topics
    model        the linear half of the tagger: shipped weights and their arithmetic
    tagging      clause and heading -> topics, with the cues that decided
    fact         the value every reader of facts returns
    fact_words_en    English words of the slots of facts
    fact_words_fr    French words of the slots of facts
    fact_words_de    German words of the slots of facts
    fact_rules   the rules of facts, compiled once a language
    practices    what is done and what is denied, with its condition
    periods      how long data is kept; times to answer and to tell; ages
    parties      who is named, in prose, lists and table rows
    facts        the one door: clause -> facts, each with its place
    clausemap    one text, laid out clause by clause with its topics and facts
    plain        an edition as blocks of plain text, ours or another archive's Markdown
    sentences    blocks cut into sentences, and the keys they are matched by
    sections     headed sections, and the pairs of two editions
    wording      word-level redline of one sentence
    letters      a letter for each word, so that runs of words are sought as strings
    likeness     which left-over statements are one statement, reworded
    diff         two editions -> edits: moved, added, removed, reworded
    memo         answers about texts, remembered while one comparison asks for them
    gates        a costly pattern tried only where one of its words can be
    marks        numbers, negation, modality and names of one wording
    synonyms     words that count alike in a comparison, or not at all
    rewording    two wordings of one statement: what is really lost, gained, turned
    roles        statement or furniture: the part a text plays on its page
    seats        a seat in a country that the policy newly names
    trifles      what is no news where nothing but its place speaks for it
    contract     what binds the reader of terms of service, and sums of money
    direction    for whom a change is better
    usable       whether two texts are editions of one policy at all
    edition      one edition as it is searched: does it say these words somewhere?
    scene        what a step's judge must know of the whole comparison
    reasons      why a step matters, in plain words
    severity     high, medium or low, by a table
    findings     what a reader is told: one material point
    headlines    a comparison in a headline, a finding in a sentence
    assessment   what the judges say of one step: the value
    pair         two wordings of one statement, and what can be asked of them
    reworded     a statement in other words -> material or not, topics, direction, reasons
    surroundings    whether a piece stands amid the policy's own text, or at its edge
    about        what a whole statement is about: by itself, or by what introduces it
    assess       one step -> material or not, topics, direction, reasons
    subjects     what a changed statement is about, the special before the general
    stated       what the facts of a rewording say by themselves: topics, and for whom
    signals      words that name the practice a changed phrase is about
    materiality  edits -> kind and findings, with reasons
    variants     a text's place in the history of its document
    compare      the one door: two editions -> Comparison
"""
