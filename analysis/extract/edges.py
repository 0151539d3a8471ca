"""What stands before the start and after the end of a document.

Words of the page's controls ("Menu", "Close", "Skip to content"), notes an
archive put on top, and what follows the end ("Related articles").
"""

import re

from analysis.problems import Problem

__all__ = ["trim"]

_EDGE = 12  # lines at each end where a control word is taken out
# Nothing but a control, wherever it stands.
_ANYWHERE = (
    r"skip to (?:main |the )?(?:content|navigation)|aller au (?:contenu|menu)(?: principal)?"
    r"|zum (?:haupt)?inhalt(?: springen)?|ir al contenido|accéder au contenu"
    r"|(?:back|return|go) to (?:the )?top|haut de page|retour en haut|nach oben|volver arriba"
    r"|(?:see|show|view|hide) details|show (?:more|less)|expand all|collapse all"
    r"|copied!?|copy link|loading\.{0,3}|chargement\.{0,3}|please wait\.{0,3}"
    r"|(?:toggle|open|close|main|show|hide) (?:main )?(?:menu|navigation|nav|search|sidebar)"
)
_CONTROL = re.compile(
    rf"(?:{_ANYWHERE}|menu|navigation|nav|search|sidebar|menu (?:et|and|und) .{{1,20}}"
    r"|close|open|fermer|ouvrir|schließen|cerrar|chiudi|sluiten|fechar|ok|top|home|accueil"
    r"|startseite|inicio|print(?: this page)?|imprimer|drucken|download(?: pdf)?|view more"
    r"|read more|en savoir plus|on this page)",
    re.IGNORECASE,
)
_BUTTON = re.compile(_ANYWHERE, re.IGNORECASE)
_TRIES = 5  # places where the end may be; each looks at all that follows
_LONGEST_BUTTON = 32  # characters
_TAIL = re.compile(
    r"(?:related(?: articles?| content| topics| posts)?|see also"
    r"|articles? (?:connexes|associés|similaires|liés)|did this answer your question"
    r"|was this (?:article|page|information)? ?helpful|cette? (?:article|page|réponse) vous"
    r"|ça vous a aidé|share this|partager|have more questions|return to top|recently viewed"
    r"|still need help|verwandte artikel|war dieser beitrag hilfreich)",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"(?:following text|this (?:page|text|document|snapshot)|snapshot|version)\b[^\n]{0,300}"
    r"\b(?:archived on|wayback machine|web archive|web\.archive\.org|extracted (?:from|and))",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"https?://\S{3,500}")


def trim(lines: list[str]) -> tuple[list[str], list[Problem]]:
    """Return the document's own lines, and as problems the notes that stood before them."""
    lines = [line for line in lines if line.strip() and not _is_button(line)]
    problems: list[Problem] = []
    start = 0
    while start < len(lines):
        line = lines[start].strip()
        words = line.lstrip("#>*_-•| ").rstrip("*_| ")
        if start < 3 and _NOTE.search(words[:1000]):
            problems.append(Problem("archive_note", words))
        elif start < 3 and _ADDRESS.fullmatch(line):
            problems.append(Problem("source_note", line))
        elif start >= _EDGE or not _CONTROL.fullmatch(words):
            break
        start += 1
    end = len(lines)
    while end > max(start, len(lines) - _EDGE) and _CONTROL.fullmatch(
        lines[end - 1].strip("#*_-•| ")
    ):
        end -= 1
    return _without_tail(lines[start:end] or lines), problems


def _is_button(line: str) -> bool:
    return len(line) <= _LONGEST_BUTTON and _BUTTON.fullmatch(line.strip("#*-•| ")) is not None


def _without_tail(lines: list[str]) -> list[str]:
    """Cut from "Related articles" on, in the second half and when only short lines follow."""
    total = sum(map(len, lines))
    tries = 0
    for at in range(len(lines) // 2, len(lines)):
        line = lines[at]
        if len(line) < 90 and _TAIL.match(line.lstrip("#- ")):
            rest = lines[at:]
            if all(len(other) < 160 for other in rest) and sum(map(len, rest)) < 0.25 * total:
                return lines[:at]
            tries += 1
            if tries == _TRIES:
                break
    return lines
