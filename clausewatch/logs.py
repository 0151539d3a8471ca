"""Logs of the daemon: a line for people on a terminal, a JSON object a line otherwise."""

import json
import logging
import sys
from datetime import UTC, datetime

__all__ = ["set_up_logging"]

# What every LogRecord carries; anything else was given as `extra` and belongs to the message.
_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}
# Libraries that narrate their work at INFO.
_CHATTY = ("apscheduler", "scrapy", "twisted", "alembic", "asyncio")


def set_up_logging(*, verbose: bool) -> None:
    """Send the program's logs to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_ForPeople() if sys.stderr.isatty() else _ForMachines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.DEBUG if verbose else logging.INFO)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)


def _extras(record: logging.LogRecord) -> dict[str, object]:
    return {key: value for key, value in record.__dict__.items() if key not in _STANDARD}


class _ForPeople(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        extras = " ".join(f"{key}={value!r}" for key, value in _extras(record).items())
        text = f"{datetime.now():%H:%M:%S} {record.levelname.lower():<7} {record.getMessage()}"  # noqa: DTZ005 - people read local time
        if extras:
            text += f"  {extras}"
        if record.exc_info:
            text += f"\n{self.formatException(record.exc_info)}"
        return text


class _ForMachines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_extras(record),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)
