"""Which legal document a link leads to, by its words and its address, as data in seven languages.

English, German, French, Spanish, Italian, Dutch and Portuguese. A match is only a
hint: whether the page behind it is that document is seen by reading it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from analysis.extract.extracted import Link

__all__ = ["KINDS", "Hint", "Linked", "hint_of", "is_aside", "kind_of_title", "linked_documents"]

_LONGEST_WORDS = 120  # characters; a link of more words is a sentence, not a name
_LONGEST_URL = 2_000


@dataclass(frozen=True, slots=True)
class Hint:
    """What a link seems to lead to. `words` and `address`: the match in each, "" for none."""

    kind: str
    words: str
    address: str


@dataclass(frozen=True, slots=True)
class Linked:
    """A document that a text links to."""

    kind: str
    url: str
    words: str  # of the link
    reason: str


@dataclass(frozen=True, slots=True)
class _Kind:
    name: str
    words: re.Pattern[str]
    address: re.Pattern[str]


def _kind(name: str, words: tuple[str, ...], address: tuple[str, ...]) -> _Kind:
    return _Kind(
        name,
        re.compile(rf"\b(?:{'|'.join(words)})", re.IGNORECASE),
        re.compile(rf"(?:^|[/_.?=-])(?:{'|'.join(address)})", re.IGNORECASE),
    )


# The special before the general: a privacy notice for California is a regional one.
_TABLE = (
    _kind(
        "subprocessors",
        (
            r"sub-?\s?processors?\b",
            r"unter-?auftrags?(?:daten)?verarbeiter",
            r"sous-traitants\b",
            r"sub-?encargados\b|subprocesadores",
            r"sub-?responsabili\b",
            r"sub-?verwerkers",
            r"subprocessadores|subcontratantes",
        ),
        (
            r"sub-?_?processors?\b",
            r"unterauftragsverarbeiter",
            r"sous-?traitants",
            r"sub-?encargados|subprocesadores",
            r"sub-?responsabili\b",
            r"sub-?verwerkers",
            r"subprocessadores|subcontratantes",
        ),
    ),
    _kind(
        "dpa",
        (
            r"data (?:processing|protection) (?:agreement|addendum|terms)|DPA\b",
            r"auftrags(?:daten)?verarbeitung|AVV\b",
            r"(?:accord|contrat|avenant) (?:de|sur le|relatif au) traitement",
            r"(?:acuerdo|contrato) de (?:procesamiento|tratamiento|encargo)",
            r"(?:accordo|contratto) (?:sul|di|per il) trattamento|nomina (?:a )?responsabile",
            r"verwerkersovereenkomst",
            r"(?:acordo|contrato|adenda) de (?:tratamento|processamento)",
        ),
        (
            r"dpa\b|data-?_?processing",
            r"auftrags(?:daten)?verarbeitung|avv\b",
            r"traitement-des-donnees",
            r"(?:procesamiento|tratamiento)-de-datos",
            r"trattamento-(?:dei-)?dati",
            r"verwerkersovereenkomst",
            r"(?:tratamento|processamento)-de-dados",
        ),
    ),
    _kind(
        "regional",
        (
            r"(?:california|colorado|connecticut|virginia|nevada|texas|oregon|u\.?s\.? state) .{0,30}(?:privacy|notice|rights)",
            r"notice at collection|do not sell|CCPA\b|CPRA\b|data privacy framework|privacy shield",
            r"(?:privacy|supplement|notice) .{0,30}(?:california|brazil|EEA\b|EU\b|UK\b|canada|china|japan|korea|switzerland)",
            r"(?:EEA|EU|UK|swiss|brazil\w*|canad\w+) .{0,20}(?:privacy|notice|addendum)",
            r"(?:GDPR|DSGVO|RGPD|AVG|LGPD)\b",
            r"(?:kalifornien|californie|california|schweiz|suisse|svizzera|brasil)\b",
        ),
        (
            r"ccpa\b|cpra\b|california|notice-at-collection|do-not-sell|us-?_?states?-?_?privacy",
            r"gdpr\b|dsgvo\b|rgpd\b|lgpd\b|data-privacy-framework|privacy-shield|kalifornien|californie",
        ),
    ),
    _kind(
        "cookies",
        (
            r"cookies?\b.{0,30}(?:policy|notice|statement|declaration|list|information)?",
            r"cookie-?(?:richtlinien?|hinweise?|erklärung|informationen)",
            r"(?:politique|charte|gestion|utilisation) (?:\w{1,12} ){0,4}cookies|traceurs",
            r"(?:política|aviso|uso) (?:de |sobre )?(?:las |los )?cookies",
            r"(?:informativa|politica|normativa) (?:\w{1,8} ){0,2}cookie",
            r"cookie-?(?:beleid|verklaring|statement)",
        ),
        (r"cookies?(?![a-z])|cookie-?_?(?:policy|richtlinie|hinweis|beleid|verklaring)",),
    ),
    _kind(
        "terms",
        (
            r"terms\b(?! of the)|user agreement|conditions of (?:use|sale)|legal terms",
            r"nutzungsbedingungen|AGB\b|geschäftsbedingungen",
            r"conditions (?:générales|d['’]utilisation|de vente)|CGU\b|CGV\b",
            r"términos|condiciones (?:de |generales)|aviso legal",
            r"termini (?:e condizioni|di servizio|d['’]uso)|condizioni (?:generali|d['’]uso|di)",
            r"(?:algemene |gebruiks)voorwaarden",
            r"termos (?:de|e)\b|condições gerais",
        ),
        (
            r"terms(?![a-z])|tos\b|termsofservice|termsofuse|user-?agreement|eula\b",
            r"nutzungsbedingungen|agb\b|geschaeftsbedingungen",
            r"conditions(?![a-z])|cgu\b|cgv\b",
            r"terminos|condiciones|aviso-legal",
            r"termini(?![a-z])|condizioni",
            r"voorwaarden|gebruiksvoorwaarden",
            r"termos(?![a-z])|condicoes",
        ),
    ),
    _kind(
        "privacy",
        (
            r"privacy\b",
            r"datenschutz",
            r"confidentialité|vie privée|protection des données|données (?:à caractère )?personnelles",
            r"privacidad\b|protección de datos",
            r"informativa sul trattamento|trattamento dei dati personali|riservatezza",
            r"privacy-?(?:beleid|verklaring|statement)|gegevensbescherming",
            r"privacidade|proteção de dados",
        ),
        (
            r"privacy",
            r"datenschutz",
            r"confidentialite|vie-privee|protection-des-donnees|donnees-personnelles",
            r"privacidad(?:e)?|proteccion-de-datos|protecao-de-dados",
            r"informativa|riservatezza",
            r"gegevensbescherming",
        ),
    ),
)
KINDS = tuple(kind.name for kind in _TABLE)

# A legal page of somebody else's matter, or no page at all: a button, an article, a job.
_ASIDE = re.compile(
    r"(?:cookie|privacy|consent)[- ](?:settings?|preferences?|choices|einstellungen|präferenzen|instellingen)"
    r"|(?:gérer|paramétrer|gestionar|configurar|gestisci|beheer|gerir) .{0,20}cookies"
    r"|(?:cookie|privatsphäre)-?einstellungen"
    r"|\b(?:blog|news|press|podcast|webinar|careers?|jobs?|applicants?|candidates?|bewerb\w*|recruit\w*)\b"
    r"|/20\d\d/|\.(?:png|jpe?g|gif|svg|zip|mp4|css|js)$",
    re.IGNORECASE,
)


def hint_of(words: str, url: str) -> Hint | None:
    """Return which document a link seems to lead to; None where neither words nor address say."""
    address = _address(url)
    label = " ".join(words.split())
    by_words = _first(label, "words") if len(label) <= _LONGEST_WORDS else None
    by_address = _first(address, "address")
    found = by_words or by_address
    if found is None:
        return None
    kind = found[0]
    same = by_address if by_address is not None and by_address[0] == kind else None
    return Hint(kind, by_words[1] if by_words else "", same[1] if same else "")


def kind_of_title(title: str) -> str:
    """Return which document a title names; "" where it names none."""
    found = _first(title[:300], "words")
    return found[0] if found else ""


def is_aside(words: str, url: str) -> bool:
    """Return whether a link is a button, an article or a notice to applicants rather than the policy."""
    return bool(_ASIDE.search(words[:200]) or _ASIDE.search(_address(url).partition("?")[0]))


def linked_documents(links: Iterable[Link], *, base: str) -> list[Linked]:
    """Return the documents that a policy's own text links to, each once, in the order of the text."""
    found: dict[str, Linked] = {}
    own = _bare(base)
    for link in links:
        try:
            url = urljoin(base, link.target.strip())
            parts = urlsplit(url)
        except ValueError:
            continue
        if parts.scheme not in {"http", "https"} or not parts.hostname or _bare(url) == own:
            continue
        hint = hint_of(link.text, url)
        if hint is None or is_aside(link.text, url) or _bare(url) in found:
            continue
        said = (("the link says", hint.words), ("the address says", hint.address))
        reason = ", ".join(f'{where} "{what.strip("/")}"' for where, what in said if what)
        found[_bare(url)] = Linked(
            hint.kind, parts._replace(fragment="").geturl(), " ".join(link.text.split()), reason
        )
    return list(found.values())


def _first(text: str, part: str) -> tuple[str, str] | None:
    for kind in _TABLE:
        pattern: re.Pattern[str] = getattr(kind, part)
        if match := pattern.search(text):
            return kind.name, match[0].strip("/_.?=-").strip()
    return None


def _address(url: str) -> str:
    """Return path and query; "" of what is no address."""
    try:
        parts = urlsplit(url[:_LONGEST_URL])
    except ValueError:
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _bare(url: str) -> str:
    """Return an address without what does not name the page."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    return f"{host}:{parts.port or ''}{parts.path.rstrip('/')}?{parts.query}"
