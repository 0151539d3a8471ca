"""Pages built to be slow: found before they are parsed, and made flat.

The parser takes time with the square of the depth of nesting, and a tree of a
million elements takes more memory than a policy is worth. Neither may hide a
clause, so such a page is read with less structure instead of being refused.
"""

import re

__all__ = ["MANY_TAGS", "flattened", "nesting", "tags_of"]

MANY_TAGS = (
    250_000  # past this a page's words are kept and its structure is not; real ones have 20,000
)
_WORTH_A_LOOK = 10_000  # tags; with fewer a page cannot be deep enough to hurt
_TOO_DEEP = 4_000  # levels, which take lexbor 0.02 s; twenty times as many take it 7 s
_TAG = re.compile(rb"<(/?)([a-zA-Z][a-zA-Z0-9-]{0,30})")
_UNNESTED = frozenset(
    b"area base br col embed hr img input link meta param source track wbr "
    b"p li dt dd option tr td th thead tbody tfoot colgroup".split()
)
_KEPT = (
    rb"p|h[1-6]|li|br|hr|script|style|title|head|body|html|noscript|template|textarea|iframe"
    rb"|svg|math|select|object"
)
_INLINE = rb"a|abbr|b|big|cite|code|em|font|i|label|mark|q|s|small|span|strong|sub|sup|u|var"
_DROPPED = re.compile(rb"</?(?:%s)\b[^>]{0,10000}>" % _INLINE, re.IGNORECASE)
_BROKEN = re.compile(rb"</?(?!(?:%s)\b)[a-z][^>]{0,10000}>" % _KEPT, re.IGNORECASE)


def tags_of(source: bytes) -> int:
    """Return at least the number of tags."""
    return source.count(b"<")


def nesting(source: bytes) -> int:
    """Return how deep elements nest, roughly, or 0 where they cannot nest deep enough to matter."""
    if tags_of(source) < _WORTH_A_LOOK:
        return 0
    depth = deepest = 0
    for found in _TAG.finditer(source):
        if found[2].lower() in _UNNESTED:
            continue
        depth = max(0, depth - 1) if found[1] else depth + 1
        deepest = max(deepest, depth)
    return deepest if deepest > _TOO_DEEP else 0


def flattened(source: bytes) -> bytes:
    """Return the page without its containers: headings, paragraphs, items and words stay."""
    return _BROKEN.sub(b"<br>", _DROPPED.sub(b"", source))
