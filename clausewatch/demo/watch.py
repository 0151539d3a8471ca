"""Watch the made-up site through the real program, from due check to due check, in virtual time.

The clock jumps to the moment the next page is due; what is due, what is claimed,
fetched, understood, confirmed, alerted and sent is the program's own doing.
Pages are checked one at a time, so that two runs write the same rows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from analysis.compare import Comparison
from clausewatch.demo.story import PAGES, SUBSCRIBERS
from clausewatch.wiring import App
from storage import claims, history, policies, subscriptions
from storage.record import Recorded
from storage.views import AlertView, ChangeView

__all__ = ["Clock", "Seen", "name_of", "prepare", "watch"]

_SERVICE = "Pottlewick"
_LEASE = timedelta(minutes=5)


class Clock:
    """A clock that stands still until it is moved, and never back."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def __call__(self) -> datetime:
        return self._now

    def move_to(self, then: datetime) -> None:
        self._now = max(self._now, then)


@dataclass(frozen=True, slots=True)
class Seen:
    """One check of one page, and what came of it."""

    at: datetime
    page: str
    outcome: str
    cause: str
    detail: str
    status: int | None
    words: int  # of the text that stands after it
    change: ChangeView | None
    comparison: Comparison | None  # what was made of `change`, or of the change `alert` tells
    alert: AlertView | None


def name_of(page: str) -> str:
    """Return what the policy of `page` is called, in commands too."""
    return f"{_SERVICE.lower()}-{page}"


def prepare(app: App, url: str) -> None:
    """Watch the pages of the site at `url`, due at once, and subscribe the story's readers."""
    with app.store.writing() as session:
        for page in PAGES:
            policies.add_policy(
                session,
                url=f"{url}/{page}",
                name=name_of(page),
                service=_SERVICE,
                kind=page,
                now=app.clock(),
            )
        for subscriber in SUBSCRIBERS:
            subscriptions.subscribe(
                session, subscriber.address, topics=subscriber.topics, now=app.clock()
            )


def watch(app: App, clock: Clock, *, until: datetime) -> Iterator[Seen]:
    """Check each page whenever it is due before `until`, send what is to be sent, tell each check."""
    while (due := _next_due(app)) is not None and due < until:
        clock.move_to(due)
        with app.store.writing() as session:
            targets = claims.claim_due(session, now=clock(), limit=1, worker="demo", lease=_LEASE)
        for recorded in app.check(targets):
            if recorded.news_change_id is not None:
                app.send()
            yield _seen(app, clock(), recorded)


def _next_due(app: App) -> datetime | None:
    with app.store.reading() as session:
        rows = policies.list_policies(session)
        return min((row.next_check_at for row in rows if row.next_check_at), default=None)


def _seen(app: App, at: datetime, recorded: Recorded) -> Seen:
    news = recorded.news_change_id
    change = news if news is not None else recorded.change.id if recorded.change else None
    with app.store.reading() as session:
        alerts = history.alerts(session, policy_id=recorded.policy_id) if news is not None else []
        stands = history.snapshot_at(session, recorded.policy_id, at)
        return Seen(
            at=at,
            page=recorded.policy.rpartition("-")[2],
            outcome=recorded.outcome,
            cause=recorded.cause,
            detail=recorded.detail,
            status=recorded.status,
            words=stands.words if stands else 0,
            change=recorded.change,
            comparison=None if change is None else history.comparison_of(session, change),
            alert=alerts[-1] if alerts else None,
        )
