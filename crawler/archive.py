"""What a web archive is asked, and what its answers mean. Pure: `crawler.asking` does the asking.

waybackpy builds the questions and reads the rows of the answers, for that it does well.
Its network is not used: it has no deadline, and takes "too many requests" for "no captures".

    index_question   -> the address that lists captures of a page
    read_index       -> rows, and where the list goes on; what is no list raises ArchiveError
    capture_address  -> the address of the bytes as they were archived, nothing rewritten
    judge_capture    -> the capture, or the name of what came in its place

Two spellings of the same protocol are known: "wayback" (the Internet Archive and servers of
its making, which give a key to go on with) and "pywb" (arquivo.pt, many national archives,
one's own), where the list goes on from the last time it named.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from types import MappingProxyType
from urllib.parse import unquote_plus, urlsplit

from waybackpy import WaybackMachineCDXServerAPI
from waybackpy.cdx_snapshot import CDXSnapshot
from waybackpy.cdx_utils import full_url

from crawler.errors import Cause, CrawlerError, FetchError
from crawler.fetched import Answer, judge_type
from crawler.politeness import retry_after_s

__all__ = [
    "ARCHIVE_CAUSES",
    "INTERNET_ARCHIVE",
    "KINDS",
    "Archive",
    "ArchiveError",
    "Capture",
    "IndexPage",
    "Question",
    "Verdict",
    "capture_address",
    "index_question",
    "judge_capture",
    "read_index",
    "trouble_of",
]

_FIELDS = {
    "wayback": "urlkey,timestamp,original,mimetype,statuscode,digest,length",
    "pywb": "urlkey,timestamp,url,mime,status,digest,length",
}
KINDS = tuple(_FIELDS)
_NAMES = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")
_LONGEST_URL = 4096  # as storage.urls: a longer one is no page's address
_SAME_MOMENT = timedelta(seconds=1)
_EXCLUDED = ("AdministrativeAccessControlException", "Blocked Site Error")
# Of the ways a request fails, those that say something of the archive, not of one capture.
_ARCHIVE_WIDE = frozenset(
    {"rate_limited", "refused", "dns", "tls", "timeout", "reset", "blocked_address", "aborted"}
)


@dataclass(frozen=True, slots=True)
class Archive:
    """A web archive. `index_url` lists captures; `capture_url` is what stands before a timestamp.

    The rates are what the Internet Archive allows, less a fifth, as the Environmental Data
    & Governance Initiative's client keeps them; an archive of one's own may allow more.
    """

    name: str
    kind: str
    index_url: str
    capture_url: str
    save_url: str = ""  # where a capture can be asked for; "": nowhere
    index_per_minute: float = 24.0
    captures_per_second: float = 8.0

    @property
    def host(self) -> str:
        """Whose patience is used up: requests for lists and captures go to one server."""
        return urlsplit(self.index_url).netloc


INTERNET_ARCHIVE = Archive(
    name="internet-archive",
    kind="wayback",
    index_url="https://web.archive.org/cdx/search/cdx",
    capture_url="https://web.archive.org/web",
    save_url="https://web.archive.org/save",
)


@dataclass(frozen=True, slots=True)
class Question:
    """Which captures are asked for. `resume_key` "" begins; `start` and `end` may be None."""

    url: str
    start: datetime | None = None
    end: datetime | None = None
    resume_key: str = ""
    limit: int = 5_000  # rows in one answer: half a megabyte


@dataclass(frozen=True, slots=True)
class Capture:
    """One line of an index. `timestamp` is as the archive wrote it, `at` what it can mean."""

    timestamp: str
    at: datetime
    url: str
    mime: str
    status: int | None  # None: a revisit, or the index does not say
    digest: str  # base32 SHA-1 of the bytes, usually; "" where the index does not say
    repaired: bool = False  # the timestamp names no day; `at` is the first that it can mean

    @property
    def doubt(self) -> str:
        """Why this is no capture of a page, as the index tells already; "" where it may be one."""
        if self.status is None or 200 <= self.status < 300:
            return ""
        return "archived_redirect" if 300 <= self.status < 400 else "archived_error"


@dataclass(frozen=True, slots=True)
class IndexPage:
    captures: tuple[Capture, ...]
    resume_key: str  # "": this was the last page
    unreadable: int  # lines that are no row: cut short, or with a time that never was


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a capture turned out to be. `cause` "": the page, archived at `at`."""

    cause: str
    detail: str
    at: datetime
    headers: tuple[tuple[str, str], ...] = ()
    leads_to: str = ""  # of an archived redirect: where the site sent its visitors


class ArchiveError(CrawlerError):
    """An archive gave no answer that can be used. `cause` is a name in ARCHIVE_CAUSES.

    `is_final`: asking again brings nothing else. Otherwise it is asked later, after
    `retry_after_s` at the least; where `is_busy`, nothing at all is asked of it till then.
    """

    def __init__(self, cause: str, detail: str, *, retry_after_s: float = 0.0) -> None:
        super().__init__(f"{cause}: {detail}")
        self.cause = ARCHIVE_CAUSES[cause].name
        self.detail = detail
        self.retry_after_s = retry_after_s

    @property
    def is_final(self) -> bool:
        return not ARCHIVE_CAUSES[self.cause].waiting_helps

    @property
    def is_busy(self) -> bool:
        return self.cause in {"archive_busy", "archive_down"}


_ALL = (
    Cause(
        "archive_busy",
        "the archive asks for fewer requests",
        "it is left alone for a minute at least, longer each time, and asked again by itself",
        True,
    ),
    Cause(
        "archive_down",
        "the archive cannot be reached, does not answer in time, or fails",
        "it is left alone for a minute at least, longer each time, and asked again by itself",
        True,
    ),
    Cause(
        "archive_excluded",
        "the archive has captures of this site but shows them to nobody",
        "ask another archive: add one to the settings",
        False,
    ),
    Cause(
        "index_unreadable",
        "the archive's list of captures is no list",
        "check the archive's `index` and `kind` in the settings; it is asked again by itself",
        True,
    ),
    Cause(
        "index_loop",
        "the archive's list of captures begins again and again",
        "what was listed is used; the next pass asks again",
        False,
    ),
    Cause(
        "no_captures",
        "the archive never captured this address, or not in the asked time",
        "check the address; try an older one of the policy with `clausewatch alias`",
        False,
    ),
    Cause(
        "archived_error",
        "the site answered the archive with an error then",
        "nothing: a capture close to it is used instead",
        False,
    ),
    Cause(
        "archived_redirect",
        "the site sent the archive elsewhere then",
        "where it led is shown as a possible alias",
        False,
    ),
    Cause(
        "other_time",
        "the archive gave a capture of another time than the one that was asked for",
        "nothing: it is not placed, a capture close to it is used instead",
        False,
    ),
    Cause(
        "not_in_archive",
        "the archive lists the capture but does not have it",
        "nothing: a capture close to it is used instead",
        False,
    ),
    Cause(
        "capture_failed",
        "the archive failed on this capture three times",
        "nothing: a capture close to it is used instead; the next pass tries it again",
        False,
    ),
)
ARCHIVE_CAUSES: Mapping[str, Cause] = MappingProxyType({cause.name: cause for cause in _ALL})


def index_question(archive: Archive, question: Question) -> str:
    """Return the address that answers `question`."""
    start = _stamp(question.start)
    if archive.kind == "pywb" and question.resume_key:
        start = question.resume_key
    query = WaybackMachineCDXServerAPI(
        question.url.replace("*", "%2A"),  # a bare one asks for every page below
        start_timestamp=start,
        end_timestamp=_stamp(question.end),
    )
    payload: dict[str, str] = {}
    query.add_payload(payload)
    payload |= {"output": "text", "fl": _FIELDS[archive.kind], "limit": str(question.limit)}
    if archive.kind == "wayback":
        payload["showResumeKey"] = "true"
        if question.resume_key:
            payload["resumeKey"] = question.resume_key
    return str(full_url(archive.index_url, payload))


def read_index(archive: Archive, question: Question, answer: Answer, now: datetime) -> IndexPage:
    """Read the answer to `question`; no row at all is a good answer. Raises ArchiveError."""
    text = answer.body.decode("utf-8", "replace")
    _refuse_no_list(answer, text, now)
    lines = [line.strip() for line in text.strip().splitlines()]
    resume_key = ""
    if archive.kind == "wayback" and len(lines) >= 2 and not lines[-2]:
        resume_key, lines = unquote_plus(lines[-1]), lines[:-2]
    lines = [line for line in lines if line]
    captures = tuple(capture for line in lines if (capture := _capture(line)) is not None)
    if lines and not captures:
        raise ArchiveError("index_unreadable", f"it begins with {lines[0][:80]!r}")
    if archive.kind == "pywb" and len(lines) >= question.limit:
        resume_key = captures[-1].timestamp
    return IndexPage(captures, resume_key, len(lines) - len(captures))


def capture_address(archive: Archive, capture: Capture) -> str:
    """Return where the bytes of `capture` are: `id_` asks for them as they were."""
    return f"{archive.capture_url.rstrip('/')}/{capture.timestamp}id_/{capture.url}"


def judge_capture(capture: Capture, answer: Answer, now: datetime) -> Verdict:
    """Return what came for `capture`. Raises ArchiveError where the archive itself failed."""
    moment = _http_date(answer.named.get("memento-datetime", ""))
    if moment is None and answer.status in {404, 410}:
        raise ArchiveError("not_in_archive", f"the archive answers {answer.status}")
    if moment is None and not 200 <= answer.status < 400:
        _raise_failed(answer, now)
    at = moment if capture.repaired and moment is not None else capture.at
    if 300 <= answer.status < 400:
        return _redirected(capture, answer)
    if not 200 <= answer.status < 300:
        return Verdict("archived_error", f"the site answered {answer.status}", at)
    if moment is not None and not capture.repaired and abs(moment - capture.at) > _SAME_MOMENT:
        return Verdict("other_time", f"this is the capture of {moment:%Y-%m-%d %H:%M:%S}", at)
    cause, detail = judge_type(answer)
    return Verdict(cause, detail, at, headers=_of_the_site(answer.headers))


def trouble_of(error: FetchError) -> ArchiveError | None:
    """Return what a failed request says of the archive as a whole; None: only of one capture."""
    if error.cause not in _ARCHIVE_WIDE:
        return None
    cause = "archive_busy" if error.cause == "rate_limited" else "archive_down"
    return ArchiveError(cause, error.detail or error.cause, retry_after_s=error.retry_after_s)


def _refuse_no_list(answer: Answer, text: str, now: datetime) -> None:
    if any(words in text for words in _EXCLUDED):
        raise ArchiveError("archive_excluded", "the archive does not show this site")
    if answer.status == 200:
        if text.lstrip()[:1] == "<":
            raise ArchiveError("index_unreadable", "it answers with a page instead of a list")
        return
    _raise_failed(answer, now)


def _raise_failed(answer: Answer, now: datetime) -> None:
    says = f"the archive answers {answer.status}"
    date = answer.named.get("date", "")
    wait = retry_after_s(answer.named.get("retry-after", ""), now=now, date=date)
    text = answer.body[:20_000].decode("utf-8", "replace")
    if any(words in text for words in _EXCLUDED) or answer.status in {401, 403, 451}:
        raise ArchiveError("archive_excluded", says)
    if answer.status == 429:
        raise ArchiveError("archive_busy", says, retry_after_s=wait)
    if answer.status >= 500:
        raise ArchiveError("archive_down", says, retry_after_s=wait)
    raise ArchiveError("index_unreadable", says)


def _capture(line: str) -> Capture | None:
    """Read one row; None for what is none."""
    fields = line.split(" ")
    if len(fields) != len(_NAMES):
        return None
    named = dict(zip(_NAMES, fields, strict=True))
    stamp = named["timestamp"]
    if not (stamp.isascii() and stamp.isdigit() and 4 <= len(stamp) <= 14):
        return None
    whole = stamp + "00000101000000"[len(stamp) :]
    repaired = _with_a_day(whole)
    try:
        row = CDXSnapshot(named | {"timestamp": repaired})
    except ValueError:  # a month 13, an hour 25
        return None
    parts = urlsplit(row.original)
    if len(row.original) > _LONGEST_URL or parts.scheme not in {"http", "https"}:
        return None
    return Capture(
        timestamp=stamp,
        at=row.datetime_timestamp.replace(tzinfo=UTC),
        url=row.original,
        mime=row.mimetype,
        status=int(row.statuscode) if row.statuscode.isdigit() else None,
        digest="" if row.digest == "-" else row.digest.removeprefix("sha1:"),
        repaired=repaired != stamp,
    )


def _with_a_day(stamp: str) -> str:
    """Return a timestamp with the first month or day in the place of one that is 00."""
    month = stamp[4:6] if stamp[4:6] != "00" else "01"
    day = stamp[6:8] if stamp[6:8] != "00" else "01"
    return stamp[:4] + month + day + stamp[8:]


def _redirected(capture: Capture, answer: Answer) -> Verdict:
    """Tell the archive's own redirect, to another time, from one that it archived."""
    _, timed, original = answer.named.get("location", "").rpartition("id_/")
    where = original if timed else answer.named.get("location", "")
    if not where or _page_of(where) == _page_of(capture.url):
        return Verdict("other_time", "the archive leads to a capture of another time", capture.at)
    shown = where[:300]
    return Verdict("archived_redirect", f"it led to {shown}", capture.at, leads_to=where)


def _page_of(url: str) -> str:
    """Return what archives hold equal: no scheme, no www, no capitals, no last slash."""
    return url.partition("://")[2].lower().removeprefix("www.").rstrip("/") or url


def _of_the_site(headers: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return the site's own headers; the Internet Archive gives them under another name."""
    prefix = "x-archive-orig-"
    theirs = {name.lower().removeprefix(prefix): value for name, value in headers
              if name.lower().startswith(prefix)}  # fmt: skip
    kept = {"content-type", "content-language", "last-modified", "etag"}
    plain = {name.lower(): value for name, value in headers if name.lower() in kept}
    return tuple(sorted((theirs | plain if not theirs else plain | theirs).items()))


def _http_date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return date if date.tzinfo is not None else date.replace(tzinfo=UTC)


def _stamp(at: datetime | None) -> str | None:
    return None if at is None else f"{at.astimezone(UTC):%Y%m%d%H%M%S}"
