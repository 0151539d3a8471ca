"""A page that is never the same twice is not news, and what is planted among its noise is."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from scheduler.jobs import CheckRules, keep
from storage.engine import Store, open_store
from storage.fetched import Fetched
from storage.models import Alert, Delivery
from storage.policies import add_policy
from storage.subscriptions import subscribe

START = datetime(2026, 3, 1, tzinfo=UTC)
FETCHES = 1000
PLANTED = 600

PAGE = """<html><head><title>Privacy</title><meta name="csrf" content="{nonce}"></head><body>
<nav><a href="/?s={nonce}">Home</a> <a href="/shop?ref={n}">Shop ({basket})</a></nav>
<div class="banner">{banner}</div>
<main class="c-{nonce}"><h1>Privacy policy</h1>
<h2>What we collect</h2>
<p>We collect your name, your address and how you use our service. You give us most of it
yourself when you open an account, and some of it comes from the device that you use.</p>
<h2>How long we keep it</h2>
<p id="p{n}">We keep the messages that you send us for {period} after you close your account.</p>
<h2>Contact</h2><p>Write to privacy@tern.example with any question about your rights.</p></main>
<footer>Page made {now} in {n} ms. Visitor {nonce}. &copy; {year} Tern</footer>
<script>var t = "{nonce}"</script></body></html>"""
BANNERS = ("Spring sale: ten percent off", "Free delivery today", "", "New: our app")


def page(number: int) -> bytes:
    now = START + number * timedelta(hours=1)
    text = PAGE.format(
        n=number, nonce=f"{number * 7919:x}", basket=number % 7, banner=BANNERS[number % 4],
        now=f"{now:%Y-%m-%d %H:%M:%S}", year=now.year,
        period="365 days" if number >= PLANTED else "30 days",
    )  # fmt: skip
    return text.encode()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(str(tmp_path / "noise.sqlite")) as store:
        yield store


@pytest.mark.slow
def test_a_thousand_noisy_fetches_tell_of_the_planted_change_and_of_nothing_else(
    store: Store,
) -> None:
    with store.writing() as session:
        policy = add_policy(session, url="https://tern.example/privacy", now=START)
        policy_id, url = policy.id or 0, policy.url
        subscribe(session, "ada@example.org", now=START)
    rules = CheckRules(
        every=timedelta(hours=1), confirm_after=timedelta(minutes=15), mail_domain="example.org"
    )
    told_at = []
    for number in range(FETCHES):
        now = START + number * timedelta(hours=1)
        fetched = Fetched(
            policy_id=policy_id, source="live", url=url, final_url=url, redirects=(),
            slot_at=None, observed_at=now, took_ms=1, status=200,
            headers=(("Content-Type", "text/html; charset=utf-8"),), body=page(number),
        )  # fmt: skip
        recorded = keep(store, fetched, rules=rules, now=lambda now=now: now)  # type: ignore[misc]  # bound now
        if recorded.news_change_id is not None:
            told_at.append(number)
    with store.reading() as session:
        (alert,) = session.exec(select(Alert)).all()
        assert len(session.exec(select(Delivery)).all()) == 1
    assert told_at == [PLANTED + 1]  # the second look agreed
    assert "retention" in alert.topics
    (point,) = alert.content["points"]
    assert "30 days" in point["before"]
    assert "365 days" in point["after"]
