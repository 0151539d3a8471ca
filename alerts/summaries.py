"""Summaries of alerts whose mails are due: asked for once, kept before the first mail goes.

A row is written only while no mail of the alert was ever taken up, by this
process or another: what a mail says never differs between two attempts. An
alert that was taken up without a row stays without one.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, exists, or_, select

from alerts.content import AlertContent
from alerts.errors import SummaryError
from alerts.summariser import Endpoint, summarise
from storage.engine import Store
from storage.models import Alert, AlertSummary, Delivery

__all__ = ["Summaries"]

log = logging.getLogger(__name__)

_AT_ONCE = 4  # questions; a server on the same machine answers them one after the other anyway


class Summaries:
    """The summaries of one pass of the outbox, which together may take `endpoint.timeout_s`."""

    def __init__(self, store: Store, endpoint: Endpoint, *, now: Callable[[], datetime]) -> None:
        self._store = store
        self._endpoint = endpoint
        self._now = now
        self._left_s = endpoint.timeout_s

    async def prepare(self, delivery_ids: Sequence[int]) -> None:
        """Ask about the alerts of these deliveries that have no row yet, and write their rows."""
        asked = await asyncio.to_thread(_unasked, self._store, delivery_ids)
        if not asked:
            return
        answers = await self._answers(asked)
        rows = [self._row(alert_id, *answers.get(alert_id, self._late())) for alert_id in asked]
        await asyncio.to_thread(_keep, self._store, rows)

    async def _answers(self, asked: Mapping[int, Mapping[str, Any]]) -> dict[int, tuple[str, str]]:
        """Return (text, error) of those that answered in time, by alert."""
        answers: dict[int, tuple[str, str]] = {}
        if self._left_s <= 0:
            return answers
        turns = asyncio.Semaphore(_AT_ONCE)

        async def ask(alert_id: int, content: Mapping[str, Any]) -> None:  # JSON values
            async with turns:
                answers[alert_id] = await self._ask(alert_id, content)

        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            async with asyncio.timeout(self._left_s), asyncio.TaskGroup() as group:
                for alert_id, content in asked.items():
                    group.create_task(ask(alert_id, content))
        except TimeoutError:
            log.warning("a language model took too long", extra={"alerts": len(asked)})
        self._left_s = max(0.0, self._left_s - (loop.time() - began))
        return answers

    async def _ask(self, alert_id: int, content: Mapping[str, Any]) -> tuple[str, str]:
        """Ask about one alert. Even a bug of ours ends in its row, so that the others are asked."""
        try:
            return await summarise(AlertContent.from_json(content), self._endpoint), ""
        except SummaryError as error:
            log.warning("no summary", extra={"alert": alert_id, "why": str(error)})
            return "", str(error)
        except Exception as error:
            log.exception("an alert cannot be summed up", extra={"alert": alert_id})
            return "", f"{type(error).__name__}: a mistake in the program; see the log"

    def _late(self) -> tuple[str, str]:
        return "", f"no answer within {self._endpoint.timeout_s:g} s"

    def _row(self, alert_id: int, text: str, error: str) -> AlertSummary:
        return AlertSummary(
            alert_id=alert_id,
            made_at=self._now(),
            model=self._endpoint.model,
            text=text,
            error=error,
        )


def _unasked(store: Store, delivery_ids: Sequence[int]) -> dict[int, Mapping[str, Any]]:
    """Return the contents of alerts that may still get a row, oldest first."""
    alerts = select(Delivery.alert_id).where(col(Delivery.id).in_(delivery_ids))
    query = select(Alert).where(col(Alert.id).in_(alerts), *_open()).order_by(col(Alert.id))
    with store.reading() as session:
        return {row.id: row.content for row in session.exec(query) if row.id is not None}


def _keep(store: Store, rows: Sequence[AlertSummary]) -> None:
    """Write the rows of alerts that are still open; meanwhile another process may have been here."""
    with store.writing() as session:
        for row in rows:
            if _is_open(session, row.alert_id):
                session.add(row)


def _is_open(session: Session, alert_id: int) -> bool:
    return session.exec(select(Alert.id).where(Alert.id == alert_id, *_open())).first() is not None


def _open() -> list[ColumnElement[bool]]:
    """No row yet, and no delivery that was ever claimed: a claim stays until it is written down."""
    taken_up = or_(
        col(Delivery.attempts) > 0,
        col(Delivery.claimed_until).is_not(None),
        col(Delivery.state) != "queued",
    )
    return [
        ~exists().where(col(AlertSummary.alert_id) == col(Alert.id)),
        ~exists().where(col(Delivery.alert_id) == col(Alert.id), taken_up),
    ]
