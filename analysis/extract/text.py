"""Plain text and Markdown -> lines of canonical text."""

import re

__all__ = ["looks_like_markdown", "markdown_lines", "plain_lines"]

_LINK = re.compile(
    r"!?\[((?:[^\[\]\n]|\[[^\[\]\n]{0,200}\]){0,2000})\]"
    r"\((?:[^()\s]|\([^()\s]{0,400}\)){0,4000}(?:\s\"[^\"\n]{0,400}\")?\)"
)
_STRONG = re.compile(r"(\*\*|__)(?=\S)([^\n*_]{1,2000})(?<=\S)\1")
_EMPHASIS = re.compile(r"(?<![\w*])\*(?=[^\s*])([^\n*]{1,1000})(?<=\S)\*(?![\w*])")
_UNDERLINED = re.compile(r"(?<!\w)_(?=[^\s_])([^\n_]{1,1000})(?<=\S)_(?!\w)")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|>~])")
_UNDERLINE = re.compile(r"\s{0,3}(=|-)\1{2,200}\s*")
_ATX = re.compile(r"^#{1,6} \S|^[^\n]{3,200}\n(?:={3,200}|-{3,200})$", re.MULTILINE)
_FENCE = re.compile(r"\s{0,3}(?:```|~~~)")
_SAMPLE = 20_000  # characters that decide whether a text is Markdown
_WIDEST = 100  # columns; a text whose lines all end before is broken by hand
_LISTED = re.compile(r"\s*(?:[•·●○◦▪■►‣⁃*+-]\s|\d{1,3}[.)]\s|[a-z][.)]\s|#|\|)")


def looks_like_markdown(text: str) -> bool:
    """Whether `text` has headings with marks or underlines, or several inline links."""
    sample = text[:_SAMPLE]
    return _ATX.search(sample) is not None or len(_LINK.findall(sample)) > 2


def markdown_lines(text: str) -> list[str]:
    """Return the lines of a Markdown document without its inline markup."""
    lines: list[str] = []
    for raw in text.replace("\r\n", "\n").split("\n"):
        found = _UNDERLINE.fullmatch(raw)
        if found and lines and lines[-1].strip() and not lines[-1].startswith(("#", "|")):
            lines[-1] = ("# " if found[1] == "=" else "## ") + lines[-1].strip()
        elif not _FENCE.match(raw):
            line = _LINK.sub(r"\1", raw) if "](" in raw else raw
            if "*" in line or "_" in line:
                line = _STRONG.sub(r"\2", _UNDERLINED.sub(r"\1", line))
                line = _EMPHASIS.sub(r"\1", line)
            lines.append(_ESCAPE.sub(r"\1", line).replace("<br>", " "))
    return lines


def plain_lines(text: str) -> list[str]:
    """Return the paragraphs of a plain text, one a line, where its lines were broken by hand."""
    if "](" in text:
        text = _LINK.sub(r"\1", text)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    wrapped = _wrapped(lines)
    paragraphs: list[list[str]] = []
    for line in lines:
        if paragraphs and line.strip() and _goes_on(paragraphs[-1][-1], line, wrapped=wrapped):
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
    return [
        part[0] if len(part) == 1 else " ".join(line.strip() for line in part)
        for part in paragraphs
    ]


def _wrapped(lines: list[str]) -> bool:
    lengths = [len(line) for line in lines if line.strip()]
    full = sum(1 for length in lengths if length > 50)
    return bool(lengths) and max(lengths) <= _WIDEST and full >= 0.4 * len(lengths) and full > 5


def _goes_on(before: str, line: str, *, wrapped: bool) -> bool:
    """Whether `line` continues the sentence of the line right before it."""
    end = before.rstrip()
    if not end or _LISTED.match(line) or "\t" in line:
        return False
    if line.lstrip()[0].islower():
        return end[-1] not in ".!?:;|"
    return wrapped and len(end) > 50
