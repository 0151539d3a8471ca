# ruff: noqa: N818 - the tree reads as words
"""What can go wrong with telling, and whether waiting helps.

    AlertError
    |-- BadMailUrl     the address of the mail server cannot be used; says what to write instead
    |-- BadToken       a signed link was not made here, was changed, or is over
    |-- NothingToTell  a change that is not material was to be told
    |-- SummaryError   a language model gave no summary; the mail goes out without one
    `-- SendError      one message to one recipient was not taken
        |                permanent: the same mail will be refused again; shorten it or give up
        |                otherwise: try again later, `retry_after` at the soonest
        |-- Gone         the receiver is no more and says so: never try again, not even shorter
        `-- Unreachable  no mail was looked at at all (connection, TLS, log-in): never permanent,
                         and the next mail would meet the same

No message ever holds a password or a key.
"""

from datetime import timedelta

__all__ = [
    "AlertError",
    "BadMailUrl",
    "BadToken",
    "Gone",
    "NothingToTell",
    "SendError",
    "SummaryError",
    "Unreachable",
]


class AlertError(Exception):
    """Base of everything this room raises on purpose."""


class BadMailUrl(AlertError):
    """The address of the mail server cannot be used."""


class BadToken(AlertError):
    """A signed link cannot be followed; the text says why, for people."""


class NothingToTell(AlertError):
    """Only material changes are told."""


class SummaryError(AlertError):
    """There is no summary. `str()` says why, in our own words: an answer may repeat a key."""


class SendError(AlertError):
    """One mail was not taken. `str()` is the server's own words, or the system's."""

    def __init__(
        self, reason: str, *, permanent: bool, retry_after: timedelta = timedelta(0)
    ) -> None:
        super().__init__(reason)
        self.permanent = permanent
        self.retry_after = retry_after


class Gone(SendError):
    """Nobody is there any more."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, permanent=True)


class Unreachable(SendError):
    """The way to the server is barred; it is not this mail's fault."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, permanent=False)
