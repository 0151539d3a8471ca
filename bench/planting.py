"""Plant known edits in real policies: material ones to be found, cosmetic ones to be passed over.

A material edit comes wrapped in realistic noise (dates, links, reflow). Every
choice comes from one seeded generator, so a run can be repeated.
"""

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

__all__ = ["COSMETIC", "MATERIAL", "Planted", "plant"]


@dataclass(frozen=True, slots=True)
class Planted:
    """`needle` is a word or phrase that a finding must quote, before or after."""

    name: str
    old: str
    new: str
    needle: str


Edit = Callable[[random.Random, list[str]], tuple[list[str], str] | None]

_PARTIES = ("Zenlytics", "Norvexa", "Adquanta", "Brightmesh", "Tellowave", "Kortana Media")
_STATES = ("Montana", "Oregon", "Delaware", "Iowa", "Tennessee", "New Jersey", "Minnesota")
_COUNTRIES = ("India", "Brazil", "Singapore", "Vietnam", "the Philippines")
_NEW_PRACTICES = (
    ("We may share your precise location with advertising partners.", "advertising partners"),
    ("We use the messages you send to train our machine learning models.", "train our machine"),
    ("We now collect biometric identifiers such as your voiceprint.", "voiceprint"),
    ("We sell contact details to data brokers.", "data brokers"),
    ("We keep call recordings for ten years after your account is closed.", "ten years"),
    ("Our partners place pixels on your device to follow you across other sites.", "pixels"),
    ("You may no longer object to direct marketing by post.", "no longer object"),
    ("We disclose account records to law enforcement without a court order.", "court order"),
    ("Your data may be transferred to our office in Brazil.", "Brazil"),
    ("We combine your purchase history with data obtained from credit bureaus.", "credit bureaus"),
    ("Children under 10 may open an account without consent of a parent.", "under 10"),
    ("We may change this policy at any time without telling you.", "without telling you"),
)
_PERIOD = re.compile(r"\b(\d{1,3}) (days|months|years)\b(?! of age| old)")
_LINE_OF_KEEPING = re.compile(
    r"retain|keep|kept|stor|delet|erase|expire|conserv|speicher|aufbewahr", re.IGNORECASE
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
_PROMISE = re.compile(
    r"\b(?:we|do|does|will|is|are) (?:not|never)(?: be)? (?:knowingly |currently )?(?:sell|sold|share|shared|rent|rented|disclose|disclosed|collect|collected)\b",
    re.IGNORECASE,
)
_RIGHT = re.compile(
    r"\byou (?:may|can|have the right to) (?:\w+ ){0,3}(?:opt[- ]out|object|unsubscribe|withdraw|delete|request|access|correct)\b",
    re.IGNORECASE,
)
_STATE_LIST = re.compile(
    r"\b(California|Colorado|Virginia|Connecticut|Utah)\b(?=[^.]{0,80}\b(?:residents?|consumers?)\b)"
)
_CONSENT = re.compile(
    r",? (?:only )?with your (?:prior |explicit |express )?consent\b", re.IGNORECASE
)
_AGE = re.compile(r"\bunder (?:the age of )?(13|16|18)\b")
_THIRD = re.compile(
    r"\b(third[- ]party service providers|service providers|business partners|vendors)\b",
    re.IGNORECASE,
)
_COUNTRY = re.compile(
    r"\b(?:in|to) (the United States|the U\.S\.|Ireland|Canada)\b(?=[^.]{0,120}\.)"
)


def plant(
    rng: random.Random, texts: Sequence[str], kinds: dict[str, Edit], count: int, *, noisy: bool
) -> Iterator[Planted]:
    """Yield `count` planted pairs, the kinds taken in turn."""
    names = list(kinds)
    made = tries = 0
    while made < count and tries < 60 * count:
        name = names[(made + tries // 40) % len(names)]
        tries += 1
        text = rng.choice(texts)
        lines = text.split("\n")
        done = kinds[name](rng, list(lines))
        if done is None:
            continue
        new, needle = done
        if noisy:
            for noise in rng.sample(list(_NOISE), 2):
                again = _NOISE[noise](rng, new)
                new = again[0] if again else new
        if new != lines:
            made += 1
            yield Planted(name, text, "\n".join(new), needle)


def _prose(lines: Sequence[str], pattern: re.Pattern[str] | None = None) -> list[int]:
    return [
        i
        for i, line in enumerate(lines)
        if 60 < len(line) < 3000
        and "|" not in line
        and line[:1] not in "#[!"
        and line.rstrip()[-1:] == "."
        and line.count("](") < 3
        and (pattern is None or pattern.search(line))
    ]


def _replace(
    rng: random.Random,
    lines: list[str],
    pattern: re.Pattern[str],
    make: Callable[[re.Match[str]], str],
    *,
    where: re.Pattern[str] | None = None,
) -> tuple[list[str], str] | None:
    at = [i for i in _prose(lines, pattern) if where is None or where.search(lines[i])]
    if not at:
        return None
    i = rng.choice(at)
    found = rng.choice(list(pattern.finditer(lines[i])))
    instead = make(found)
    lines[i] = lines[i][: found.start()] + instead + lines[i][found.end() :]
    return lines, instead


def _period(rng: random.Random, lines: list[str]) -> tuple[list[str], str] | None:
    return _replace(
        rng, lines, _PERIOD, lambda m: f"{int(m[1]) * 2 + 1} {m[2]}", where=_LINE_OF_KEEPING
    )


def _party(rng: random.Random, lines: list[str]) -> tuple[list[str], str] | None:
    name = rng.choice(_PARTIES)
    done = _replace(rng, lines, _THIRD, lambda m: f"{m[0]} (including {name})")
    return (done[0], name) if done else None


def _negation(rng: random.Random, lines: list[str]) -> tuple[list[str], str] | None:
    pattern = re.compile(
        r"\b(?:do|will) (?:not|never) (?=(?:knowingly )?(?:sell|share|rent|disclose|collect)\b)"
    )
    done = _replace(rng, lines, pattern, lambda _: "may ")
    return (done[0], "may") if done else None


def _modality(rng: random.Random, lines: list[str]) -> tuple[list[str], str] | None:
    pattern = re.compile(
        r"\bwe may (?=(?:also )?(?:share|collect|use|disclose|retain|transfer)\b)", re.IGNORECASE
    )
    return _replace(rng, lines, pattern, lambda m: m[0][:3] + "will ")


def _consent(rng: random.Random, lines: list[str]) -> tuple[list[str], str] | None:
    done = _replace(rng, lines, _CONSENT, lambda _: "")
    return (done[0], "consent") if done else None


def _age(rng: random.Random, lines: list[str]) -> tuple[list[str], str] | None:
    return _replace(
        rng, lines, _AGE, lambda m: m[0].replace(m[1], {"13": "16", "16": "13", "18": "16"}[m[1]])
    )


def _state(rng: random.Random, lines: list[str]) -> tuple[list[str], str] | None:
    name = rng.choice(_STATES)
    if any(name in line for line in lines):
        return None
    done = _replace(rng, lines, _STATE_LIST, lambda m: f"{name}, {m[0]}")
    return (done[0], name) if done else None


def _country(rng: random.Random, lines: list[str]) -> tuple[list[str], str] | None:
    name = rng.choice(_COUNTRIES)
    done = _replace(
        rng,
        lines,
        _COUNTRY,
        lambda m: f"{m[0]} and {name}",
        where=re.compile("transfer|process|stor", re.IGNORECASE),
    )
    return (done[0], name) if done else None


def _drop(
    rng: random.Random, lines: list[str], pattern: re.Pattern[str]
) -> tuple[list[str], str] | None:
    at = _prose(lines, pattern)
    rng.shuffle(at)
    for i in at:
        parts = _SENTENCE.split(lines[i])
        hits = [p for p in parts if pattern.search(p) and 40 < len(p) < 500]
        if hits and len(parts) > 1 and sum(hits[0] in line for line in lines) == 1:
            lines[i] = " ".join(p for p in parts if p != hits[0])
            return lines, re.sub(r"[*_\[\]\\]", "", hits[0])[5:25]
    return None


def _promise(rng: random.Random, lines: list[str]) -> tuple[list[str], str] | None:
    return _drop(rng, lines, _PROMISE)


def _right(rng: random.Random, lines: list[str]) -> tuple[list[str], str] | None:
    return _drop(rng, lines, _RIGHT)


def _practice(rng: random.Random, lines: list[str]) -> tuple[list[str], str] | None:
    at = _prose(lines)
    if not at:
        return None
    sentence, needle = rng.choice(_NEW_PRACTICES)
    i = rng.choice(at)
    lines[i] += " " + sentence
    return lines, needle


def _row(rng: random.Random, lines: list[str]) -> tuple[list[str], str] | None:
    at = [
        i
        for i, line in enumerate(lines)
        if line.startswith("| ")
        and line.count("|") >= 4
        and "---" not in line
        and "ookie" in "\n".join(lines[max(0, i - 6) : i + 3])
    ]
    if not at:
        return None
    i = rng.choice(at)
    cells = lines[i].count("|") - 1
    values = (
        "_zq_track",
        "Adquanta",
        "Follows visitors over several sites",
        "13 months",
        "Third party",
    )
    lines.insert(i + 1, "| " + " | ".join((values * 3)[:cells]) + " |")
    return lines, "zq_track"


MATERIAL: dict[str, Edit] = {
    "period": _period, "party": _party, "negation": _negation, "modality": _modality, "consent": _consent,
    "age": _age, "state": _state, "country": _country, "promise": _promise, "right": _right,
    "practice": _practice, "row": _row,
}  # fmt: skip


def _date(rng: random.Random, lines: list[str]) -> tuple[list[str], str] | None:
    day = f"Last updated: {rng.choice(('March', 'May', 'October'))} {rng.randint(1, 28)}, {rng.randint(2018, 2026)}"
    lines.insert(min(2, len(lines)), f"\n{day}\n")
    return lines, ""


def _spacing(rng: random.Random, lines: list[str]) -> tuple[list[str], str] | None:
    return [
        line + rng.choice(("", "  ", "\n")) if line and "|" not in line else line for line in lines
    ], ""


def _reflow(rng: random.Random, lines: list[str]) -> tuple[list[str], str] | None:
    out: list[str] = []
    for line in lines:
        if len(line) > 160 and line[0].isalpha() and "](" not in line and rng.random() < 0.7:
            words, row = line.split(), ""
            for word in words:
                if len(row) + len(word) > 100:
                    out.append(row)
                    row = word
                else:
                    row = f"{row} {word}".strip()
            out.append(row)
        else:
            out.append(line)
    return out, ""


def _one_a_line(rng: random.Random, lines: list[str]) -> tuple[list[str], str] | None:
    at = _prose(lines)
    for i in sorted(rng.sample(at, min(5, len(at))), reverse=True):
        lines[i] = "\n\n".join(_SENTENCE.split(lines[i]))
    return (lines, "") if at else None


def _joined(rng: random.Random, lines: list[str]) -> tuple[list[str], str] | None:
    at = [
        i
        for i in _prose(lines)
        if i + 2 < len(lines) and not lines[i + 1].strip() and i + 2 in set(_prose(lines))
    ]
    if not at:
        return None
    i = rng.choice(at)
    lines[i : i + 3] = [f"{lines[i].rstrip()} {lines[i + 2]}"]
    return lines, ""


def _renumber(_rng: random.Random, lines: list[str]) -> tuple[list[str], str] | None:
    number = 0
    out = []
    for line in lines:
        if line.startswith("#"):
            number += 1
            level, _, title = line.partition(" ")
            out.append(f"{level} {number}. {re.sub(r'^[0-9.]+ ?', '', title)}")
        else:
            out.append(line)
    return (out, "") if number else None


def _levels(_rng: random.Random, lines: list[str]) -> tuple[list[str], str] | None:
    return [
        f"#{line}" if line.startswith("#") and not line.startswith("######") else line
        for line in lines
    ], ""


def _bullets(rng: random.Random, lines: list[str]) -> tuple[list[str], str] | None:
    mark = rng.choice(("-", "+", "•"))
    return [re.sub(r"^(\s*)[*-]\s+", rf"\1{mark} ", line) for line in lines], ""


def _moved(rng: random.Random, lines: list[str]) -> tuple[list[str], str] | None:
    at = _prose(lines)
    if len(at) < 4:
        return None
    i, j = rng.sample(at, 2)
    line = lines.pop(i)
    lines[j:j] = ["", line, ""]
    return lines, ""


def _quotes(_rng: random.Random, lines: list[str]) -> tuple[list[str], str] | None:
    table = str.maketrans("“”’‘", "\"\"''")
    return [line.translate(table) for line in lines], ""


def _links(_rng: random.Random, lines: list[str]) -> tuple[list[str], str] | None:
    return [re.sub(r"\]\(https?://[^/)]+", "](https://www.example.org", line) for line in lines], ""


def _menu(rng: random.Random, lines: list[str]) -> tuple[list[str], str] | None:
    names = rng.sample(
        (
            "Home",
            "Pricing",
            "Careers",
            "Blog",
            "Privacy",
            "Partners",
            "Cookie settings",
            "Sign in",
            "Share",
            "Security",
        ),
        6,
    )
    block = [f"*   [{name}](/{name.lower()})" for name in names]
    if rng.random() < 0.5:
        return [*block, "", *lines], ""
    return [*lines, "", *block], ""


def _banner(rng: random.Random, lines: list[str]) -> tuple[list[str], str] | None:
    text = rng.choice(
        (
            "We use cookies to improve your experience. By continuing you accept our use of cookies.",
            "This website uses cookies to ensure you get the best experience.",
            "Accept all cookies  Reject all  Manage preferences",
        )
    )
    return [*lines, "", text], ""


def _copyright(rng: random.Random, lines: list[str]) -> tuple[list[str], str] | None:
    return [*lines, "", f"© {rng.randint(2015, 2026)} Example Ltd. All rights reserved."], ""


def _synonym(rng: random.Random, lines: list[str]) -> tuple[list[str], str] | None:
    pattern = re.compile(r"\bpersonal information\b")
    at = _prose(lines, pattern)
    if not at:
        return None
    for i in rng.sample(at, min(3, len(at))):
        lines[i] = pattern.sub("personal data", lines[i])
    return lines, ""


def _typo(rng: random.Random, lines: list[str]) -> tuple[list[str], str] | None:
    swaps = (
        ("and/or", "or"),
        ("in order to", "to"),
        ("such as", "for example"),
        ("prior to", "before"),
        ("obtain", "get"),
        ("regarding", "about"),
        ("website", "site"),
    )
    for a, b in rng.sample(swaps, len(swaps)):
        at = [i for i in _prose(lines) if f" {a} " in lines[i]]
        if at:
            i = rng.choice(at)
            lines[i] = lines[i].replace(f" {a} ", f" {b} ", 1)
            return lines, ""
    return None


def _mail(rng: random.Random, lines: list[str]) -> tuple[list[str], str] | None:
    pattern = re.compile(r"\[?[\w.+-]+@[\w-]+(?:\.[\w-]+)+\]?(?:\([^()]*\))?")
    at = _prose(lines, pattern)
    if not at:
        return None
    i = rng.choice(at)
    lines[i] = pattern.sub("[[email protected]](/cdn-cgi/l/email-protection)", lines[i])
    return lines, ""


def _bold(rng: random.Random, lines: list[str]) -> tuple[list[str], str] | None:
    at = _prose(lines)
    for i in rng.sample(at, min(6, len(at))):
        first, _, rest = lines[i].partition(" ")
        if first.isalpha():
            lines[i] = f"**{first}** {rest}"
    return (lines, "") if at else None


def _address(rng: random.Random, lines: list[str]) -> tuple[list[str], str] | None:
    return [
        *lines,
        "",
        f"{rng.randint(1, 900)} Market Street, Suite {rng.randint(1, 90)}, Springfield, IL 62701",
    ], ""


COSMETIC: dict[str, Edit] = {
    "date": _date, "spacing": _spacing, "reflow": _reflow, "one_a_line": _one_a_line, "joined": _joined,
    "renumber": _renumber, "levels": _levels, "bullets": _bullets, "moved": _moved, "quotes": _quotes,
    "links": _links, "menu": _menu, "banner": _banner, "copyright": _copyright, "synonym": _synonym,
    "typo": _typo, "mail": _mail, "bold": _bold, "address": _address,
}  # fmt: skip
_NOISE: dict[str, Edit] = {
    k: COSMETIC[k]
    for k in ("date", "spacing", "renumber", "bullets", "links", "menu", "copyright", "bold")
}
