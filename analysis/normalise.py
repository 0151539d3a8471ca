"""One spelling for texts that say the same, and a digest of what they say.

`canonical` settles what carries no meaning: whitespace, Unicode forms,
invisible characters, the style of quotes, dashes and bullets, blank lines. It
keeps every word. `digest_of` goes further, on a throw-away copy: line marks,
spacing and the volatile spans (a copyright year, a view counter) do not reach
it, so they stay in the stored text and still never count as a change.
"""

import hashlib
import re
import unicodedata

from analysis.volatile import LONG, is_key, masked

__all__ = ["canonical", "digest_of"]

# Never shown, or shown as nothing: controls, soft hyphens, zero-width, bidi and tag characters,
# variation selectors, noncharacters, lone surrogates.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0"
    "\ufff0-\ufffb\ufffe\uffff\U000e0000-\U000e0fff]+"
)
_STYLES = {
    char: plain
    for plain, chars in {
        "'": "\u2018\u2019\u201a\u201b\u2032\u2035\u02bc\u0060\u00b4\uff07\u2039\u203a",
        '"': "\u201c\u201d\u201e\u201f\u2033\u2036\uff02\u00ab\u00bb",
        "-": "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d",
        "...": "\u2026",
        "ff": "\ufb00",
        "fi": "\ufb01",
        "fl": "\ufb02",
        "ffi": "\ufb03",
        "ffl": "\ufb04",
        "st": "\ufb05\ufb06",
    }.items()
    for char in chars
}
_QUOTED = re.compile(r"«[^\S\n]?|[^\S\n]?»")  # French spacing inside the quotes is style too
_ENDS_IN = "\r\x0b\x0c\x85\u2028\u2029"
_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_RULE = re.compile(r"[\s\-=_*~#|:+.•·]*")  # a line of these says nothing
_BULLET = re.compile(
    r"(?:(?:[•·●○◦▪▫■□▸►▶➢➤❖✓✔‣⁃∙⦁◆◇\uf0a7\uf0b7\uf0d8*+-]|o(?=\s\s))\s+|[•·●○◦▪▫■□▸►▶➢➤❖‣⁃∙⦁\uf0a7\uf0b7\uf0d8](?=\w)){1,3}"
)
_NUMBER = re.compile(r"(\d{1,3})[.)] (?=\S)")
_HEADING = re.compile(r"(#{1,6}) (?:#{1,6} )*")
_MARKS = frozenset({"-", "|", *("#" * level for level in range(1, 7))})
_DEEPEST = 5  # levels of indent; deeper lists are drawn at this one


def canonical(text: str) -> str:
    """Return the one spelling of `text`; a canonical text is its own.

    It is lines of text: headings, items (two blanks a level), rows and
    paragraphs, with a blank line between blocks but not between items or rows.
    """
    out: list[str] = []
    last = ""
    for raw in _characters(text).split("\n"):
        kind, line = _line(raw)
        if not line:
            continue
        if out and (kind != last or kind in "#p"):
            out.append("")
        out.append(line)
        last = kind
    return "\n".join(out)


def digest_of(canonical_text: str) -> str:
    """Return the sha256 (hex) of what counts in `canonical_text`."""
    words = masked(canonical_text).split()
    counted = " ".join(
        [word for word in words if word not in _MARKS and (len(word) < LONG or not is_key(word))]
    )
    return hashlib.sha256(counted.encode("utf-8", "replace")).hexdigest()


def _characters(text: str) -> str:
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    present = set(text)
    if not present.isdisjoint("«»"):
        text = _QUOTED.sub('"', text)
    for char in present.intersection(_STYLES):
        text = text.replace(char, _STYLES[char])
    for char in filter(_INVISIBLE.match, present):
        text = text.replace(char, "")
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return text if present.isdisjoint(_ENDS_IN) else _ENDS.sub("\n", text)


def _line(raw: str) -> tuple[str, str]:
    """Return the kind of one line (`#`, `-`, `|` or `p`) and its spelling, "" for none."""
    line = " ".join(raw.split())
    if not line:
        return "p", ""
    first = line[0]
    if first.isalpha() and not line.startswith("o "):
        return "p", line
    if _RULE.fullmatch(line):
        return "p", ""
    if first == "#":
        found = _HEADING.match(line)
        return ("#", f"{found[1]} {line[found.end() :]}") if found else ("p", line)
    if first == "|":
        cells = [cell.strip() for cell in line.strip("| ").split("|")]
        return "|", f"| {' | '.join(cells)} |"
    if first.isdigit():
        found = _NUMBER.match(line)
        return ("-", f"{_indent(raw)}{found[1]}. {line[found.end() :]}") if found else ("p", line)
    rest = " ".join(raw.lstrip()[_bullets_end(raw.lstrip()) :].split())
    return ("-", f"{_indent(raw)}- {rest}") if rest and rest != line else ("p", line)


def _bullets_end(text: str) -> int:
    """Return where the bullets end that `text` begins with: "- - x" is one item."""
    end = 0
    while found := _BULLET.match(text, end):
        end = found.end()
    return end


def _indent(raw: str) -> str:
    blanks = len(raw) - len(raw.lstrip())
    return "  " * min(blanks // 2, _DEEPEST)
