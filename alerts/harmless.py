"""Make text from strangers safe to show: in a header, a terminal, a page.

Removes what acts instead of being read: control characters, ANSI escapes,
bidirectional overrides, invisible marks. It does not escape markup; whoever
builds HTML does that.
"""

import re
import unicodedata
from urllib.parse import quote, urlsplit

__all__ = ["ascii_url", "one_line", "several_lines"]

_MOST_MARKS = 4  # combining marks on one letter; Vietnamese and Hebrew need up to three
_JOINERS = "\u200c\u200d"  # Persian, Indic scripts and emoji are misspelt without them

_BREAKS = re.compile(r"\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
_BLANKS = re.compile(r"\s{1,10000}")
_ANSI = re.compile(r"\x1b(?:\[[0-?]{0,64}[ -/]{0,8}[@-~]|\][^\x07\x1b]{0,512}(?:\x07|\x1b\\)?)")
_MARK = r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_STACKED = re.compile(f"({_MARK}{{{_MOST_MARKS}}}){_MARK}{{1,10000}}")
_LONGEST_URL = 2000  # what browsers and mail programs still follow
_URL_SAFE = "/:?#[]@!$&'()*+,;=%~-._"


def one_line(text: str, limit: int) -> str:
    """Return `text` as one line of at most `limit` code points, "…" where it was cut."""
    line = _BLANKS.sub(" ", _readable(_BREAKS.sub(" ", text[: 4 * limit + 1000]), "")).strip()
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def several_lines(text: str) -> str:
    """Return `text` with its line breaks as newlines and nothing else that acts."""
    return _readable(_BREAKS.sub("\n", text), _JOINERS)


def ascii_url(url: str) -> str:
    """Return an http(s) address in ASCII without blanks or quotes; "" for anything else.

    Look-alike hosts show their true, encoded name.
    """
    if len(url) > _LONGEST_URL:
        return ""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = f":{parts.port}" if parts.port else ""
    except (ValueError, UnicodeError):
        return ""
    if parts.scheme not in {"http", "https"} or "@" in parts.netloc:
        return ""
    if not re.fullmatch(r"[A-Za-z0-9._:-]{1,255}", host):  # IDNA turns some marks into blanks
        return ""
    if re.search(r"[\x00-\x20\x7f<>\"\\^`{|}]", url):
        return ""
    host = f"[{host}]" if ":" in host else host
    rest = parts.path + (f"?{parts.query}" if parts.query else "")
    rest += f"#{parts.fragment}" if parts.fragment else ""
    return f"{parts.scheme}://{host}{port}" + quote(rest, safe=_URL_SAFE)


def _readable(text: str, kept: str) -> str:
    text = _ANSI.sub("", text).replace("\t", " ")
    if text.isascii() and text.isprintable():
        return text
    shown = "".join(char for char in text if char in kept or char == "\n" or _shows(char))
    return _STACKED.sub(r"\1", shown)


def _shows(char: str) -> bool:
    """Cc and Cf act, Cs and Cn are broken, Co shows differently everywhere."""
    return not unicodedata.category(char).startswith("C")
