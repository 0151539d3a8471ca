"""Pauses and what waits through them: a person who pauses is told later, not never."""

from datetime import datetime

from sqlmodel import Session, col, func, update

from storage.models import Delivery
from storage.subscriptions import checked_address, pause

__all__ = ["pause_all"]


def pause_all(session: Session, recipient: str, *, until: datetime | None) -> int:
    """Pause what `recipient` has until `until`; None ends the pause, and what waited is due at once.

    Returns how many subscriptions it holds for. Raises BadValue for no address.
    """
    address = checked_address(recipient)
    count = pause(session, address, until=until)
    waits = update(Delivery).where(
        func.lower(Delivery.recipient) == address.lower(),
        col(Delivery.state) == "waiting",
        col(Delivery.notice_id).is_(None),
    )
    if until is not None:
        later = waits.where(col(Delivery.next_attempt_at) < until).values(next_attempt_at=until)
    else:
        # A digest keeps its slot where that is sooner than the pause would have ended.
        later = waits.where(col(Delivery.cadence) == "at_once").values(
            next_attempt_at=Delivery.created_at
        )
    session.exec(later.execution_options(synchronize_session=False))
    return count
