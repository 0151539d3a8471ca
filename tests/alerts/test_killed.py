"""A process that is killed at any moment loses no mail and renames none."""

import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.alerts.world import World, made
from tests.support.mailbox import Mailbox

ROOT = Path(__file__).resolve().parents[2]

# One pass of the outbox in a process of its own.
PASS = """
import asyncio, sys
from datetime import datetime
from alerts.message import MailOptions
from alerts.outbox import drain
from alerts.senders.smtp import SmtpSender
from storage.engine import open_store

database, url, now = sys.argv[1:]
store = open_store(database)
asyncio.run(drain(
    store, {"email": SmtpSender.from_url(url, timeout_s=5)}, worker="here:1", now=lambda: datetime.fromisoformat(now),
    options=MailOptions("Watch <watch@example.org>"), ignore_backoff=True,
))
store.close()
"""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = made(tmp_path)
    yield world
    world.store.close()


def a_pass(world: World, mailbox: Mailbox) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", PASS, world.store.database, mailbox.url, world.now.isoformat()],
        cwd=ROOT, env={**os.environ, "SSL_CERT_FILE": mailbox.ca_file},
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_killed_while_it_sends_every_mail_still_arrives_under_its_one_name(world: World) -> None:
    chance = random.Random(20260603)  # noqa: S311  repeatable, not secret
    world.subscribe("ada@example.org")
    world.subscribe("ben@example.org")
    for number in range(5):
        world.tell(world.policy(f"policy-{number}"))
    expected = {row.message_id for row in world.deliveries()}

    killed = 0
    with Mailbox(secure=True) as mailbox:
        world.gather()
        while "queued" in world.states():
            if killed % 3 == 1:
                mailbox.answer("451 4.3.0 try later", times=1)
            enough = len(mailbox.received) + (chance.randint(2, 4) if killed < 3 else 1000)
            with a_pass(world, mailbox) as child:
                while child.poll() is None:
                    # The server has the mail and has not said so, or only just.
                    if mailbox.wait_for(enough, timeout_s=0.05):
                        child.kill()
                        killed += child.wait() < 0
            world.later(minutes=11)  # claims of the dead lapse
        received = list(mailbox.received)

    assert killed >= 3
    assert set(world.states()) == {"sent"}
    assert {mail.message_id for mail in received} == expected
    assert len(received) > len(expected)  # some came twice,
    bytes_of = {mail.message_id: mail.raw for mail in received}
    assert all(mail.raw == bytes_of[mail.message_id] for mail in received)  # and were the same
