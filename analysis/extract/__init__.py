"""Documents of each kind -> lines of main text.

The map, in the order of the flow:

    extracted    what every kind of document is turned into
    kinds        what kind of document a body is
    limits       pages built to be slow or to hide text, defused before they are parsed
    html         the door for HTML: parse, prune, choose the container, write lines
    tree         HTML -> a light tree with the sums that later stages ask for
    marks        what a tag's names (class, id, role) say about it
    prune        page furniture out, each removal guarded by prose and links
    anchors      every link of a page, the ones around its text too
    lines        tree -> lines, and the links in them
    text         plain text and Markdown -> lines
    pdf          the door for PDF: a child process with limits
    pdf_child    the program of that process
    pdf_layout   printed lines -> headings, paragraphs, items
    mend         structure that an export or a copy lost: rows, items, run-in headings
    edges        what stands before the start and after the end of a document
    scope        one section of a page that holds several documents
"""
