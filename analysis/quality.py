"""Is this the policy at all? Asked before a text may become a snapshot.

A doubtful capture is held, never stored as the policy: one error page taken
for a new edition is a false alarm and a false history. The judgement looks at
the text by itself, then at the last good text: a capture that shrank because a
selector died keeps old lines and adds none, a rewritten policy adds its own.
"""

from dataclasses import dataclass, replace

from analysis.language import language_of
from analysis.pages import pages_in
from analysis.reading import Reading
from analysis.walls import POLICY, WALLS, Wall

__all__ = ["Verdict", "assess"]

_TINY = 40  # words; so few are a policy only if they speak of data (a small shop's two sentences)
_SHELL = 150  # words that the shell of a script may show besides a "please wait"
_CUES = 4  # kinds of policy words that make a text policy-like
_LONG = 60  # characters from which a line is prose
_SHRUNK, _GROWN = 0.5, 2.0  # times the last text's words
_SHORT = 100  # words; a text so short halves or doubles with one paragraph
_MUCH = 400  # words; what bundles other documents adds more
_REWRITTEN = 0.5  # of the lines are new: a shorter text that says other things is an edition
_OTHER = 0.04  # of the lines and phrases in common: another document
_UNREADABLE = frozenset({"pdf_unreadable", "pdf_crash", "pdf_timeout", "decode"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """`cause` is "" when ok; `score` in [0, 1] is how sure we are of the cause."""

    ok: bool
    cause: str = ""
    evidence: str = ""
    score: float = 0.0


def assess(reading: Reading, *, previous: str | None = None, previous_lang: str = "") -> Verdict:
    """Judge `reading` by itself, then against `previous`, the last good canonical text.

    A policy on several pages is doubtful when one of them is; the evidence names it.
    """
    if reading.pages:
        return _each(reading, previous or "")
    found = _unreadable(reading) or _wall(reading) or _hollow(reading)
    if found is None and previous:
        found = _against(reading, previous, previous_lang)
    return found or _cut(reading) or Verdict(ok=True)


def _each(whole: Reading, previous: str) -> Verdict:
    """Judge each page by itself, and against what it said before."""
    before = pages_in(previous, url=whole.pages[0][0])
    for url, reading in whole.pages:
        earlier = before.get(url, "")
        verdict = assess(reading, previous=earlier, previous_lang=language_of(earlier))
        if not verdict.ok:
            return replace(verdict, evidence=f"{url}: {verdict.evidence}")
    return Verdict(ok=True)


def _no(cause: str, evidence: str, score: float) -> Verdict:
    return Verdict(ok=False, cause=cause, evidence=evidence, score=score)


def _unreadable(reading: Reading) -> Verdict | None:
    problems = {problem.name: problem.detail for problem in reading.problems}
    if "wrong_type" in problems:
        return _no("wrong_type", problems["wrong_type"], 1.0)
    for name in _UNREADABLE & problems.keys():
        return _no("decode", f"{name}: {problems[name]}", 0.9)
    if "needs_browser" in problems and reading.words < _SHELL:
        return _no("shell", problems["needs_browser"], 0.9)
    if not reading.words:
        return _no("empty", problems.get("pdf_no_text", "no text"), 1.0)
    return None


def _wall(reading: Reading) -> Verdict | None:
    """Recognise a page in the policy's place by its title, or by its few words."""
    policy = _kinds(reading.text)
    title = f"{reading.claims.title}\n{reading.title}\n{reading.page_title}"
    for wall in WALLS:
        if reading.words >= wall.words and policy >= _CUES:
            continue
        named = _evidence(wall, title) if wall.needs == 1 else []
        if named and policy < 2 * _CUES:
            return _no(wall.cause, named[0], 0.95)
        cues = _evidence(wall, reading.text)
        enough = len(cues) >= wall.needs and reading.words < wall.words
        if enough and policy < _CUES + (wall.cause == "consent_wall") * 2:
            return _no(wall.cause, "; ".join(cues), min(0.95, 0.7 + 0.1 * len(cues)))
    return None


def _hollow(reading: Reading) -> Verdict | None:
    """Recognise what says too little, and the menu that is a home page."""
    said = "\n".join(line for line in _lines(reading.text) if not line.startswith("#"))
    if reading.words < _TINY and not _kinds(said):
        return _no("empty", f"{reading.words} words", 0.8 if reading.words < _TINY / 2 else 0.6)
    prose = sum(len(line) for line in reading.text.split("\n") if len(line) >= _LONG)
    share = prose / max(1, len(reading.text))
    if share < 0.35 and len(reading.links) >= 15 and _kinds(reading.text) < _CUES:
        return _no("home_page", f"{share:.0%} prose, {len(reading.links)} links", 0.7)
    return None


def _against(reading: Reading, previous: str, previous_lang: str) -> Verdict | None:
    known = {"", "und"}
    if previous_lang not in known and reading.lang not in known | {previous_lang}:
        return _no("wrong_language", f"{previous_lang} -> {reading.lang}", 0.9)
    before, after = _lines(previous), _lines(reading.text)
    words = len(previous.split())
    ratio = reading.words / max(1, words)
    sizes = f"{words} words -> {reading.words}"
    fresh = len(after - before) / max(1, len(after))
    stayed = len(before & after) / max(1, len(before))
    if stayed <= _OTHER and _phrases_shared(previous, reading.text) <= _OTHER:
        cues = _kinds(reading.text)
        if cues < _CUES:
            return _no(
                "other_document", f"{stayed:.0%} of the lines stayed, {cues} policy cues", 0.8
            )
    if ratio < _SHRUNK and words >= _SHORT:
        if reading.text[:200] == previous[:200] and _open_ended(reading.text) and fresh < 0.1:
            return _no("truncated", f"{sizes}, ends in {reading.text[-40:]!r}", 0.9)
        if fresh < _REWRITTEN or ratio < _SHRUNK / 2:
            return _no("shrunk", f"{sizes}, {fresh:.0%} of the lines are new", 0.9 - ratio / 2)
    if ratio > _GROWN and reading.words - words > _MUCH and stayed > 0.5:
        titles = _titles(reading.text) - _titles(previous)
        if len(titles) > 1:
            return _no("bundle", f"{sizes}, with {', '.join(sorted(titles)[:4])}", 0.7)
        gone = len(before - after)
        return _no("grown", f"{sizes}; inside, {gone} of the old lines changed", 0.6)
    return None


def _cut(reading: Reading) -> Verdict | None:
    if any(problem.name == "unclosed" for problem in reading.problems) and _open_ended(
        reading.text
    ):
        return _no("truncated", f"ends in {reading.text[-40:]!r}", 0.7)
    return None


def _kinds(text: str) -> int:
    """Count the kinds of policy words in `text`."""
    return sum(1 for cue in POLICY if cue.search(text))


def _evidence(wall: Wall, text: str) -> list[str]:
    return [found[0] for cue in wall.cues if (found := cue.search(text))]


def _lines(text: str) -> set[str]:
    return {line for line in text.split("\n") if line}


def _phrases_shared(old: str, new: str) -> float:
    """Return the share of the old text's four-word phrases that the new one has."""
    before, after = _phrases(old), _phrases(new)
    return len(before & after) / max(1, len(before))


def _phrases(text: str) -> set[tuple[str, ...]]:
    words = text.lower().split()
    return set(zip(words, words[1:], words[2:], words[3:], strict=False))


def _titles(text: str) -> set[str]:
    """Return the level-one headings that name a document."""
    heads = [line[2:] for line in text.split("\n") if line.startswith("# ")]
    return {head for head in heads if _kinds(head)}


def _open_ended(text: str) -> bool:
    """Whether the last line stops inside a sentence."""
    last = text.rsplit("\n", 1)[-1]
    return (
        len(last) > 20 and (last[-1].isalnum() or last[-1] in ",;-(") and not last.startswith("|")
    )
