"""Turn the bytes of a page into text, in the order browsers use.

A byte order mark wins over the transport header, the header over the page's
own `<meta>`, and only a page that says nothing is guessed at. Two departures
from the WHATWG order, both named in the problems: bytes that are well-formed
UTF-8 beyond ASCII are read as UTF-8 whatever a single-byte label claims (such
pages are mislabelled, and reading them as labelled makes a "change" of every
accent when the label is repaired), and a label that does not fit its bytes
gives way to detection.

It does not look inside the document: control characters are left to
`normalise`, entities to the parser.
"""

import re
from dataclasses import dataclass

from charset_normalizer import from_bytes

from analysis.problems import Problem

__all__ = ["Decoded", "decode"]

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_PRESCAN = 4096  # bytes; the standard says 1,024, real heads put scripts first
_SAMPLE = 65536  # bytes shown to the detector: more costs seconds and changes nothing
_SUSPECT = 0.01  # share of replacement characters past which the text is not to be trusted
_DEFAULT = "cp1252"  # what browsers fall back on
_WESTERN = frozenset({"cp1252", "latin_1", "iso8859_15"})
_TIE = 0.05  # of disorder; on a few accents the detector cannot tell Paris from Prague
_HEADER = re.compile(r"charset\s{0,8}=\s{0,8}[\"']?([\w.:+-]{1,40})", re.IGNORECASE)
_META = re.compile(
    rb"<(?:meta|\?xml)[^>]{0,300}?(?:charset|encoding)\s{0,8}=\s{0,8}[\"']?\s{0,8}([\w.:+-]{1,40})",
    re.IGNORECASE,
)

# https://encoding.spec.whatwg.org/#names-and-labels, the labels that pages still send. Python
# would also take "zlib", "idna", "unicode_escape": anything not listed is treated as undeclared.
_LABELS = {
    label: codec
    for codec, labels in {
        "utf-8": "utf-8 utf8 unicode-1-1-utf-8 x-unicode20utf8 us-utf-8",
        "cp1252": "windows-1252 cp1252 x-cp1252 iso-8859-1 iso8859-1 iso_8859-1 latin1 latin-1 l1 "
        "us-ascii ascii ansi_x3.4-1968 iso-ir-100 cp819 ibm819",
        "iso8859-2": "iso-8859-2 iso8859-2 iso_8859-2 latin2 l2",
        "cp1250": "windows-1250 cp1250 x-cp1250",
        "cp1251": "windows-1251 cp1251 x-cp1251",
        "cp1253": "windows-1253 cp1253 x-cp1253",
        "cp1254": "windows-1254 cp1254 x-cp1254 iso-8859-9 iso8859-9 latin5 l5",
        "cp1255": "windows-1255 cp1255 x-cp1255",
        "cp1256": "windows-1256 cp1256 x-cp1256",
        "cp1257": "windows-1257 cp1257 x-cp1257",
        "cp1258": "windows-1258 cp1258 x-cp1258",
        "cp874": "windows-874 tis-620 iso-8859-11",
        "cp866": "ibm866 cp866 866",
        "iso8859-3": "iso-8859-3 latin3",
        "iso8859-4": "iso-8859-4 latin4",
        "iso8859-5": "iso-8859-5 cyrillic",
        "iso8859-6": "iso-8859-6 arabic",
        "iso8859-7": "iso-8859-7 greek",
        "iso8859-8": "iso-8859-8 hebrew iso-8859-8-i",
        "iso8859-10": "iso-8859-10 latin6",
        "iso8859-13": "iso-8859-13",
        "iso8859-14": "iso-8859-14",
        "iso8859-15": "iso-8859-15 iso8859-15 latin-9 latin9 l9",
        "iso8859-16": "iso-8859-16",
        "koi8-r": "koi8-r koi8 koi8_r",
        "koi8-u": "koi8-u koi8-ru",
        "mac-roman": "macintosh mac x-mac-roman",
        "mac-cyrillic": "x-mac-cyrillic x-mac-ukrainian",
        "gb18030": "gb18030 gbk gb2312 gb_2312-80 x-gbk chinese",
        "big5hkscs": "big5 big5-hkscs cn-big5 x-x-big5",
        "euc-jp": "euc-jp x-euc-jp",
        "iso2022-jp": "iso-2022-jp",
        "cp932": "shift_jis shift-jis sjis x-sjis windows-31j ms_kanji",
        "cp949": "euc-kr ks_c_5601-1987 ksc5601 korean windows-949",
        "utf-16-le": "utf-16 utf-16le unicode",
        "utf-16-be": "utf-16be",
    }.items()
    for label in labels.split()
}


@dataclass(frozen=True, slots=True)
class Decoded:
    """`encoding` is the Python codec used; `text` holds no byte order mark."""

    text: str
    encoding: str
    problems: tuple[Problem, ...] = ()


def decode(body: bytes, content_type: str = "") -> Decoded:
    """Decode `body`; `content_type` is the whole header value. Never raises."""
    for mark, codec in _BOMS:
        if body.startswith(mark):
            return _loose(body[len(mark) :], codec)
    codec, problems = _declared(body, content_type)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return _not_utf8(body, codec, problems)
    if codec not in {"", "utf-8"} and not body.isascii() and _single_byte(codec):
        problems = (*problems, Problem("charset_wrong", f"labelled {codec}, is utf-8"))
    elif codec.startswith(("utf-16", "iso2022")):
        return _loose(body, codec, problems)
    return Decoded(text, "utf-8", problems)


def _declared(body: bytes, content_type: str) -> tuple[str, tuple[Problem, ...]]:
    """Return the codec of the header, else of the page's meta, else ""."""
    found = _HEADER.search(content_type)
    label = found[1].lower() if found else ""
    if label in _LABELS:
        return _LABELS[label], ()
    problems = (Problem("charset_unknown", label),) if label else ()
    meta = _META.search(body[:_PRESCAN])
    if not meta:
        return "", problems
    label = meta[1].decode("ascii").lower()
    codec = _LABELS.get(label, "")
    if codec.startswith("utf-16"):
        codec = "utf-8"  # a meta that could be read as ASCII cannot be UTF-16
    return codec, problems if codec else (*problems, Problem("charset_unknown", label))


def _single_byte(codec: str) -> bool:
    return codec.startswith(("cp12", "iso8859", "mac", "koi8", "cp8"))


def _not_utf8(body: bytes, codec: str, problems: tuple[Problem, ...]) -> Decoded:
    if codec == "utf-8":
        mostly = _loose(body, codec, problems)
        if _broken(mostly.text) < _SUSPECT / 10:
            return mostly
    elif codec:
        return _loose(body, codec, problems)
    if codec:
        problems = (*problems, Problem("charset_wrong", f"labelled {codec}"))
    return _loose(body, _guess(body[:_SAMPLE]), problems)


def _guess(sample: bytes) -> str:
    """Return the detector's codec, or the web's default where it does as well."""
    guesses = from_bytes(sample)
    best = guesses.best()
    if best is None or best.multi_byte_usage:
        return best.encoding if best else _DEFAULT
    western = min((guess.chaos for guess in guesses if guess.encoding in _WESTERN), default=1.0)
    return _DEFAULT if western <= best.chaos + _TIE else best.encoding


def _loose(body: bytes, codec: str, problems: tuple[Problem, ...] = ()) -> Decoded:
    """Decode with replacement characters, and say so when there are many."""
    text = body.decode(codec, "replace").lstrip("\ufeff")
    share = _broken(text)
    if share > _SUSPECT:
        problems = (*problems, Problem("decode", f"{share:.1%} of the characters are unreadable"))
    elif share:
        problems = (*problems, Problem("bad_bytes", f"{text.count(chr(0xFFFD))} characters"))
    return Decoded(text, codec, problems)


def _broken(text: str) -> float:
    return text.count("\ufffd") / max(1, len(text))
