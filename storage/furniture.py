"""The lines of a policy's texts that do not count, learnt from rows and kept with the policy.

What is kept is derived: `relearn` makes it again from the live texts, which keep
every line, and so gives the same whatever was learnt before. Archives teach
nothing: their captures come in any order, and what counts must not hang on it.
When it changes, all that was seen is marked as to be read again: what then
differs is our doing, not news. Which lines may be learnt, `analysis.furniture`
says.
"""

from sqlmodel import Session, col, select

from analysis.furniture import learn_furniture, learn_visitors
from analysis.revisions import FURNITURE
from storage.blobs import get_text
from storage.models import Policy, Sighting
from storage.sightings import mark_stale

__all__ = ["learnt", "relearn", "teach"]

_LOOKED_AT = 30  # texts of a page's past, the last ones: years of a real policy
_MOST_DOCUMENTS = 20  # of a service that are compared; a service with more teaches as well by these


def teach(session: Session, policy: Policy) -> None:
    """Let a new text of `policy` teach it, and the other policies of its service."""
    relearn(session, policy)
    for other in _others(session, policy):
        relearn(session, other)


def relearn(session: Session, policy: Policy) -> bool:
    """Make the furniture of `policy` again; only inside Store.writing(). Returns whether it changed."""
    found = sorted(learnt(session, policy))
    changed = found != policy.furniture
    if changed:
        policy.furniture = found
        assert policy.id is not None
        mark_stale(session, policy.id)
    if changed or policy.furniture_revision != FURNITURE:
        policy.furniture_revision = FURNITURE
        session.add(policy)
        session.flush()
    return changed


def learnt(session: Session, policy: Policy) -> frozenset[str]:
    """Return the lines that the rows of now teach about the texts of `policy`."""
    own = _past(session, policy)
    if not own:
        return frozenset()
    beside = [_current(session, other) for other in _others(session, policy)]
    return learn_visitors(own) | learn_furniture([*filter(None, beside), own[-1]])


def _others(session: Session, policy: Policy) -> list[Policy]:
    if not policy.service:
        return []
    query = (
        select(Policy)
        .where(Policy.service == policy.service, Policy.id != policy.id)
        .where(col(Policy.retired_at).is_(None), col(Policy.current_snapshot_id).is_not(None))
        .order_by(col(Policy.id))
        .limit(_MOST_DOCUMENTS)
    )
    return list(session.exec(query))


def _past(session: Session, policy: Policy) -> list[str]:
    """Return the last live texts, oldest first."""
    return _live(session, policy, _LOOKED_AT)[::-1]


def _current(session: Session, policy: Policy) -> str:
    return next(iter(_live(session, policy, 1)), "")


def _live(session: Session, policy: Policy, most: int) -> list[str]:
    """Return the newest live texts, as the fetches that brought them showed them."""
    rows = session.exec(
        select(Sighting.text_sha256)
        .where(Sighting.policy_id == policy.id, col(Sighting.text_sha256).is_not(None))
        .order_by(col(Sighting.fetch_id).desc())
        .limit(most)
    ).all()
    return [get_text(session, sha256) for sha256 in rows if sha256 is not None]
