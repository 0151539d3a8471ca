"""Digests and notices survive the way through a JSON column."""

import json
from dataclasses import replace
from datetime import UTC, datetime

from alerts.digest_content import Coverage, DigestContent, DigestEntry, Needing
from alerts.notice_content import NoticeContent
from tests.alerts.examples import content

NOW = datetime(2026, 6, 3, 9, tzinfo=UTC)
CONTENT = content()
NOTICE = NoticeContent(
    kind="failing",
    event="raised",
    title="tern-privacy cannot be fetched",
    happened="It failed 5 times.",
    advice="Open the page.",
    since=NOW,
    at=NOW,
    thread="<t@example.org>",
    evidence=("2026-06-03 timeout",),
    links=(("The policy", "https://tern.example/privacy"),),
    values={"times": 5},
)


def test_a_digest_comes_back_equal() -> None:
    gull = replace(CONTENT, service="Gull")
    entries = (DigestEntry(1, gull), DigestEntry(3, CONTENT), DigestEntry(None, CONTENT, "attic"))
    coverage = Coverage(212, 214, 2, (Needing("gull-privacy", "Gull", "failed", "timeout"),))
    digest = DigestContent("daily", NOW, NOW, "Europe/Berlin", "<t@x.org>", entries, coverage)
    assert DigestContent.from_json(json.loads(json.dumps(digest.to_json()))) == digest
    assert [(name, len(of)) for name, of in digest.by_service] == [("Gull", 1), ("Tern", 2)]


def test_a_digest_of_nothing_comes_back_equal() -> None:
    digest = DigestContent("weekly", NOW, NOW, "UTC", "<t@x.org>")
    assert DigestContent.from_json(json.loads(json.dumps(digest.to_json()))) == digest


def test_a_notice_comes_back_equal_without_what_no_database_takes() -> None:
    assert NoticeContent.from_json(json.loads(json.dumps(NOTICE.to_json()))) == NOTICE
    hostile = replace(NOTICE, evidence=("a\0b\ud800",)).to_json()
    assert NoticeContent.from_json(hostile).evidence == ("a\ufffdb?",)
