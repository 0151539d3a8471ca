"""Plain text and Markdown -> lines of canonical text."""

import re

__all__ = ["looks_like_markdown", "markdown_lines", "plain_lines"]

_LINK = re.compile(
    r"!?\[((?:[^\[\]\n]|\[[^\[\]\n]{0,200}\]){0,2000})\]\((?:[^()\s]|\([^()\s]{0,400}\)){0,4000}(?: \"[^\"\n]{0,400}\")?\)"
)
_EMPHASIS = re.compile(
    r"(\*\*|__)(?=\S)([^\n*_]{1,2000}?)(?<=\S)\1|(?<![\w*])\*(?=[^\s*])([^\n*]{1,1000}?)(?<=\S)\*(?![\w*])"
)
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|>~])")
_UNDERLINE = re.compile(r"\s{0,3}(=|-){3,}\s*")


def looks_like_markdown(text: str) -> bool:
    """Whether `text` has ATX or setext headings or inline links."""
    head = text[:20_000]
    return bool(
        re.search(r"^#{1,6} \S|^[^\n]{3,200}\n(?:={3,}|-{3,})$", head, re.MULTILINE)
        or _LINK.search(head)
    )


def markdown_lines(text: str) -> list[str]:
    """Return the lines of a Markdown document without inline markup."""
    lines: list[str] = []
    for raw in text.split("\n"):
        found = _UNDERLINE.fullmatch(raw)
        if found and lines and lines[-1].strip() and not lines[-1].startswith(("#", "|")):
            lines[-1] = ("# " if found[1] == "=" else "## ") + lines[-1].strip()
            continue
        line = _LINK.sub(r"\1", raw)
        line = _EMPHASIS.sub(lambda m: m[2] or m[3], line)
        lines.append(_ESCAPE.sub(r"\1", line))
    return lines


def plain_lines(text: str) -> list[str]:
    """Return the lines of a plain text."""
    return text.split("\n")
