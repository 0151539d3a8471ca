"""The daemon's numbers in the text format of Prometheus.

Gauges are read from rows when somebody asks, so that two scrapers see the same
and a restart changes nothing; counters begin with the process, as their readers
expect. Nothing here names a policy: a scrape of ten thousand stays small.

Source: https://prometheus.io/docs/practices/naming/ (base units, suffixes).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from clausewatch import __version__
from storage.views import StatusView

__all__ = ["Metrics", "Standing"]


@dataclass(frozen=True, slots=True)
class Standing:
    """How the watch stands at one moment: what the rows say, and the size of their file."""

    view: StatusView
    database_bytes: int


class Metrics:
    """What the daemon counts while it lives, beside what `standing` reads from rows."""

    def __init__(self, standing: Callable[[], Standing]) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_FromRows(standing))
        ProcessCollector(registry=self._registry)
        self._fetches = Counter(
            "clausewatch_fetches",
            "Fetches recorded since the daemon started, by outcome.",
            ["outcome"],
            registry=self._registry,
        )
        self._deliveries = Counter(
            "clausewatch_deliveries",
            "Deliveries attempted since the daemon started, by result.",
            ["result"],
            registry=self._registry,
        )
        self._failures = Counter(
            "clausewatch_job_failures",
            "Jobs of the daemon that ended in an error, by job.",
            ["job"],
            registry=self._registry,
        )

    def fetched(self, outcome: str) -> None:
        self._fetches.labels(outcome).inc()

    def delivered(self, results: Mapping[str, int]) -> None:
        for result, count in results.items():
            self._deliveries.labels(result).inc(count)

    def failed(self, job: str) -> None:
        self._failures.labels(job).inc()

    def text(self) -> bytes:
        """Return the exposition: text format 0.0.4, UTF-8."""
        return generate_latest(self._registry)


class _FromRows(Collector):
    def __init__(self, standing: Callable[[], Standing]) -> None:
        self._standing = standing

    def describe(self) -> list[Metric]:
        return []  # asked at registration, when no row needs to be read

    def collect(self) -> Iterator[Metric]:
        standing = self._standing()
        view = standing.view
        build = GaugeMetricFamily(
            "clausewatch_build_info", "The program that runs; always 1.", labels=["version"]
        )
        build.add_metric([__version__], 1)
        yield build
        policies = GaugeMetricFamily(
            "clausewatch_policies", "Watched policies, by how they stand.", labels=["state"]
        )
        for state, count in (
            ("watched", view.policies),
            ("due", view.due),
            ("late", view.late),
            ("failing", view.failing),
            ("held", view.held),
        ):
            policies.add_metric([state], count)
        yield policies
        outbox = GaugeMetricFamily(
            "clausewatch_outbox_deliveries",
            "Deliveries that are not done, by state.",
            labels=["state"],
        )
        outbox.add_metric(["queued"], view.outbox_queued)
        outbox.add_metric(["dead"], view.outbox_dead)
        yield outbox
        yield GaugeMetricFamily("clausewatch_alerts", "Alerts in the record.", value=view.alerts)
        yield GaugeMetricFamily(
            "clausewatch_database_bytes", "Size of the database file.", standing.database_bytes
        )
        for name, said, at in (
            ("last_fetch", "When a fetch was recorded last", view.last_fetch_at),
            ("next_check", "When the next check is due", view.next_due_at),
        ):
            yield GaugeMetricFamily(
                f"clausewatch_{name}_timestamp_seconds", f"{said}, as Unix time.", _unix(at)
            )


def _unix(at: datetime | None) -> float:
    return at.timestamp() if at else float("nan")
