"""What the daemon does for itself beside its checks: damage that it finds is told to operators."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlmodel import select

from clausewatch.config import load_settings
from clausewatch.living import Living
from clausewatch.wiring import App, open_app
from scheduler.daemon import Chore
from scheduler.pulse import Pulse
from storage.errors import CorruptDatabase
from storage.models import Delivery, Notice
from storage.policies import add_policy
from storage.subscriptions import subscribe
from tests.support.clock import Clock
from tests.support.damage import flip_a_page


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    database = str(tmp_path / "watch.sqlite")
    settings = load_settings(environ={"HOME": str(tmp_path), "CLAUSEWATCH_DATABASE": database})
    with open_app(settings, clock=Clock()) as app:
        with app.store.writing() as session:
            add_policy(session, url="https://a.example/privacy", now=app.clock())
            subscribe(session, "operator@example.org", now=app.clock(), operator=True)
        yield app


def begun(app: App) -> Chore:
    """Let the daemon begin; returns its look at the whole record."""
    jobs = Living(app, pulse=Pulse(), reread=lambda: app.settings).begin()
    (chore,) = [chore for chore in jobs.chores if chore.name == "integrity"]
    return chore


def look(chore: Chore) -> None:
    asyncio.run(chore.work())  # type: ignore[arg-type]  # an awaitable is a coroutine here


def behind_its_back(app: App, statement: str) -> None:
    with closing(sqlite3.connect(app.store.database)) as intruder, intruder:
        intruder.execute(statement)


def said(app: App) -> list[tuple[str, str]]:
    app.outgoing.attend()
    with app.store.reading() as session:
        return [(row.kind, row.event) for row in session.exec(select(Notice))]


def test_what_does_not_fit_is_told_to_operators_once_and_once_that_it_is_over(app: App) -> None:
    look(begun(app))
    assert said(app) == []
    behind_its_back(app, "UPDATE policy SET current_snapshot_id = 99")
    for _ in range(2):
        with pytest.raises(CorruptDatabase):
            look(begun(app))
        assert said(app) == [("record_damaged", "raised")]
    behind_its_back(app, "UPDATE policy SET current_snapshot_id = NULL")
    look(begun(app))
    assert said(app) == [("record_damaged", "raised"), ("record_damaged", "recovered")]
    with app.store.reading() as session:
        assert len(session.exec(select(Delivery)).all()) == 2


def test_a_database_that_takes_no_word_any_more_is_named_in_the_log(
    app: App, caplog: pytest.LogCaptureFixture
) -> None:
    chore = begun(app)
    app.store.close()
    flip_a_page(Path(app.store.database), "installation")
    with pytest.raises(CorruptDatabase):
        look(chore)
    assert "could not be kept" in caplog.text
