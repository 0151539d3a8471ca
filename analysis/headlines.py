"""Put a comparison in a headline and each finding in one sentence, short enough for a phone.

A headline follows the name of a service and goes on from it: "shares location
data with advertisers (2 more)".
"""

import re
from collections.abc import Sequence

from analysis.direction import denies
from analysis.findings import Finding
from analysis.language import language_of
from analysis.marks import PLACES
from analysis.reasons import Delta, delta_of

__all__ = ["headline_of", "quiet_headline", "sentence_of"]

_LONGEST = 90  # characters: a phone shows about as many of a subject line
_REWRITE = 40  # findings; past that no single one is the news
_NAMES = {
    "collection": "what is collected", "use": "how data is used", "sharing": "who data is shared with", "sale": "selling data",
    "retention": "how long data is kept", "cookies": "cookies and tracking", "security": "security", "choice": "your choices",
    "access": "your rights", "children": "what goes for children", "transfers": "transfers abroad", "regional": "rights in some places",
    "ai_training": "training AI", "legal_basis": "the legal basis", "policy_change": "how you hear of changes",
    "disputes": "terms and disputes", "contact": "who to contact", "other": "what the policy covers",
}  # fmt: skip
_NOT_TO = {
    "collection": "collect data", "use": "use data", "sharing": "share data", "sale": "sell data", "retention": "keep data",
    "cookies": "use cookies", "ai_training": "train AI on data",
}  # fmt: skip


_YOU_CHOOSE = re.compile(
    r"\byou(?:r|rself)?\b.{0,80}\b(?:cho(?:ose|ices?)|opt\b|object|withdraw|consent|unsubscribe|prefer|turn off|disable|control|settings)"
    r"|\bopt[ -]?out\b|\bvous\b|\bsie\b",
    re.IGNORECASE,
)  # what a reader can lose; "to choose which advertisements to show you" is no choice of theirs
_OPT_OUT = re.compile(r"\bopt(?:s|ed|ing)?[ -]?outs?\b|\bunsubscri", re.IGNORECASE)
_SAID = re.compile(
    r"^(?:promise (?:dropped|made)|row (?:added|removed)|period changed|age changed): "
)
_IN_WORDS = re.compile(r"'[^']{1,60}' (?:became '[^']{1,60}'|added|dropped)")


def headline_of(findings: Sequence[Finding], topics: Sequence[str]) -> str:
    """The first finding in a phrase, and how many more there are."""
    edits = len({(f.before, f.after) for f in findings})
    if edits >= _REWRITE:
        names = [_NAMES[t] for t in topics[:3]]
        return f"largely rewritten: {', '.join(names)}"[:_LONGEST]
    more = f" ({edits - 1} more)" if edits > 1 else ""
    return _short(_phrase(findings[0]), _LONGEST - len(more)) + more


def quiet_headline(kind: str, detail: str = "") -> str:
    """What to call a change that is no news."""
    if detail:
        return detail
    return {
        "editorial": "other words, same practices",
        "administrative": "dates, addresses or links only",
        "noise": "nothing in the policy itself",
        "broken": "this capture is not the policy",
    }.get(kind, kind)


def sentence_of(finding: Finding) -> str:
    """One finding in one sentence: what is new, and why it matters."""
    phrase = _phrase(finding)
    said = [_SAID.sub("", reason) for reason in finding.reasons[:2]]
    reasons = "; ".join(reason for reason in said if reason not in phrase)
    return (
        f"{phrase[0].upper()}{phrase[1:]}: {reasons}."
        if reasons
        else f"{phrase[0].upper()}{phrase[1:]}."
    )


def _phrase(finding: Finding) -> str:
    lang = language_of(f"{finding.heading} {finding.before} {finding.after}")
    facts = delta_of(finding.before, finding.after, finding.heading, lang=lang)
    reason = finding.reasons[0] if finding.reasons else ""
    for verb in ("drops", "makes"):
        if reason.startswith("promise dropped" if verb == "drops" else "promise made"):
            if finding.topic in _NOT_TO:
                return f"{verb} a promise not to {_NOT_TO[finding.topic]}"
            return f"{verb} a promise on {_NAMES[finding.topic]}"
    made = _PHRASES[finding.topic](finding, facts) if finding.topic in _PHRASES else ""
    if made:
        return made
    verb = {"added": "adds to", "removed": "takes from", "changed": "changes"}[finding.kind]
    if verb == "changes":
        plain = f"changes {_NAMES[finding.topic]}"
        telling = f"{plain}: {reason}"
        return telling if _IN_WORDS.fullmatch(reason) and len(telling) <= _LONGEST else plain
    return f"{'says more' if finding.kind == 'added' else 'says less'} on {_NAMES[finding.topic]}"


def _sharing(finding: Finding, facts: Delta) -> str:
    named = _row_name(finding) or _no_places(_reason_name(finding))
    whom = named or facts.first("party") or facts.first("role")
    data = facts.first("data_type") or "data"
    if finding.kind == "removed":
        whom = whom or facts.first("party", came=False) or facts.first("role", came=False)
        return f"no longer says it shares data with {whom}" if whom else ""
    if finding.direction in ("stronger", ""):
        return ""
    return f"shares {data} with {whom}" if whom else ""


def _sale(finding: Finding, facts: Delta) -> str:
    if finding.direction == "weaker" and finding.after and not denies(finding.after):
        return (
            f"sells {facts.first('data_type') or 'data'}"
            if " sell" in f" {finding.after.lower()}"
            else ""
        )
    return ""


def _retention(finding: Finding, facts: Delta) -> str:
    for reason in finding.reasons:
        if reason.startswith("period changed: "):
            was, _, now = reason.removeprefix("period changed: was ").partition(", now ")
            return f"keeps data {_for(now)} (was {was})"
        if reason.startswith("period removed: "):
            return (
                f"no longer says how long data is kept ({reason.removeprefix('period removed: ')})"
            )
        if reason.startswith("period added: "):
            return f"keeps data {_for(reason.removeprefix('period added: '))}"
    period = facts.first("period")
    if finding.kind == "added" and period:
        data = facts.first("data_type") or "data"
        return f"keeps {data} {_for(period)}"
    return ""


def _cookies(finding: Finding, facts: Delta) -> str:
    if row := _row_name(finding):
        return f"{'drops' if finding.kind == 'removed' else 'adds'} a cookie: {row}"
    means = facts.first("technology")
    if means and finding.kind != "removed" and finding.direction == "weaker":
        return f"uses {_several(means)}"
    return ""


def _collection(finding: Finding, facts: Delta) -> str:
    data = facts.first("data_type")
    if data and finding.direction == "weaker":
        return f"collects {data}"
    if finding.kind == "removed" and (data := facts.first("data_type", came=False)):
        return f"no longer says it collects {data}"
    return ""


def _use(finding: Finding, facts: Delta) -> str:
    purpose = facts.first("purpose")
    if purpose and finding.direction == "weaker":
        return f"uses {facts.first('data_type') or 'data'} for {purpose}"
    return ""


def _ai_training(finding: Finding, facts: Delta) -> str:
    if finding.direction == "weaker" and finding.after:
        return f"trains AI on {facts.first('data_type') or 'your data'}"
    return "offers a way out of AI training" if finding.kind == "added" else ""


def _choice(finding: Finding, _: Delta) -> str:
    if _OPT_OUT.search(f"{finding.after} {finding.before}"):
        if finding.kind == "removed":
            return "drops a way to opt out"
        if finding.kind == "added" and finding.direction == "stronger":
            return "adds a way to opt out"
    if finding.direction == "weaker" and _YOU_CHOOSE.search(finding.before):
        return "leaves you less choice"
    return ""


def _access(finding: Finding, facts: Delta) -> str:
    places = [name for name in _reason_name(finding).split(", ") if PLACES.pattern.fullmatch(name)]
    if places:
        return f"extends rights to {', '.join(places)}" if finding.direction == "stronger" else ""
    right = facts.first("right", came=finding.kind != "removed")
    if right and finding.kind != "changed":
        return f"{'adds' if finding.kind == 'added' else 'drops'} a right: {right}"
    return ""


def _children(finding: Finding, _: Delta) -> str:
    for reason in finding.reasons:
        if reason.startswith("age changed: "):
            was, _sep, now = reason.removeprefix("age changed: was ").partition(", now ")
            return f"moves the age limit to {now} (was {was})"
    return ""


def _transfers(finding: Finding, facts: Delta) -> str:
    if (
        finding.kind != "removed"
        and (place := facts.first("country"))
        and finding.direction == "weaker"
    ):
        return f"sends data to {place}"
    if finding.kind == "removed" and (means := facts.first("transfer", came=False)):
        return f"drops {means}"
    if means := facts.first("transfer"):
        return f"relies on {means}"
    return ""


def _contact(finding: Finding, _: Delta) -> str:
    if "representative" in (finding.after or finding.before).lower():
        return "names a representative" if finding.after else "no longer names a representative"
    return ""


_PHRASES = {
    "sharing": _sharing, "sale": _sale, "retention": _retention, "cookies": _cookies, "collection": _collection,
    "use": _use, "ai_training": _ai_training, "choice": _choice, "access": _access, "children": _children,
    "transfers": _transfers, "contact": _contact, "regional": _access,
}  # fmt: skip


def _row_name(finding: Finding) -> str:
    """The first cell of a table row: a vendor or cookie."""
    text = finding.after or finding.before
    return text.split(" | ")[0][:40] if " | " in text and finding.kind != "changed" else ""


def _reason_name(finding: Finding) -> str:
    if finding.kind == "changed" and " | " in finding.after:
        return ""  # what stands in a cell need not be a name
    names = [r.removeprefix("now names ") for r in finding.reasons if r.startswith("now names ")]
    return ", ".join(names[:3])


def _no_places(names: str) -> str:
    """Names of which none is a country or state: data goes there, but is shared with somebody."""
    return ", ".join(n for n in names.split(", ") if n and not PLACES.pattern.fullmatch(n))


def _for(period: str) -> str:
    return period if period.startswith(("as long", "until", "indefinitely")) else f"for {period}"


def _several(means: str) -> str:
    return means if means.endswith("s") else f"{means}s"


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rsplit(" ", 1)[0] + "…"
