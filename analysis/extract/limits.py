"""Pages built to be slow or to hide text: found before they are parsed, and defused.

The parser takes time with the square of the depth of nesting and of the number
of attributes of one tag, and a tree of a million elements takes more memory
than a policy is worth. None of it may hide a clause, so such a page is read
with less structure instead of being refused. All of it is linear in the bytes.
"""

import re
from typing import NamedTuple

from analysis.problems import Problem

__all__ = ["Defused", "defused", "without_noscript"]

_MANY_TAGS = 250_000  # past this only the words of a page are kept; real ones have 20,000
_MOST_TAGS = 500_000  # that are parsed, of those whose content is no text: they take 300 MB
_WORTH_A_LOOK = 10_000  # tags; with fewer a page cannot be deep enough to hurt
_TOO_DEEP = 4_000  # levels, which take lexbor 0.02 s; twenty times as many take it 7 s
_TAG = re.compile(rb"<(/?)([a-zA-Z][a-zA-Z0-9-]{0,30})")
# Every tag but those whose content is no text, or text that looks like tags. What a quoted value
# hides is left to the second pattern, and what is no tag at all to the third.
_HIDING = (
    rb"(?!(?:script|style|template|title|textarea|noscript|iframe|xmp|plaintext|noembed|noframes|svg|math|object|select"
    rb"|head|body|html|canvas|video|audio|map|datalist)[\s/>])"
)
_PLAIN_TAG = re.compile(
    rb"</?" + _HIDING + rb"[a-z](?:[^<>\"']++|\"[^\"<>]*+\"|'[^'<>]*+')*+>", re.IGNORECASE
)
_QUOTING_TAG = re.compile(
    rb"</?" + _HIDING + rb"[a-z](?:[^>\"']++|\"[^\"]*+\"|'[^']*+')*+>", re.IGNORECASE
)
_BOGUS_TAG = re.compile(rb"<(?:\?|!(?!--|doctype)|/(?![a-z>]))[^>]*+>", re.IGNORECASE)
# A tag of so many attributes takes lexbor a tenth of a second; a page of 128 kB full of them, 1.5 s.
_MOST_ATTRIBUTES = 8_000
_LARGE = 128 << 10  # bytes
_PART = 1 << 20  # bytes of a page that are rewritten at a time
_CROWDED = re.compile(
    rb"<([a-zA-Z][^\s/>]{0,60})((?:[^>\"']++|\"[^\"]*+\"|'[^']*+')*+)", re.IGNORECASE
)
_STEP = _MOST_ATTRIBUTES  # bytes; a tag of so many attributes is more than twice as long
_BLANKS = 64  # between an equals sign and the value; past this there may be one before
# What a tag of so many must have, found twice as fast: many names or many values.
_LONG_TAG = re.compile(rb"<[a-zA-Z](?:[^>\"']{1,16}+|\"[^\"]*+\"|'[^']*+'){2000}")
_QUOTED = re.compile(rb"\"[^\"]*+\"|'[^']*+'")
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


class Defused(NamedTuple):
    """A page that is safe to parse; where `words_only`, its tags are not worth a look."""

    page: bytes
    problems: list[Problem]
    words_only: bool


def defused(page: bytes) -> Defused:
    """Return `page` as it can be parsed in seconds and in half a gigabyte."""
    problems: list[Problem] = []
    tags = page.count(b"<")  # or a few more
    if len(page) > _LARGE and _may_be_crowded(page) and _LONG_TAG.search(page):
        page, crowded = _uncrowded(page)
        if crowded:
            problems.append(Problem("crowded_tag", f"{crowded} attributes in one tag"))
    left = tags
    if tags > _MANY_TAGS:  # first: flattening a million tags one by one takes memory too
        page = _without_tags(page)
        left = page.count(b"<")
    if left > _MOST_TAGS:
        problems.append(Problem("cut", f"{left} tags, read up to number {_MOST_TAGS}"))
        page = b"<".join(page.split(b"<", _MOST_TAGS)[:_MOST_TAGS])
    if levels := _nesting(page, left):
        problems.append(Problem("deep_tree", f"{levels} levels"))
        page = _flattened(page)
    if tags > _MANY_TAGS:
        problems.append(Problem("too_many_tags", f"{tags} tags: words only"))
    return Defused(page, problems, tags > _MANY_TAGS)


def _may_be_crowded(page: bytes) -> bool:
    """Whether some tag can be two steps long; costs a fifth of a search for the tag itself.

    Such a tag covers a step from its begin to its end, and every ">" there is inside a value. A
    value opens after "=" and holds no quote of the kind it opened with: so the last quote of one
    kind before that ">" follows "=".
    """
    double = single = -1  # the last quotes seen
    end = done = 0
    for start in range(0, len(page), _STEP):
        at = page.find(b">", start, start + _STEP)
        if at < 0:  # a long value or a script: part of a tag if that begins after the last ">"
            at = end = max(end, page.rfind(b">", max(0, start - _STEP), start))
            if page.find(b"<", max(at, start - _STEP), start + 1) >= 0:
                return True
        double = max(double, page.rfind(b'"', done, at))
        single = max(single, page.rfind(b"'", done, at))
        if _opens_value(page, double) or _opens_value(page, single):
            return True
        done = max(done, at)
    return False


def _opens_value(page: bytes, quote: int) -> bool:
    before = page[max(0, quote - _BLANKS) : max(0, quote)]
    return before.rstrip()[-1:] == b"=" or (len(before) == _BLANKS and before.isspace())


def _uncrowded(page: bytes) -> tuple[bytes, int]:
    """Take the attributes from each tag that has too many; return the most that one had, or 0."""
    out: list[bytes] = []
    at = most = 0
    for tag in _CROWDED.finditer(page):
        if tag.end() - tag.start() > 2 * _MOST_ATTRIBUTES:
            names = len(_QUOTED.sub(b" ", tag[2]).replace(b"/", b" ").split())
            if names > _MOST_ATTRIBUTES:
                out += (page[at : tag.start()], b"<", tag[1])
                at = tag.end()
                most = max(most, names)
    return (b"".join([*out, page[at:]]), most) if most else (page, 0)


def _without_tags(page: bytes) -> bytes:
    """Put a line end for each tag: of such a page only the words are kept.

    What looks like a tag inside a script or a value is no text either way.
    """
    page = _lines_for(_PLAIN_TAG, page)
    if page.count(b"<") > _WORTH_A_LOOK:
        page = _lines_for(_BOGUS_TAG, _lines_for(_QUOTING_TAG, page))
    return page


def _lines_for(tag: re.Pattern[bytes], page: bytes) -> bytes:
    """Put a line end for each `tag`, part by part: the pieces of millions at once take 300 MB."""
    out: list[bytes] = []
    at = 0
    while at < len(page):
        end = page.find(b"<", at + _PART)
        end = len(page) if end < 0 else end
        out.append(tag.sub(b"\n", page[at:end]))
        at = end
    return b"".join(out)


def _nesting(source: bytes, tags: int) -> int:
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


def _flattened(source: bytes) -> bytes:
    """Return the page without its containers: headings, paragraphs, items and words stay.

    Only names are changed, into those of empty elements: attributes may hold anything.
    """
    return _TAG.sub(_emptied, source)


def _emptied(found: re.Match[bytes]) -> bytes:
    name = found[2].lower()
    if name in _KEPT:
        return found[0]
    return b"<wbr" if name in _INLINE else b"<br"


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
