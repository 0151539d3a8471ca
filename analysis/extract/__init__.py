"""Documents of each kind -> lines of main text.

html      the door for HTML: parse, prune, choose the container, write lines
tree      HTML -> a light tree with the sums that later stages ask for
marks     what a tag's names (class, id, role) say about it
prune     page furniture out, each removal guarded by prose and links
lines     tree -> lines of canonical text, and the links
text      plain text and Markdown -> lines of canonical text
pdf       PDF -> lines, in a child process with limits
"""
