"""A process that is killed at any moment loses no mail and renames none."""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.alerts.world import World, made
from tests.support.mailbox import Mailbox

ROOT = Path(__file__).resolve().parents[2]

# One pass of the outbox in a process of its own; says when it begins.
PASS = """
import asyncio, sys
from datetime import datetime
from alerts.message import MailOptions
from alerts.outbox import drain
from alerts.senders.smtp import SmtpSender
from storage.engine import open_store

database, url, now = sys.argv[1:]
store = open_store(database)
print("begun", flush=True)
asyncio.run(drain(
    store, SmtpSender.from_url(url, timeout_s=5), now=lambda: datetime.fromisoformat(now),
    options=MailOptions("Watch <watch@example.org>"), ignore_backoff=True,
))
store.close()
"""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = made(tmp_path)
    yield world
    world.store.close()


def a_pass(world: World, mailbox: Mailbox) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PASS, world.store.database, mailbox.url, world.now.isoformat()],
        cwd=ROOT, env={**os.environ, "SSL_CERT_FILE": mailbox.ca_file},
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.mark.slow
def test_killed_at_random_moments_every_mail_still_arrives_under_its_one_name(
    world: World,
) -> None:
    chance = random.Random(20260603)  # noqa: S311  repeatable, not secret
    world.subscribe("ada@example.org")
    world.subscribe("ben@example.org")
    for number in range(15):
        world.tell(world.policy(f"policy-{number}"))
    expected = {row.message_id for row in world.deliveries()}

    killed = 0
    with Mailbox(secure=True) as mailbox:
        for turn in range(60):
            if "queued" not in world.states():
                break
            if turn % 3 == 0:
                mailbox.answer("451 4.3.0 try later", times=1)
            if turn % 3 == 1:
                mailbox.hang_up()
            child = a_pass(world, mailbox)
            assert child.stdout is not None
            assert child.stdout.readline() == "begun\n"
            try:
                child.wait(chance.uniform(0.0, 0.9))
            except subprocess.TimeoutExpired:
                child.send_signal(signal.SIGKILL)
                child.wait()
                killed += 1
            child.stdout.close()
            world.later(minutes=11)  # claims of the dead lapse

        arrived = [received.message_id for received in mailbox.received]
        bytes_of = {received.message_id: received.raw for received in mailbox.received}

    assert killed >= 3
    assert set(world.states()) == {"sent"}
    assert set(arrived) == expected
    assert all(received.raw == bytes_of[received.message_id] for received in mailbox.received)
    waited = world.now - world.deliveries()[0].created_at
    assert waited < timedelta(days=1)
