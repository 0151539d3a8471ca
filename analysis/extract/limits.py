"""Pages built to be slow or to hide text: found before they are parsed, and defused.

The parser takes time with the square of the depth of nesting, and a tree of a
million elements takes more memory than a policy is worth. Neither may hide a
clause, so such a page is read with less structure instead of being refused.
All of it is linear in the bytes.
"""

import re

__all__ = ["MANY_TAGS", "flattened", "nesting", "tags_of", "without_bare_tags", "without_noscript"]

MANY_TAGS = 250_000  # past this only the words of a page are kept; real ones have 20,000
_WORTH_A_LOOK = 10_000  # tags; with fewer a page cannot be deep enough to hurt
_TOO_DEEP = 4_000  # levels, which take lexbor 0.02 s; twenty times as many take it 7 s
_TAG = re.compile(rb"<(/?)([a-zA-Z][a-zA-Z0-9-]{0,30})")
_BARE_TAG = re.compile(
    rb"</?(?:p|div|span|pre|b|i|u|em|strong|small|font|center|br|li|ul|ol|dl|dt|dd|table|tbody|thead|tr|td|th"
    rb"|section|article|blockquote|h[1-6]|a)>",
    re.IGNORECASE,
)
_UNNESTED = frozenset(
    b"area base br col embed hr img input link meta param source track wbr "
    b"p li dt dd option tr td th thead tbody tfoot colgroup".split()
)
_KEPT = frozenset(
    b"p h1 h2 h3 h4 h5 h6 li br hr script style title head body html noscript template textarea "
    b"iframe svg math select object".split()
)
_INLINE = frozenset(
    b"a abbr b big cite code em font i label mark q s small span strong sub sup u var".split()
)


def tags_of(source: bytes) -> int:
    """Return at least the number of tags."""
    return source.count(b"<")


def nesting(source: bytes, tags: int) -> int:
    """Return how deep elements nest, roughly, or 0 where `tags` are too few to hurt."""
    if tags < _WORTH_A_LOOK:
        return 0
    depth = deepest = 0
    for found in _TAG.finditer(source):
        if found[2].lower() in _UNNESTED:
            continue
        depth = max(0, depth - 1) if found[1] else depth + 1
        deepest = max(deepest, depth)
    return deepest if deepest > _TOO_DEEP else 0


def flattened(source: bytes) -> bytes:
    """Return the page without its containers: headings, paragraphs, items and words stay.

    Only names are changed, into those of empty elements: attributes may hold anything.
    """
    return _TAG.sub(_emptied, source)


def _emptied(found: re.Match[bytes]) -> bytes:
    name = found[2].lower()
    if name in _KEPT:
        return found[0]
    return b"<wbr" if name in _INLINE else b"<br"


def without_bare_tags(source: bytes) -> bytes:
    """Put a line end for each tag without attributes: of such a page only the words are kept.

    A tree of a million elements takes 500 MB; what looks like a tag inside a
    script or a value is no text either way.
    """
    return _BARE_TAG.sub(b"\n", source)


def without_noscript(source: bytes) -> bytes:
    """Take out `<noscript>` as raw text, as a browser with scripts does.

    lexbor parses what is inside: an `<iframe>` opened there and not closed eats
    the page to its end.
    """
    out: list[bytes] = []
    low = source.lower()
    at = 0
    while (start := low.find(b"<noscript", at)) >= 0:
        end = low.find(b"</noscript", start)
        if end < 0:
            break
        out.append(source[at:start])
        at = end + len(b"</noscript")
        at = max(at, low.find(b">", at) + 1)
    return b"".join([*out, source[at:]])
