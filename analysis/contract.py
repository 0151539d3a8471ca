"""Read a clause as part of a contract: terms of service bind their reader with more than data.

Fees, refunds, licences, what is prohibited, how an agreement ends, who is liable: in terms of
service a change of these is news by itself. In a privacy policy the same words are said in
passing, so this module is asked of terms only, except for sums of money.
"""

import re

from analysis.gates import Gated

__all__ = ["amounts_in", "binds", "burdens", "favours", "is_contract"]

_KINDS = ("terms", "conditions", "agreement", "eula", "cgu", "cgv", "agb", "nutzungsbedingungen")
_BINDS = Gated(
    r"\bfees?\b|\bpay(?:s|ment|ments|able|ing)?\b|\bpaid\b|\bpric(?:e|es|ing)\b|\bcharge[sd]?\b|\brefund|\breimburs|\bsubscri(?:be|ption)|\brenew|\binvoice|\bbill(?:ed|ing)\b|\btaxe?s\b"
    r"|\bterminat|\bsuspend|\bcancel|\blicen[cs]e|\broyalt|\bintellectual property|\btrademark|\bcopyright|\bwarrant|\bliab|\bindemnif|\bdamages\b"
    r"|\bprohibit|\byou (?:must|may not|shall|agree|represent|acknowledge|grant|waive)\b|\bmust not\b|\bshall not\b|\bpermitted\b|\beligib|\bforfeit|\bcommercial (?:use|purpose)|\bbreach"
    r"|\barbitrat|\bjurisdiction\b|\bgoverned by\b|\bcourts?\b|\bwithdraw|\bassign(?:s|ed|ment)?\b|\bdisqualif|\brewards?\b|\bsole discretion\b|\bdisclaim"
    r"|\bfrais\b|\btarifs?\b|\bprix\b|paiement|rembours|abonnement|résili|suspend|\blicences?\b|propriété intellectuelle|\bgaranti|responsab|indemni|\binterdit|\bs['’]engage|\bvous (?:acceptez|reconnaissez|devez|garantissez)|droit applicable|tribunaux|rétractation"
    r"|gebühr|\bpreis|zahlung|erstatt|abonnement|kündig|\bsperr|lizenz|urheber|gewährleist|\bhaft|schadenersatz|\bverboten|untersagt|verpflicht|gerichtsstand|widerruf",
)
_BURDENS = Gated(
    r"\byou (?:must|may not|shall not|waive|forfeit)\b|\bmust not\b|\bshall not\b|\b(?:strictly |is |are )prohibited\b|\bforfeit|\bsole discretion\b|\bnon-refundable\b|\bno refunds?\b|\bnot be refunded\b"
    r"|\b(?:suspend|suspension|terminate|termination|disqualify)\b.{0,60}\b(?:your|users?|access|accounts?)\b|\bwithout (?:\w{1,12} )?notice\b|\binterdit|\bsans préavis\b|\bnon remboursable|\bvous (?:devez|ne pouvez)\b|untersagt|verboten|ohne vorankündigung|nicht erstattet",
)
_FAVOURS = Gated(
    r"\b(?:entitled to|receive|request|grant) (?:a )?(?:full |partial )?refunds?\b|\bshall reimburse\b|\bwill (?:refund|reimburse)\b|\bright to (?:withdraw|cancel)\b|\byou (?:may|can) (?:cancel|terminate)\b|\bfree of charge\b|\bat no (?:cost|charge)\b"
    r"|\bsans frais\b|\bgratuit|droit de rétractation|\bvous pouvez (?:résilier|annuler)|kostenlos|widerrufsrecht|jederzeit kündigen",
)
_AMOUNT = re.compile(
    r"[$€£¥]\s?\d[\d.,]{0,12}|\b\d[\d.,]{0,12}\s?(?:%|€|percent\b|per cent\b|pour cent\b|prozent\b|euros?\b|dollars?\b|usd\b|eur\b|chf\b)",
    re.IGNORECASE,
)


def is_contract(kind: str) -> bool:
    """Whether a kind of document is terms of service, by its name ("terms", "Terms of Service")."""
    return any(name in kind.lower() for name in _KINDS)


def binds(text: str) -> bool:
    """Whether a clause of terms says what the parties owe, may or may not do."""
    return _BINDS.found(text)


def burdens(text: str) -> bool:
    """Whether it takes from the reader."""
    return _BURDENS.found(text) and not _FAVOURS.found(text)


def favours(text: str) -> bool:
    """Whether it gives to the reader."""
    return _FAVOURS.found(text) and not _BURDENS.found(text)


def amounts_in(text: str) -> frozenset[str]:
    """The sums of money and the percentages that a text names."""
    return frozenset(found.lower().replace(" ", "").rstrip(".,") for found in _AMOUNT.findall(text))
