"""Read an edition as blocks of plain text: headings, paragraphs, items, rows.

Takes our canonical text and the Markdown of other archives alike (links,
emphasis, escapes, underlined headings, soft-wrapped lines). What is not text
(link targets, images, scripts, table rules) is gone afterwards. This module
does not judge what a block says.
"""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.memo import remembered

__all__ = ["Block", "blocks_of", "strip_all", "strip_inline"]

_WRAPPED = 45  # characters: a line of an address is shorter, a wrapped line of prose is not
_CELL = 200  # characters between tabs; more is prose that a tab fell into
_LONGEST = 200_000  # characters of one line that are read; a longer one is never prose

_ATX = re.compile(r"#{1,6}(?=\s|$)")
_RULE = re.compile(r"(?:={2,}|-{2,})[ \t]*")
_BREAK = re.compile(r"(?:[*_-][ \t]?){3,80}|[=*_~-]{2,}")
_ITEM = re.compile(
    r"(?:[-*+•·●▪◦‣–○■□➢✓✔]|\(?\d{1,3}(?:\.\d{1,3}){0,4}[.)]|\(?[A-Za-z][.)]|\(?[ivxIVX]{1,5}[.)])(?=\s)\s*"
)
_TABLE_RULE = re.compile(r"[|\s:+=-]{3,2000}")
_IMAGE = re.compile(r"!\[([^\[\]]{0,400}+)\]\((?:[^()]|\([^()]{0,200}\)){0,3000}+\)")
_LINK = re.compile(
    r"\[([^\[\]]{0,1500}+)\]\((?:[^()\s]|\([^()]{0,300}\)){0,4000}+(?:\s[^()]{0,600}(?:\([^()]{0,200}\)[^()]{0,300})?)?\)"
)
_REFERENCE = re.compile(r"\\?\[([^\[\]]{1,300}+)\]\\?\[[^\[\]]{0,80}+\]")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,600}+>|<!--[^<>]{0,2000}-->")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!|~<>=-])")
_HIDDEN = re.compile(r"\\?\[\s?e-?mail\s?(?:protected|address)\s?\\?\]", re.IGNORECASE)
_STAR = re.compile(r"(?<!\\)\*{1,3}|(?<!\\)`{1,3}|~~")
_UNDERLINE = re.compile(r"(?<![^\W_])(?<!\\)_{1,3}(?=\S)|(?<=\S)(?<!\\)_{1,3}(?![^\W_])|\|")
_INVISIBLE = re.compile(r"[\u200b\u200c\u200d\u2060\ufeff\u00ad]+")
_MARKED = re.compile(r"[\[\]*_`~\\<&]")
_CODE = re.compile(
    r"function\s?\(|\bvar \w|window\.|document\.|CDATA|=>|\\u00|\$\(|[{;]\s{0,3}[\"'\w.-]{1,60}\s{0,3}[:=(]|#[\w-]{1,40}\s?\{"
)
_CODE_MARKS = "{};=<>"
_LONG_BLOCK = 2_000  # characters; in a longer one, words without end are no prose
_LONG_WORD = re.compile(r"\S{160,}+")


@dataclass(frozen=True, slots=True)
class Block:
    """One block. `raw` is its source joined to one line; text is stripped on demand.

    kind: "heading", "paragraph", "item" or "row". `level` is 1..6 for a heading,
    the nesting for an item, else 0.
    """

    kind: str
    level: int
    raw: str


_END, _NOTHING = Block("end", 0, ""), Block("nothing", 0, "")


def blocks_of(text: str) -> list[Block]:
    """Split an edition into blocks, in document order. O(length).

    A paragraph wrapped in mid-sentence becomes one block, whatever kind of line
    break it was wrapped with. Lines of script and empty rows are dropped.
    """
    blocks: list[Block] = []
    open_at = -1  # index of the block that a plain line may still continue
    for full in text.split("\n"):
        if not full:  # as every other line is
            open_at = -1
            continue
        line = _line_of(full)
        kind = line.kind
        if kind == "paragraph" and open_at >= 0 and _continues(blocks[open_at].raw, line.raw):
            last = blocks[open_at]
            blocks[open_at] = Block(last.kind, last.level, f"{last.raw} {line.raw}")
        elif kind in ("paragraph", "item"):
            open_at = len(blocks)
            blocks.append(line)
        elif kind in ("heading", "row"):
            open_at = -1
            blocks.append(line)
        elif kind == "end":
            open_at = -1
        elif kind == "underline":
            title = blocks[open_at] if open_at >= 0 else _END
            if title.kind == "paragraph" and len(title.raw) <= 300:
                blocks[open_at] = Block("heading", line.level, title.raw)
            open_at = -1
    return blocks


@remembered(4096)  # a block is read when it is cut, and again as part of its page
def strip_inline(raw: str) -> str:
    """Drop inline markup: link targets, images, emphasis, escapes, tags, entities."""
    text = _LONG_WORD.sub(" ", raw) if len(raw) > _LONG_BLOCK else raw
    if _MARKED.search(text):
        text = _without_marks(text)
    elif _is_tidy(text):
        return text
    if not text.isascii():
        text = _INVISIBLE.sub("", text)
    return " ".join(text.split())


def strip_all(blocks: Sequence[Block]) -> list[str]:
    """`strip_inline` of each: those with nothing to drop are told by one look at all of them."""
    raws = [block.raw for block in blocks]
    shapes = "\n".join(raws).encode("utf-8", "surrogatepass").translate(_SHAPES).split(b"\n")
    return [
        strip_inline(raw)
        if b"*" in shape
        or b"  " in shape
        or (b"+" in shape and not raw.isprintable())
        or len(raw) > _LONG_BLOCK
        else raw
        for raw, shape in zip(raws, shapes, strict=False)  # no block is one empty line
    ]


def _shape(byte: int) -> int:
    """What a byte of UTF-8 means to `strip_inline`: "*" work, "+" perhaps, "." none."""
    if chr(byte) in " \n":
        return byte
    if byte < 32 or byte == 127 or _MARKED.match(chr(byte)):
        return ord("*")
    return ord(".") if byte < 127 else ord("+")


_SHAPES = bytes(map(_shape, range(256)))


def _is_tidy(text: str) -> bool:
    """Whether there is nothing to join and nothing unseen: so for two blocks of three."""
    return text.isascii() and text.isprintable() and "  " not in text and text == text.strip()


def _without_marks(text: str) -> str:
    """Each sort of mark is looked for where its own letters stand."""
    if "email" in text:
        text = _HIDDEN.sub("email protected", text)
    if "![" in text:
        text = _IMAGE.sub(" ", text)
    for _ in range(2):  # a link around an image, or a link in a link
        if "](" in text:
            text = _LINK.sub(r"\1", text)
    if "][" in text or "]\\[" in text:  # some archives escape a link that its page left broken
        text = _REFERENCE.sub(r"\1", text)
    if "<" in text:
        text = _TAG.sub(" ", text)
    if "&" in text:
        text = html.unescape(text)
    text = _without_stars(text)
    return _ESCAPE.sub(r"\1", text) if "\\" in text else text


def _without_stars(text: str) -> str:
    """Drop the marks of emphasis and code; what stands between words or is escaped stays."""
    if "_" in text:
        text = _without_underlines(text)
    if "_" in text or "\\" in text:
        return _STAR.sub("", text)
    return text.replace("~~", "").replace("*", "").replace("`", "")


def _without_underlines(text: str) -> str:
    """Drop underlines in pairs, within a cell: one alone begins the name of a cookie, "_ga"."""
    marks: list[tuple[int, int]] = []
    opened: tuple[int, int] | None = None
    for found in _UNDERLINE.finditer(text):
        begins = found.end() < len(text) and not text[found.end()].isspace()
        if found[0] == "|":
            opened = None
        elif opened and not (begins and text[found.start() - 1].isspace()):
            marks += [opened, found.span()]
            opened = None
        else:
            opened = found.span() if begins else None
    kept, last = [], 0
    for start, end in marks:
        kept.append(text[last:start])
        last = end
    return "".join([*kept, text[last:]])


@remembered(4096)  # two editions share most of their lines
def _line_of(full: str) -> Block:
    """What one line is by itself: a block, or a mark.

    Marks are of kind "underline" (of a heading, with its level), "end" (no plain line goes
    on past it) and "nothing".
    """
    line = full[:_LONGEST].strip()
    if not line:
        return _END
    first = line[0]
    if first.isalpha() and not _may_be_lettered(line):  # most lines are prose
        return _END if _is_code(line) else Block("paragraph", 0, line)
    if first == "#" and (found := _ATX.match(line)):
        rest = line[found.end() :].strip().rstrip("#").strip()
        return Block("heading", found.end(), rest) if rest else _END
    if first in "=-*_~" and (_RULE.fullmatch(line) or _BREAK.fullmatch(line)):
        return Block("underline", 1 if first == "=" else 2, "") if first in "=-" else _END
    if first == "|" or "\t" in line:
        if _TABLE_RULE.fullmatch(line):
            return _NOTHING
        cells = _cells(line)
        if first == "|" or (len(cells) > 1 and max(map(len, cells)) <= _CELL):
            return Block("row", 0, " | ".join(cells)) if any(cells) else _END
    if _is_code(line):
        return _END
    if found := _ITEM.match(line):
        rest = line[found.end() :].strip()
        indent = len(full) - len(full.lstrip())
        return Block("item", min(indent // 2, 9), rest) if rest else _NOTHING
    return Block("paragraph", 0, line)


def _may_be_lettered(line: str) -> bool:
    """Whether a line that begins with a letter may be an item ("a) ...") or a row."""
    head = line[1:6]
    return "." in head or ")" in head or "\t" in line


def _cells(line: str) -> list[str]:
    parts = line.strip("|").split("|") if line.startswith("|") else line.split("\t")
    return [part.strip() for part in parts]


def _is_code(line: str) -> bool:
    """True for a line of script, style or JSON that leaked out of a page."""
    if line.startswith(('{"', '[{"')):
        return True
    if not any(map(line.__contains__, _CODE_MARKS)):
        return False
    start = line[:20_000]
    marks = sum(map(start.count, _CODE_MARKS))
    return marks > 5 and marks * 60 > len(start) and len(line) >= 20 and bool(_CODE.search(line))


def _continues(before: str, line: str) -> bool:
    """Whether a plain line goes on with the block before it.

    A wrapped line is long or stops in mid-sentence; two short lines with
    capitals are two lines of a list or an address.
    """
    if line[0].islower():
        return True
    return before[-1] not in ".!?:" and (len(before) >= _WRAPPED or before[-1] in ",;-")
