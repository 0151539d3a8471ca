"""The lines of a policy's texts that do not count, learnt from rows and kept with the policy.

What is kept is derived: `relearn` makes it again from the live texts, which keep
every line, and so gives the same whatever was learnt before. Archives teach
nothing: their captures come in any order, and what counts must not hang on it.
When it changes, all that was seen is marked as to be read again: what then
differs is our doing, not news. Which lines may be learnt, `analysis.furniture`
says.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from sqlmodel import Session

from analysis.furniture import learn_furniture, learn_visitors
from analysis.revisions import FURNITURE
from storage.blobs import get_text, text_name
from storage.models import Policy
from storage.rows import ask, jsoned
from storage.sightings import mark_stale
from storage.writes import revise

__all__ = ["Lesson", "Lessons", "foresee", "relearn", "teach"]

_LOOKED_AT = 30  # texts of a page's past, the last ones: years of a real policy
_MOST_DOCUMENTS = 20  # of a service that are compared; a service with more teaches as well by these


@dataclass(frozen=True, slots=True)
class Lesson:
    """The texts that one policy learns from, by their names."""

    own: tuple[bytes, ...]  # oldest first
    beside: tuple[bytes, ...]  # what the others of its service say now


Lessons = Mapping[Lesson, frozenset[str]]
_NONE: Lessons = MappingProxyType({})


def foresee(session: Session, policy: Policy, text: str) -> Lessons:
    """Return what `teach` learns once `text` is the newest of `policy`. Writes nothing.

    Reading some fifty texts takes milliseconds that no other writer need wait for. What
    comes out otherwise, because rows moved meanwhile, is learnt when it is taught.
    """
    assert policy.id is not None, "a stored policy has an id"
    new = text_name(text)
    texts = {new: text}
    mine = _lesson(session, policy.id, policy.service)
    lessons = [replace(mine, own=(*mine.own, new)[-_LOOKED_AT:])]
    for other in _others(session, policy.id, policy.service):
        beside = _others(session, other, policy.service) | {policy.id: new}
        newest = dict(sorted(beside.items())[:_MOST_DOCUMENTS])
        lessons.append(Lesson(_past(session, other), _named(newest)))
    return {lesson: _learn(session, lesson, texts) for lesson in lessons}


def teach(session: Session, policy_id: int, *, service: str, lessons: Lessons = _NONE) -> None:
    """Let a new text of a policy teach it, and the other policies of its service."""
    for taught in (policy_id, *_others(session, policy_id, service)):
        relearn(session, taught, lessons)


def relearn(session: Session, policy_id: int, lessons: Lessons = _NONE) -> bool:
    """Make the furniture of a policy again; only inside Store.writing(). Returns whether it changed.

    A policy that `session` holds as an object is not told.
    """
    service, known, revision = _standing(session, policy_id)
    found = sorted(_learnt(session, policy_id, service, lessons))
    changed = found != known
    if changed:
        mark_stale(session, policy_id)
    if changed or revision != FURNITURE:
        said = {"furniture": found, "furniture_revision": FURNITURE}
        revise(session, Policy, policy_id, said)
    return changed


def _standing(session: Session, policy_id: int) -> tuple[str, list[str], int]:
    """Return a policy's service, and what it has learnt by which rules."""
    query = "SELECT service, furniture, furniture_revision FROM policy WHERE id = :policy"
    service, furniture, revision = ask(session, query, policy=policy_id)[0]
    return service, jsoned(furniture), revision


def _learnt(session: Session, policy_id: int, service: str, lessons: Lessons) -> frozenset[str]:
    """Return the lines that the rows of now teach about the texts of a policy."""
    lesson = _lesson(session, policy_id, service)
    known = lessons.get(lesson)
    return _learn(session, lesson, {}) if known is None else known


def _learn(session: Session, lesson: Lesson, texts: dict[bytes, str]) -> frozenset[str]:
    """Learn from the texts of a lesson; those read are left in `texts`."""
    if not lesson.own:
        return frozenset()

    def said(names: Iterable[bytes]) -> list[str]:
        for name in names:
            if name not in texts:
                texts[name] = get_text(session, name)
        return [texts[name] for name in names]

    own = said(lesson.own)
    return learn_visitors(own) | learn_furniture([*filter(None, said(lesson.beside)), own[-1]])


def _lesson(session: Session, policy_id: int, service: str) -> Lesson:
    beside = _others(session, policy_id, service)
    return Lesson(_past(session, policy_id), _named(beside))


def _named(newest: Mapping[int, bytes | None]) -> tuple[bytes, ...]:
    return tuple(name for name in newest.values() if name is not None)


def _past(session: Session, policy_id: int) -> tuple[bytes, ...]:
    """Return the names of the last texts that live fetches brought, oldest first."""
    rows = ask(
        session,
        "SELECT text_sha256 FROM sighting WHERE policy_id = :policy AND text_sha256 IS NOT NULL"
        " ORDER BY fetch_id DESC LIMIT :most",
        policy=policy_id,
        most=_LOOKED_AT,
    )
    return tuple(bytes(row[0]) for row in reversed(rows))


def _others(session: Session, policy_id: int, service: str) -> dict[int, bytes | None]:
    """Return the other policies of a service, each with the name of its newest live text."""
    if not service:
        return {}
    rows = ask(
        session,
        "SELECT p.id, (SELECT s.text_sha256 FROM sighting s WHERE s.policy_id = p.id"
        " AND s.text_sha256 IS NOT NULL ORDER BY s.fetch_id DESC LIMIT 1)"
        " FROM policy p WHERE p.service = :service AND p.id <> :policy"
        " AND p.retired_at IS NULL AND p.current_snapshot_id IS NOT NULL"
        " ORDER BY p.id LIMIT :most",
        service=service,
        policy=policy_id,
        most=_MOST_DOCUMENTS,
    )
    return {other: None if name is None else bytes(name) for other, name in rows}
