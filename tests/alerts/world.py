"""A database on disk with a made-up company's policy in it, and editions that follow each other."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import col, select

from alerts.digests import GatherRules
from alerts.gathering import gather
from alerts.message import MailOptions
from alerts.outbox import DrainReport, drain
from alerts.raising import raise_alert
from alerts.rendered import Sender
from alerts.senders.smtp import SmtpSender
from analysis.compare import Comparison, compare
from storage.blobs import packed, put_body, put_text
from storage.chain import append
from storage.engine import Store, open_store
from storage.models import Alert, Attempt, Change, Delivery, Fetch, Policy, Snapshot, Subscription
from storage.subscriptions import unsubscribe
from tests.support.mailbox import Mailbox

__all__ = ["EDITIONS", "NOW", "World", "made"]

NOW = datetime(2026, 6, 3, 14, 5, tzinfo=UTC)
DOMAIN = "example.org"
WORKER = "here:1"
RULES = GatherRules(hold_least=1000, group_from=1000)  # every alert is a mail of its own
OPTIONS = MailOptions("Watch <watch@example.org>")

_FRAME = """# Privacy at {service}

## How we share information

{sharing}

## How long we keep it

{keeping}

## Contact

Write to privacy@tern.example. Last updated: {updated}.
"""

# Each differs from the one before it in a way that matters.
EDITIONS = (
    ("We do not share your location with anyone.", "We keep your messages for 30 days.", "1 May"),
    (
        "We share your precise location with advertisers and their partners.",
        "We keep your messages for 30 days.",
        "1 June",
    ),
    (
        "We share your precise location with advertisers and their partners.",
        "We keep your messages for seven years after you close your account.",
        "2 June",
    ),
    (
        "We sell your precise location to data brokers.",
        "We keep your messages for seven years after you close your account.",
        "3 June",
    ),
)


def edition(number: int, service: str) -> str:
    sharing, keeping, updated = EDITIONS[number]
    return _FRAME.format(service=service, sharing=sharing, keeping=keeping, updated=updated)


def made(folder: Path) -> "World":
    """Return a new, empty world."""
    return World(open_store(str(folder / "world.sqlite")))


@dataclass
class World:
    """One store and a clock that only moves when told."""

    store: Store
    now: datetime = NOW
    window: timedelta = timedelta(0)  # how long alerts wait for each other
    _last: dict[int, int] = field(default_factory=dict)  # policy -> its last snapshot

    def policy(
        self, name: str = "tern-privacy", *, service: str = "Tern", tags: tuple[str, ...] = ()
    ) -> int:
        with self.store.writing() as session:
            row = Policy(
                name=name,
                service=service,
                url=f"https://{name}.example/privacy",
                url_key=f"{name}.example/privacy",
                tags=list(tags),
                added_at=self.now,
            )
            session.add(row)
            session.flush()
            assert row.id is not None
            return row.id

    def subscribe(self, recipient: str, **wishes: Any) -> None:  # Any: the columns' values
        with self.store.writing() as session:
            session.add(Subscription(recipient=recipient, created_at=self.now, **wishes))

    def leave(self, recipient: str) -> None:
        with self.store.writing() as session:
            unsubscribe(session, recipient, now=self.now)

    def change(self, policy_id: int, number: int = 1) -> int:
        """Store the editions `number - 1` and `number` and the change between them; return its id."""
        with self.store.reading() as session:
            service = session.get_one(Policy, policy_id).service
        old, new = edition(number - 1, service), edition(number, service)
        if policy_id not in self._last:
            self._last[policy_id] = self._snapshot(policy_id, old)
        before, after = self._last[policy_id], self._snapshot(policy_id, new)
        self._last[policy_id] = after
        return self._change(policy_id, before, after, compare(old, new))

    def tell(self, policy_id: int, number: int = 1) -> Alert | None:
        """Store a change and raise its alert."""
        return self.raised(self.change(policy_id, number))

    def tell_between(self, policy_id: int, before: int, after: int) -> Alert | None:
        """Store two editions, whichever came before, and raise the alert of their change."""
        with self.store.reading() as session:
            service = session.get_one(Policy, policy_id).service
        old, new = edition(before, service), edition(after, service)
        ids = self._snapshot(policy_id, old), self._snapshot(policy_id, new)
        return self.raised(self._change(policy_id, *ids, compare(old, new)))

    def raised(self, change_id: int) -> Alert | None:
        with self.store.writing() as session:
            return raise_alert(session, change_id, now=self.now, domain=DOMAIN, window=self.window)

    def drain(
        self,
        sender: Sender | Mailbox,
        *,
        now: Callable[[], datetime] | None = None,
        ignore_backoff: bool = False,
        limit: int = 200,
    ) -> DrainReport:
        """One pass of the outbox, through a real connection where a mailbox is given."""
        return asyncio.run(
            self.drain_async(sender, now=now, ignore_backoff=ignore_backoff, limit=limit)
        )

    async def drain_async(
        self,
        sender: Sender | Mailbox,
        *,
        now: Callable[[], datetime] | None = None,
        ignore_backoff: bool = False,
        limit: int = 200,
    ) -> DrainReport:
        self.gather(now=now() if now else None)
        if isinstance(sender, Mailbox):
            sender = SmtpSender.from_url(sender.url, tls_context=sender.trust, timeout_s=5)
        return await drain(
            self.store,
            {"email": sender},
            worker=WORKER,
            now=now or (lambda: self.now),
            options=OPTIONS,
            ignore_backoff=ignore_backoff,
            limit=limit,
        )

    def gather(self, *, now: datetime | None = None) -> None:
        """Queue what is due, each alert as a mail of its own."""
        gather(self.store, now=now or self.now, rules=RULES, domain=DOMAIN)

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)

    def deliveries(self) -> list[Delivery]:
        with self.store.reading() as session:
            return list(session.exec(select(Delivery).order_by(col(Delivery.id))))

    def states(self) -> list[str]:
        return [row.state for row in self.deliveries()]

    def attempts(self) -> list[Attempt]:
        with self.store.reading() as session:
            return list(session.exec(select(Attempt).order_by(col(Attempt.id))))

    def results(self) -> list[str]:
        return [row.result for row in self.attempts()]

    def _snapshot(self, policy_id: int, text: str) -> int:
        with self.store.writing() as session:
            body = put_body(session, text.encode())
            fetch = append(
                session,
                Fetch(
                    policy_id=policy_id,
                    observed_at=self.now,
                    recorded_at=self.now,
                    outcome="changed",
                    body_sha256=body,
                    link=b"",
                ),
            )
            digest = put_text(session, text)
            assert fetch.id is not None
            row = Snapshot(
                policy_id=policy_id,
                fetch_id=fetch.id,
                text_sha256=digest,
                digest=digest.hex(),
                first_seen=self.now,
                last_seen=self.now,
                lang="en",
                claims={"effective": "2026-07-01"},
                revision=1,
            )
            session.add(row)
            session.flush()
            assert row.id is not None
            return row.id

    def _change(self, policy_id: int, before: int, after: int, found: Comparison) -> int:
        with self.store.writing() as session:
            row = Change(
                policy_id=policy_id,
                from_snapshot_id=before,
                to_snapshot_id=after,
                at=self.now,
                kind=found.kind,
                material=found.material,
                topics=list(found.topics),
                direction=found.direction,
                severity=found.severity,
                headline=found.headline,
                comparison=packed(found.to_json()),
                revision=1,
            )
            session.add(row)
            session.flush()
            assert row.id is not None
            return row.id
