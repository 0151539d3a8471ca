"""Give lines back the structure that an export or a copy lost.

Tables written with tabs and dashes, bullets alone on a line, headings that are
only short lines, and headings run into the sentence that follows
("CookiesAt this time"). Each repair needs more than one sign: splitting a name
such as "PayPal" would be worse than leaving a heading hidden.
"""

import re
from collections import Counter

__all__ = ["mend", "with_headings"]

_DASHES = re.compile(r"[\s|+:=_-]*[-=_]{3,}[\s|+:=_-]*")
_LONE_BULLET = re.compile(r"\s*[•·●○◦▪■►‣⁃*-]\s*")
_LONGEST_BULLET = 12  # characters, blanks around it included
_ITEM = re.compile(r"\s*(?:[•·●○◦▪■►‣⁃*+-]\s|\d{1,3}[.)]\s|[#|])")
_NUMBERED = re.compile(r"(\d{1,2}(?:\.\d{1,2}){0,3})[.)]?\s+(?=[^\W\d_])")
_YEAR = re.compile(r"(?:19|20)\d\d\b")
_JOINT = re.compile(r"(?<=[a-zà-ÿA-Z?!])(?=[A-ZÀ-Þ][a-zà-ÿ]{1,30}\b)")
_BOUNDARY = re.compile(r"[.?!:;][\"')\]]?\s*(?=[A-ZÀ-Þ])")
# Bytes of Latin-1 by what they are to a joint: a small letter, a capital, the end of a question.
_SHAPES = re.sub(
    rb"[^aA?]",
    b" ",
    re.sub(
        rb"[a-z\xe0-\xff]",
        b"a",
        re.sub(rb"[A-Z\xc0-\xde]", b"A", bytes(range(256)).replace(b"!", b"?")),
    ),
)
_FUSED = (b"aAa", b"AAa", b"?Aa")
_SHORTEST = 60  # characters of a line that may hold a heading and a sentence
_LONGEST_HEADING = 110  # characters
_LONGEST_TEXT = 1_000_000  # characters; each joint looks through the whole text
_SIGNS = 4  # of the five that a heading and the sentence after it can give
_LAST = re.compile(r"([^\W\d_]+)[?!]?$")
_FIRST = re.compile(r"([^\W\d_]+),? ?([^\W\d_]+)?")
_NO_WORDS = re.compile(r"[@/|()]")
_STARTERS = frozenset({
    "A", "All", "An", "And", "Any", "As", "At", "Because", "Before", "By", "Each", "Every", "For",
    "From", "He", "How", "However", "If", "In", "It", "Its", "No", "Not", "On", "Once", "Other",
    "Our", "Please", "Some", "Such", "That", "The", "Their", "There", "These", "They", "This",
    "Those", "To", "Under", "Unless", "Upon", "Use", "Using", "We", "What", "When", "Where",
    "Whether", "While", "With", "You", "Your",
    "Afin", "Au", "Aucune", "Ce", "Ces", "Cette", "Conformément", "Dans", "Des", "En", "Il", "La",
    "Le", "Les", "Lors", "Lorsque", "Nos", "Notre", "Nous", "Pour", "Si", "Sur", "Toute", "Un",
    "Une", "Vos", "Votre", "Vous",
    "Alle", "Bei", "Das", "Der", "Die", "Diese", "Ein", "Eine", "Es", "Für", "Ihre", "Im", "Mit",
    "Sie", "Soweit", "Unsere", "Wenn", "Wir",
})  # fmt: skip
_NAMES = frozenset(
    {"addthis", "linkedin", "sharethis", "plugin", "signin", "login", "checkin", "optin"}
)


def mend(lines: list[str]) -> list[str]:
    """Return `lines` with rows, items and run-in headings restored. Idempotent."""
    lines = _bullets(lines)
    whole = "\n".join(lines)
    if "\t" in whole:
        lines = _rows(lines)
        whole = "\n".join(lines)
    if len(whole) > _LONGEST_TEXT:
        return lines
    joints = _joints(whole)
    if not joints:
        return lines
    seen = _Seen(whole)
    ahead = iter([*joints, len(whole) + 1])
    joint = next(ahead)
    out: list[str] = []
    end = 0
    for line in lines:
        end += len(line) + 1
        if joint >= end:
            out.append(line)
            continue
        out += _split(line, seen)
        while joint < end:
            joint = next(ahead)
    return out


def _joints(text: str) -> list[int]:
    """Return the places of the capitals that may start a sentence run into a heading, in order.

    A few more than that: `_split` looks again.
    """
    shapes = text.encode("latin-1", "replace").translate(_SHAPES)
    found: list[int] = []
    for shape in _FUSED:
        at = shapes.find(shape)
        while at >= 0:
            if shape[0] != ord("?") or text[at] in "?!":  # "?" is also what Latin-1 cannot write
                found.append(at + 1)
            at = shapes.find(shape, at + 1)
    return sorted(found)


def with_headings(lines: list[str]) -> list[str]:
    """Mark the lines that read as headings, in a document that marks none."""
    marked = list(lines)
    text = [at for at, line in enumerate(lines) if line.strip()]
    numbered = sum(1 for line in lines if _NUMBERED.match(line) and _short(line))
    leads = False  # whether what comes after is text, or a heading of text
    for place in range(len(text) - 1, -1, -1):
        line = lines[text[place]]
        if leads and _short(line):
            words = " ".join(line.split())
            level = 2 if numbered < 3 or _NUMBERED.match(words) else 3
            marked[text[place]] = f"{'#' if place < 1 else '#' * level} {words}"
        else:
            leads = _leads_to(line)
    return marked


def _short(line: str) -> bool:
    """Whether a line could be a heading: few words, no end of a sentence, nothing but words."""
    line = line.strip()
    body = _NUMBERED.sub("", line, count=1)
    return (
        2 < len(line) <= 90
        and len(line.split()) <= 14
        and (line is not body or not _ITEM.match(line))
        and body[:1].isupper()
        and line[-1] not in ".,;:!|"
        and not _YEAR.search(line)
        and not any(mark in line for mark in ("@", "://", "\t", "|"))
    )


def _leads_to(line: str) -> bool:
    """Whether what follows a heading is text: prose, or the item of a list."""
    line = line.strip()
    if _ITEM.match(line):
        return len(line) > 12 and not line.startswith(("#", "|"))
    return len(line) >= 60 or line[-1] in ".:;?"


def _bullets(lines: list[str]) -> list[str]:
    """Join a bullet that stands alone to the line after it."""
    out: list[str] = []
    lone = False
    for line in lines:
        if not line.strip():
            out.append(line)
        elif len(line) < _LONGEST_BULLET and _LONE_BULLET.fullmatch(line):
            lone = True
        else:
            out.append(f"- {line.strip()}" if lone and not _ITEM.match(line) else line)
            lone = False
    return out


def _rows(lines: list[str]) -> list[str]:
    """Turn lines of cells between tabs into rows, where two agree on the number of cells."""
    cells = [_cells(line) for line in lines]
    counts = Counter(len(row) for row in cells if len(row) > 1)
    out: list[str] = []
    for line, row in zip(lines, cells, strict=True):
        if len(row) > 1 and counts[len(row)] > 1:
            if not _DASHES.fullmatch("".join(row)):
                out.append(f"| {' | '.join(row)} |")
        else:
            out.append(line)
    return out


def _cells(line: str) -> list[str]:
    if "\t" not in line or _ITEM.match(line):
        return []
    cells = [cell.strip() for cell in line.strip().split("\t")]
    return cells if all(cells) else []


class _Seen:
    """How often words stand in the document by themselves; each is counted when first asked."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._counts: dict[str, int] = {}
        self._thrice: dict[str, bool] = {}  # a name written as one word is asked for each time

    def times(self, word: str) -> int:
        """Return how often `word` stands between characters that are no letters."""
        known = self._counts.get(word)
        if known is None:
            known = self._counts[word] = self._count(word)
        return known

    def word(self, word: str) -> bool:
        low = word.lower().rstrip("s")
        forms = (low, low + "s")
        return any(self.times(form) or self.times(form.capitalize()) for form in forms)

    def thrice(self, words: str) -> bool:
        """Whether `words` stand in the text three times, inside other words too."""
        known = self._thrice.get(words)
        if known is None:
            known = self._thrice[words] = self._find_thrice(words)
        return known

    def _find_thrice(self, words: str) -> bool:
        at = -1
        for _ in range(3):
            at = self.text.find(words, at + 1)
            if at < 0:
                return False
        return True

    def _count(self, word: str) -> int:
        text, found = self.text, 0
        at = text.find(word) if word else -1
        while at >= 0:
            end = at + len(word)
            found += not (_is_letter(text[at - 1 : at]) or _is_letter(text[end : end + 1]))
            at = text.find(word, end)
        return found


def _is_letter(char: str) -> bool:
    return char.isalnum() and not char.isdecimal()


def _split(line: str, seen: _Seen) -> list[str]:
    """Cut `line` before and after each heading that was run into it."""
    if len(line) < _SHORTEST or line[0] in "#|":
        return [line]
    out: list[str] = []
    at = 0
    for joint in _JOINT.finditer(line):
        start = _heading_start(line, at, joint.start())
        if start >= 0 and _is_joint(line, start, joint.start(), seen):
            before = line[at:start].strip()
            out += [*([before] if before else []), f"## {line[start : joint.start()].strip()}"]
            at = joint.start()
    if not out:
        return [line]
    rest = line[at:].strip()
    return [*out, rest] if rest else out


def _heading_start(line: str, low: int, end: int) -> int:
    """Return where the sentence that ends at `end` starts, or -1 if that is too far."""
    low = max(low, end - _LONGEST_HEADING)
    start = low if low == 0 or low > end - _LONGEST_HEADING else -1
    for boundary in _BOUNDARY.finditer(line, low, end):
        if boundary.end() < end:
            start = boundary.end()
    return start


def _is_joint(line: str, start: int, end: int, seen: _Seen) -> bool:
    """Whether a heading ends and a sentence starts at `end`: both sides must look it."""
    heading = line[start:end].strip()
    left = _LAST.search(heading.rpartition(" ")[2])
    right = _FIRST.match(line, end)
    if not left or not right or not heading[0].isupper() or len(heading.split()) > 16:
        return False
    fused = left[1] + right[1]
    if fused.lower() in _NAMES or _NO_WORDS.search(heading) or _cut_short(heading, left[1]):
        return False
    if right[1] not in _STARTERS and heading[-1] not in "?!" and not seen.thrice(f" {right[1]}"):
        return False  # nothing that starts a sentence, and no name of this document
    if seen.times(fused) > 1:
        return False
    return _ends_heading(heading, left[1], seen) + _starts_sentence(right, seen) >= _SIGNS


def _cut_short(heading: str, last: str) -> bool:
    """Whether `_ends_heading` would count no sign, as for "our APIs": asked before the text is searched."""
    if heading[-1] in "?!":
        return len(heading.split()) < 3
    return last.isupper() and not (heading.isupper() and len(last) > 2)


def _ends_heading(heading: str, last: str, seen: _Seen) -> int:
    """Count the signs that `heading`, whose last word is `last`, is one."""
    several = len(heading.split())
    if heading[-1] in "?!":
        return 2 if several > 2 else 0
    if last.isupper():
        return 2 if heading.isupper() and len(last) > 2 and seen.word(last) else 0
    if seen.word(last):
        return 2 if several > 2 or several == 1 else 1
    return int(several > 1 and len(last) > 3 and (last.islower() or several > 2))


def _starts_sentence(right: re.Match[str], seen: _Seen) -> int:
    """Count the signs that the word `right`[1] followed by `right`[2] starts a sentence."""
    first, after = right[1], right[2] or ""
    if first in _STARTERS:
        return 3 if after[:1].islower() else 2
    if after[:1].islower() and seen.times(first.lower()) > 2:
        return 2
    return 3 if seen.thrice(f"{first} {after}") else 0
