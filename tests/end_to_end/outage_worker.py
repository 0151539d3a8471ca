"""One life of the program in virtual time, to be killed at any moment.

Reads minutes from standard input, one a line; does what is due by then (checks,
alerts, digests, notices, mails) with the program's own parts, and answers "done".
The pages are made up from the minute; all else is real: database, transactions,
mail over TLS to the server it is given.

    python -m tests.end_to_end.outage_worker DATABASE SMTP_URL POLICIES
"""

import asyncio
import sys
from datetime import UTC, datetime, timedelta

from alerts.attending import attend
from alerts.digests import GatherRules
from alerts.gathering import gather
from alerts.health_values import HealthRules
from alerts.outbox import MailOptions, drain
from alerts.senders.smtp import SmtpSender
from scheduler.feeding import release_the_dead
from scheduler.jobs import LEASE, CheckRules, keep, worker_name
from storage.claims import claim_due
from storage.engine import Store, open_store
from storage.fetched import Fetched
from storage.policies import Target

__all__ = ["DOMAIN", "START", "at_minute", "changes_at", "page", "service"]

START = datetime(2026, 3, 28, 21, 30, tzinfo=UTC)  # Europe puts its clocks forward in between
DOMAIN = "example.org"
WINDOW = timedelta(seconds=30)
RULES = GatherRules(window=WINDOW, hold_share=1.0)
OPTIONS = MailOptions("Watch <watch@example.org>")
_FIRST_CHANGE, _LAST_CHANGE = 10, 280  # minutes; the last is told before the six hours are over

_PAGE = """<html><head><title>Privacy at {service}</title></head><body><main>
<h1>Privacy at {service}</h1>
<h2>What we collect</h2>
<p>We collect your name, your address and how you use our service. You give us most of it
yourself when you open an account, and some of it comes from the device that you use.</p>
<h2>How we share information</h2>
<p>{sharing}</p>
<h2>How long we keep it</h2>
<p>We keep your messages for {period} after you close your account, and delete them then.</p>
<h2>Contact</h2>
<p>Write to privacy@{host} with any question about this policy or about your rights.</p>
</main><footer>Seen by visitor {noise}</footer></body></html>"""


def at_minute(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def changes_at(number: int, policies: int) -> int:
    """Return the minute at which policy `number` changes what it says."""
    return _FIRST_CHANGE + (number * 7919) % policies * (_LAST_CHANGE - _FIRST_CHANGE) // policies


def service(number: int) -> str:
    return f"Tern{number:03}x"


def page(number: int, policies: int, now: datetime) -> bytes:
    changed = now >= at_minute(changes_at(number, policies))
    sharing = "We do not share your location with anyone, and we never sell your data."
    if changed and number % 2:
        sharing = "We share your precise location with advertisers and other partners."
    period = "365 days" if changed and number % 2 == 0 else "30 days"
    text = _PAGE.format(
        service=service(number),
        host=f"{service(number).lower()}.example",
        sharing=sharing,
        period=period,
        noise=int(now.timestamp()),
    )
    return text.encode()


def _fetch(target: Target, policies: int, now: datetime) -> Fetched:
    return Fetched(
        policy_id=target.policy_id,
        source="live",
        url=target.url,
        final_url=target.url,
        redirects=(),
        slot_at=target.slot_at,
        observed_at=now,
        took_ms=5,
        status=200,
        headers=(("Content-Type", "text/html; charset=utf-8"),),
        body=page(int(target.name[5:]), policies, now),
    )


async def _pass(store: Store, url: str, policies: int, minute: float) -> None:
    now = at_minute(minute)
    rules = CheckRules(
        every=timedelta(hours=1),
        confirm_after=timedelta(minutes=15),
        mail_domain=DOMAIN,
        mail_window=WINDOW,
        spread=True,
    )
    with store.writing() as session:
        targets = claim_due(session, now=now, limit=64, worker=worker_name(), lease=LEASE)
    for target in targets:
        keep(store, _fetch(target, policies, now), rules=rules, now=lambda: now)
    attend(store, now=now, rules=HealthRules(), domain=DOMAIN)
    gather(store, now=now, rules=RULES, domain=DOMAIN)
    sender = SmtpSender.from_url(url, timeout_s=4)
    await drain(store, {"email": sender}, worker=worker_name(), now=lambda: now, options=OPTIONS)


def main() -> None:
    database, url, policies = sys.argv[1], sys.argv[2], int(sys.argv[3])
    store = open_store(database)
    release_the_dead(store, lambda: START)
    for line in sys.stdin:
        asyncio.run(_pass(store, url, policies, float(line)))
        sys.stdout.write("done\n")
        sys.stdout.flush()
    store.close()


if __name__ == "__main__":
    main()
