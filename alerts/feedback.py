"""What people make of alerts: seen, say no more of it, or wrong. Each act is a row and stays.

A mute holds the words of the passages, a wrong alert the digests of both texts:
what a test needs to show the mistake again.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from alerts.content import AlertContent
from alerts.mutes import Mute
from storage.blobs import get_text
from storage.errors import BadValue, NotFound
from storage.models import Alert, Feedback, Policy, Snapshot
from storage.rows import ask, jsoned

__all__ = ["ACTIONS", "feedback_of", "give", "mutes_of", "unmute", "wrong_cases"]

ACTIONS = ("ack", "mute", "wrong")
_LONGEST = 2000  # characters of a note


def give(
    session: Session,
    alert_id: int,
    action: str,
    *,
    now: datetime,
    author: str = "",
    note: str = "",
    passage: int | None = None,
) -> Feedback:
    """Keep what somebody says of an alert. `passage` (from 1) is the one meant; None: all of it.

    Raises NotFound for an alert that is not there, BadValue for a passage it has not.
    """
    alert = session.get(Alert, alert_id)
    if alert is None:
        raise NotFound(f"no alert has the number {alert_id} (see: clausewatch alerts)")
    content = AlertContent.from_json(alert.content)
    if passage is not None and not 1 <= passage <= len(content.points):
        raise BadValue(
            f"alert {alert_id} tells of {len(content.points)} passages, not of {passage}"
        )
    meant = content.points if passage is None else content.points[passage - 1 : passage]
    case: dict[str, Any] = {}
    if action != "ack":
        case["passages"] = [
            {"topics": list(p.topics), "heading": p.heading, "before": p.before, "after": p.after,
             "severity": p.severity, "direction": p.direction}
            for p in meant
        ]  # fmt: skip
    if action == "wrong":
        case |= _texts(session, alert)
    row = Feedback(
        alert_id=alert_id,
        policy_id=alert.policy_id,
        action=action,
        at=now,
        author=author[:_LONGEST],
        note=note[:_LONGEST],
        case=case,
    )
    session.add(row)
    session.flush()
    return row


def unmute(session: Session, alert_id: int, *, now: datetime) -> int:
    """End the mutes that were made of an alert; returns how many."""
    rows = session.exec(
        select(Feedback).where(
            Feedback.alert_id == alert_id,
            Feedback.action == "mute",
            col(Feedback.ended_at).is_(None),
        )
    ).all()
    for row in rows:
        row.ended_at = now
        session.add(row)
    session.flush()
    return len(rows)


def mutes_of(session: Session, policy_id: int) -> list[Mute]:
    """Return the muted passages of a policy."""
    rows = ask(
        session,
        "SELECT \"case\" FROM feedback WHERE policy_id = :policy AND action = 'mute'"
        " AND ended_at IS NULL",
        policy=policy_id,
    )
    return [
        Mute(passage["before"], passage["after"])
        for (case,) in rows
        for passage in jsoned(case).get("passages", ())
    ]


def feedback_of(session: Session, alert_ids: Sequence[int]) -> dict[int, list[Feedback]]:
    """Return what was said of alerts, oldest first, by alert."""
    found: dict[int, list[Feedback]] = {}
    for first in range(0, len(alert_ids), 500):
        rows = session.exec(
            select(Feedback)
            .where(col(Feedback.alert_id).in_(alert_ids[first : first + 500]))
            .order_by(col(Feedback.id))
        )
        for row in rows:
            found.setdefault(row.alert_id, []).append(row)
    return found


def wrong_cases(session: Session) -> Iterator[dict[str, Any]]:
    """Return each alert that was called wrong as a line that `compare --jsonl` judges again.

    `old_text` and `new_text` are null where a text is kept no more.
    """
    rows = session.exec(
        select(Feedback).where(Feedback.action == "wrong").order_by(col(Feedback.id))
    )
    for row in rows:
        policy = session.get_one(Policy, row.policy_id)
        yield {
            "id": f"wrong-{row.id}",
            "doc_type": policy.kind,
            "date": row.case.get("date", ""),
            "old_id": row.case.get("old_id", ""),
            "new_id": row.case.get("new_id", ""),
            "old_text": _text(session, row.case.get("old_sha256", "")),
            "new_text": _text(session, row.case.get("new_sha256", "")),
            "policy": policy.name,
            "alert": row.alert_id,
            "note": row.note,
            "author": row.author,
            "at": row.at.isoformat(),
            "passages": row.case.get("passages", []),
        }


def _texts(session: Session, alert: Alert) -> dict[str, str]:
    old = session.get(Snapshot, alert.from_snapshot_id)
    new = session.get(Snapshot, alert.to_snapshot_id)
    if old is None or new is None:  # snapshots may be remade under other numbers
        return {}
    return {
        "old_sha256": old.text_sha256.hex(),
        "new_sha256": new.text_sha256.hex(),
        "old_id": old.digest,
        "new_id": new.digest,
        "date": new.first_seen.isoformat(),
    }


def _text(session: Session, sha256: str) -> str | None:
    if not sha256:
        return None
    try:
        return get_text(session, bytes.fromhex(sha256))
    except NotFound:
        return None
