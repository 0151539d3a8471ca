"""What holds of the outbox whatever the mail server does, in whatever order."""

from collections import defaultdict
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.errors import SendError, Unreachable
from alerts.rendered import Rendered
from storage.verify import verify
from tests.alerts.world import World, made

ANSWERS = st.sampled_from(["ok", "ok", "4xx", "5xx", "away", "bug", "taken, then gone"])


class Moody:
    """A mail server that answers by a script, then takes everything."""

    def __init__(self, answers: list[str]) -> None:
        self.answers = answers
        self.taken: list[tuple[str, str, bytes]] = []  # recipient, Message-ID, body

    async def send(self, message: Rendered) -> str:
        answer = self.answers.pop(0) if self.answers else "ok"
        if answer == "away":
            raise Unreachable("nobody there")
        if answer == "bug":
            raise RuntimeError("a bug of ours")
        if answer in ("4xx", "5xx"):
            raise SendError(f"{answer[0]}50 no", permanent=answer == "5xx")
        self.taken.append((message.recipient, message.id, message.body))
        if answer != "ok":
            raise SendError("connection lost", permanent=False)
        return "250 OK"

    async def close(self) -> None:
        """Nothing is open."""


def play(world: World, server: Moody) -> None:
    """Pass after pass, each when the next mail is due, until nothing waits."""
    for _ in range(200):
        world.drain(server)
        waiting = [row.next_attempt_at for row in world.deliveries() if row.state == "queued"]
        if not waiting:
            return
        # A mail behind another is due already, and waits for that one.
        world.now = min(at for at in waiting if at > world.now)
    raise AssertionError("mails wait for ever")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = made(tmp_path_factory.mktemp("laws"))
    world.subscribe("ada@example.org")
    world.subscribe("ben@example.org")
    yield world
    world.store.close()


@pytest.mark.slow
@pytest.mark.timeout(300)
@settings(max_examples=15)
@given(answers=st.lists(ANSWERS, max_size=10))
def test_every_mail_is_taken_or_given_up_in_order_and_under_one_name(
    world: World, answers: list[str]
) -> None:
    server = Moody(list(answers))
    done = len(world.deliveries())
    policy_id = world.policy(f"policy-{done}-{world.now:%H%M%S}")
    world.tell(policy_id, 1)
    world.tell(policy_id, 2)
    play(world, server)
    rows = world.deliveries()[done:]
    with world.store.reading() as session:
        assert verify(session) == []
    attempts = defaultdict(list)
    for attempt in world.attempts():
        attempts[attempt.delivery_id].append(attempt.result)

    names = {row.message_id: row for row in rows}
    sent = [row for row in rows if row.state == "sent"]
    assert all(row.state in ("sent", "dead") for row in rows)
    assert {row.message_id for row in sent} <= {name for _, name, _ in server.taken}
    assert {name for _, name, _ in server.taken} <= names.keys()
    assert answers.count("5xx") >= 2 * sum(row.state == "dead" for row in rows)  # refused twice
    for row in rows:
        assert row.id is not None
        tries = attempts[row.id]
        assert row.attempts == len(tries)
        assert tries[-1] == row.state
        assert set(tries[:-1]) <= {"retry", "refused"}
        assert tries.count("refused") <= 1
    for recipient in ("ada@example.org", "ben@example.org"):
        mine = [row.message_id for row in rows if row.recipient == recipient]
        came = [name for to, name, _ in server.taken if to == recipient]
        assert list(dict.fromkeys(came)) == [name for name in mine if name in came]
