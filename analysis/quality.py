"""Is this the policy at all? Asked before a text may become a snapshot."""

import re
from dataclasses import dataclass

from analysis.reading import Reading

__all__ = ["Verdict", "assess"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """`cause` is "" when ok; `score` in [0, 1] is how sure we are of the cause."""

    ok: bool
    cause: str = ""
    evidence: str = ""
    score: float = 0.0


_WALLS = (
    ("bot_wall", r"just a moment|checking your browser|verify (?:that )?you are (?:a )?human|attention required|access denied|captcha|enable javascript and cookies|vérifi\w+ que vous êtes humain"),
    ("soft_404", r"page (?:you (?:requested|are looking for) )?(?:was |could |can )?(?:not|n't) (?:be )?found|\b404\b|page (?:introuvable|non trouvée)|seite (?:wurde )?nicht gefunden|no longer exists"),
    ("error_page", r"internal server error|service unavailable|bad gateway|gateway time-?out|under maintenance|erreur interne|wartungsarbeiten"),
    ("login", r"(?:sign|log) in to (?:continue|your)|please log in|forgot (?:your )?password|connectez-vous|mot de passe oublié|passwort vergessen"),
)  # fmt: skip


def assess(reading: Reading, *, previous: str | None = None, previous_lang: str = "") -> Verdict:
    """Judge `reading` by itself and against the last good text."""
    if not reading.words:
        return Verdict(False, "empty", "no text", 1.0)
    if any(problem.name == "decode" for problem in reading.problems):
        return Verdict(False, "decode", "unreadable characters", 0.9)
    if reading.words < 250:
        for cause, pattern in _WALLS:
            found = re.search(pattern, f"{reading.title}\n{reading.text}", re.IGNORECASE)
            if found:
                return Verdict(False, cause, found[0], 0.9)
    if previous:
        before = len(previous.split())
        if reading.words < 0.4 * before:
            return Verdict(False, "shrunk", f"{before} words -> {reading.words}", 0.8)
    if previous_lang not in {"", "und", reading.lang} and reading.lang != "und":
        return Verdict(False, "wrong_language", f"{previous_lang} -> {reading.lang}", 0.9)
    if reading.words < 40:
        return Verdict(False, "empty", f"{reading.words} words", 0.6)
    return Verdict(True)
