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
from collections.abc import Collection, Iterable

from analysis.volatile import masked, without_keys

__all__ = ["canonical", "digest_of", "weighed", "without"]

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
# Not worth a look: all of ASCII but the controls and the grave accent.
_USUAL = bytes({9, 10, *range(0x20, 0x7F)} - {ord("`")})
_ENDS_IN = "\r\x0b\x0c\x85\u2028\u2029"
_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_RULE = re.compile(r"[\s\-=_*~#|:+.•·]*")  # a line of these says nothing
_BULLET = re.compile(
    r"(?:(?:[•·●○◦▪▫■□▸►▶➢➤❖✓✔‣⁃∙⦁◆◇\uf0a7\uf0b7\uf0d8*+-]|o(?=\s\s))\s+|[•·●○◦▪▫■□▸►▶➢➤❖‣⁃∙⦁\uf0a7\uf0b7\uf0d8](?=\w)){1,3}"
)
_NUMBER = re.compile(r"(\d{1,3})[.)] (?=\S)")
_HEADING = re.compile(r"(#{1,6}) (?:#{1,6} )*")
_LINE_MARKS = frozenset(("-", "|", *("#" * level for level in range(1, 7))))
# A mark between blanks, found by its own character: what begins and ends with a blank is searched
# for slowly, for a sixth of all that is done here.
_LONE_MARKS = [
    (mark, re.compile(pattern))
    for mark, pattern in (
        (b"-", rb"-(?<= -) "),
        (b"|", rb"\|(?<= \|) "),
        (b"#", rb"#(?<= #)#{0,5} "),
    )
]
_DEEPEST = 5  # levels of indent; deeper lists are drawn at this one


def canonical(text: str) -> str:
    """Return the one spelling of `text`; a canonical text is its own.

    It is lines of text: headings, items (two blanks a level), rows and
    paragraphs, with a blank line between blocks but not between items or rows.
    """
    out: list[str] = []
    last = ""
    for raw in _characters(text).split("\n"):
        line = raw.strip(" ")
        if not line:
            continue
        if "  " in line:
            line = " ".join(line.split())
        kind = "p"
        first = line[0]
        if first == "-" and line[1:2] == " " and line[2:3].isalnum() and line[2] != "o":
            kind = "-"  # as we write items: a fifth of what `_marked` costs
            if raw[0] == " ":
                line = _indent(raw) + line
        elif not first.isalpha() or (first == "o" and line[1:2] == " "):
            kind, line = _marked(raw, line)
            if not line:
                continue
        if out and (kind != last or kind in "#p"):
            out.append("")
        out.append(line)
        last = kind
    return "\n".join(out)


def digest_of(canonical_text: str) -> str:
    """Return the sha256 (hex) of what counts in `canonical_text`."""
    return weighed(canonical_text)[0]


def without(text: str, furniture: Collection[str]) -> str:
    """Return a canonical text without the lines of `furniture`, one spelling again."""
    if not furniture:
        return text
    return canonical("\n".join(line for line in text.split("\n") if line not in furniture))


def weighed(canonical_text: str) -> tuple[str, int]:
    """Return the digest of a canonical text, and its number of words."""
    said = masked(canonical_text)
    counted, marks = _unmarked(said)
    total = counted.count(" ") + 1 + marks if counted or marks else 0
    if said != canonical_text:
        total = len(canonical_text.split())
        counted = " ".join(counted.split())
    data = without_keys(f" {counted} ".encode("utf-8", "replace"))  # one encoding for all
    for mark, lone in _LONE_MARKS:
        if mark in data:
            data = lone.sub(b"", data)
    return hashlib.sha256(data.strip()).hexdigest(), total


def _unmarked(text: str) -> tuple[str, int]:
    """Return the lines of a canonical text in one, without the marks they begin with, and how many."""
    words: list[str] = []
    marks = 0
    for line in text.split("\n"):
        if not line:
            continue
        mark, _, rest = line.lstrip(" ").partition(" ")
        if mark in _LINE_MARKS:
            marks += 1
            if rest:
                words.append(rest)
        else:
            words.append(line.lstrip(" "))
    said = " ".join(words)
    return " ".join(said.split()) if "|  |" in said else said, marks  # an empty cell


def _characters(text: str) -> str:
    """Settle the characters; of blanks only line ends and plain ones are left."""
    present = _present(text)
    if not _composed(present):
        text = unicodedata.normalize("NFC", text)
        present = _present(text)
    for char in present:
        if char.isspace() and char not in _ENDS_IN:
            text = text.replace(char, " ")
    if "\t" in text:
        text = text.replace("\t", " ")
    if present:
        for char in present.intersection(_STYLES).difference("«»"):
            text = text.replace(char, _STYLES[char])
        if not present.isdisjoint("«»"):
            text = _unquoted(text, {" ", *present.intersection(_ENDS_IN)})
        for char in filter(_INVISIBLE.match, present):
            text = text.replace(char, "")
        if not _composed(present):  # what stood between a letter and its accent may be gone
            text = unicodedata.normalize("NFC", text)
        if not present.isdisjoint(_ENDS_IN):
            text = _ENDS.sub("\n", text)
    return text


def _present(text: str) -> set[str]:
    """Return the unusual characters of `text`, each once."""
    unusual = text.encode("utf-8", "surrogatepass").translate(None, _USUAL)
    return set(unusual.decode("utf-8", "surrogatepass"))


def _composed(chars: Iterable[str]) -> bool:
    """Whether a text of these characters is in the composed form whatever their order.

    So it is where none is a mark or a part of a syllable, which may join what stands before.
    """
    return all(
        unicodedata.category(char)[0] != "M"
        and not "\u1100" <= char <= "\u11ff"
        and unicodedata.is_normalized("NFC", char)
        for char in chars
    )


def _unquoted(text: str, blanks: Collection[str]) -> str:
    """Give French quotes the common style; the one blank inside them is style too."""
    head, *parts = text.split("«")
    text = '"'.join([head, *(part[1:] if part[:1] in blanks else part for part in parts)])
    for blank in blanks:
        text = text.replace(f"{blank}»", '"')
    return text.replace("»", '"')


def _marked(raw: str, line: str) -> tuple[str, str]:
    """Return the kind (`#`, `-`, `|` or `p`) of a line that may begin with a mark, and its spelling.

    `line` is `raw` with single blanks. A line that says nothing is "".
    """
    if _RULE.fullmatch(line):
        return "p", ""
    first = line[0]
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
