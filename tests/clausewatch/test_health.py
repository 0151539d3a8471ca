"""What a load balancer, a container engine and Prometheus hear from the daemon."""

import asyncio
import json
import urllib.error
import urllib.request
from datetime import UTC, datetime

from prometheus_client.parser import text_string_to_metric_families

from clausewatch.health import Health, serving
from clausewatch.metrics import Metrics, Standing
from storage.views import StatusView

STANDING = Standing(
    StatusView(
        policies=214,
        due=3,
        late=1,
        failing=2,
        held=0,
        last_fetch_at=datetime(2026, 5, 1, tzinfo=UTC),
        next_due_at=None,
        outbox_queued=4,
        outbox_dead=0,
        alerts=17,
    ),
    database_bytes=4096,
)


def ask(health: Health, path: str, method: str = "GET") -> tuple[int, str, str]:
    """Status, content type and body of what the daemon answers."""

    def fetch(port: int) -> tuple[int, str, str]:
        request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", method=method)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - our own server
                return answer.status, answer.headers["Content-Type"], answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers["Content-Type"], error.read().decode()

    async def serve() -> tuple[int, str, str]:
        async with serving(health, host="127.0.0.1", port=0) as port:
            return await asyncio.to_thread(fetch, port)

    return asyncio.run(serve())


def health(*, ailing: tuple[str, ...] = (), unready: tuple[str, ...] = ()) -> Health:
    return Health(
        ailments=lambda: list(ailing),
        unready=lambda: list(unready),
        metrics=Metrics(lambda: STANDING).text,
    )


def test_a_healthy_daemon_says_so() -> None:
    status, kind, body = ask(health(), "/healthz")
    assert (status, json.loads(body)) == (200, {"ok": True, "wrong": []})
    assert kind.startswith("application/json")


def test_a_stuck_job_makes_the_process_ill_and_a_locked_database_makes_it_unready() -> None:
    ill = health(ailing=("check has not come forward for 31 min",), unready=("database is locked",))
    assert ask(ill, "/healthz")[0] == ask(ill, "/readyz")[0] == 503
    assert "31 min" in ask(ill, "/healthz")[2]


def test_a_question_that_cannot_be_answered_is_no_good_news() -> None:
    def broken() -> list[str]:
        raise OSError("disk gone")

    status, _, body = ask(Health(broken, broken, lambda: b""), "/readyz")
    assert (status, json.loads(body)["wrong"]) == (503, ["cannot be told: OSError"])


def test_nothing_can_be_sent_to_it() -> None:
    assert ask(health(), "/healthz", method="POST")[0] == 405
    assert ask(health(), "/etc/passwd")[0] == 404


def test_the_numbers_are_read_by_prometheus_own_parser_with_names_and_units_as_it_asks() -> None:
    status, kind, body = ask(health(), "/metrics")
    assert (status, kind) == (200, "text/plain; version=0.0.4; charset=utf-8")
    found = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(body)
        for sample in family.samples
    }
    assert found["clausewatch_policies", "watched"] == 214
    assert found["clausewatch_policies", "late"] == 1
    assert found["clausewatch_outbox_deliveries", "queued"] == 4
    assert found["clausewatch_alerts",] == 17
    assert found["clausewatch_database_bytes",] == 4096
    assert found["clausewatch_last_fetch_timestamp_seconds",] == 1777593600.0
    assert found["clausewatch_next_check_timestamp_seconds",] != 0  # not a number: none is planned


def test_counters_count_what_the_daemon_did() -> None:
    metrics = Metrics(lambda: STANDING)
    metrics.fetched("changed")
    metrics.fetched("unchanged")
    metrics.fetched("unchanged")
    metrics.delivered({"sent": 2, "dead": 0})
    metrics.failed("outbox")
    text = metrics.text().decode()
    assert 'clausewatch_fetches_total{outcome="unchanged"} 2.0' in text
    assert 'clausewatch_deliveries_total{result="sent"} 2.0' in text
    assert 'clausewatch_job_failures_total{job="outbox"} 1.0' in text
