"""The message by which a person tries whether messages arrive."""

from datetime import datetime

from alerts.notice_content import NoticeContent

__all__ = ["hello"]


def hello(now: datetime) -> NoticeContent:
    """Return what is sent as a test."""
    return NoticeContent(
        kind="test",
        event="raised",
        title="a test message",
        happened="Somebody tried whether messages of Clausewatch arrive here. They do.",
        advice="",
        since=now,
        at=now,
        thread="",
    )
