"""Say for whom a change is better: the reader's side of a statement.

A denial or limit that comes protects, one that goes exposes; a practice does
the opposite; a right or safeguard protects. What cannot be told is neutral.
"""

import re
from collections.abc import Mapping, Sequence

from analysis.contract import burdens, favours
from analysis.gates import Gated
from analysis.memo import remembered

__all__ = [
    "denial_at",
    "denies",
    "guards",
    "leading",
    "limits",
    "obliges",
    "of_row",
    "of_statement",
    "overall",
]

_TALK = 0.75  # talk of rights accompanies every new practice; it does not outweigh it
_REWRITE = 40  # findings with a side: past that an edition is written anew, and mixed
PROTECTS = frozenset({"choice", "access", "security", "children", "policy_change"})
EXPOSES = frozenset({"collection", "use", "sharing", "sale", "cookies", "ai_training"})

_PRACTICE = (
    r"(?:shar|sell|sold|rent|disclos|collect|use[sd]?\b|using|process|track|retain|stor|keep|kept|provid|transfer|pass|train|"
    r"combin|link|access|record|profil|analy|identif|trad|giv|releas|set\b|plac|permit|allow|associat|extract|infer|deriv|read\b|scan|monitor|listen|make (?:\w{1,12} ){0,3}decisions?|add\b|target|buy|purchas|receiv|obtain|acquir)\w{0,6}"
)
_PRACTICE_FR = r"\b(?:re)?(?:vend|lou[eo]|partag|collect|recueil|utilis|trait|transf[eé]r|transm|communiqu|c[eéè]d|divulgu|conserv|stock|acc[eè]|exploit|crois|suiv|profil|enregistr)"
_PRACTICE_DE = r"(?:verk[aä]uf|vermiet|weiterg[ea]|weiterl|erheb|erhob|erfass|verwend|genutzt|nutz(?:en|t|ung)\b|übermitt|speicher|verarbeit|\bgeben\b|\bsetzen\b|\bteilen\b|ausgewertet|profil)"
_DENIAL = Gated(
    rf"\b(?:do(?:es)? not|don't|doesn't|will not|won't|will never|shall not|never|no longer|not|cannot|may not|neither|is not|are not|isn't|aren't)\s"
    rf"(?:(?!appl|need|requir|you\b)\w{{1,14}}\s){{0,4}}?{_PRACTICE}\b"
    r"|\bno (?:personal )?(?:data|information|cookies|third[ -]part\w{1,3}|tracking|advertis\w{1,5})\b"
    r"|\bnot (?:be )?(?:shared|sold|rented|disclosed|used|collected|retained|passed|directed|intended|meant|aimed)\b"
    rf"|\bn(?:e |['’])[^.]{{0,30}}?{_PRACTICE_FR}[^.]{{0,20}}?\b(?:pas|jamais|ni|aucune?)\b"
    rf"|\bn(?:e |['’])[^.]{{0,20}}?\b(?:pas|jamais|aucune?|ni)\b[^.]{{0,25}}?{_PRACTICE_FR}"
    rf"|\baucune?\b[^.]{{0,40}}?\bn(?:e |['’])[^.]{{0,25}}?{_PRACTICE_FR}|\bjamais\b"
    rf"|{_PRACTICE_DE}[^.]{{0,60}}?\b(?:nicht|niemals|keine[mnrs]?)\b|\b(?:nicht|niemals|keine[mnrs]?)\b[^.]{{0,30}}?{_PRACTICE_DE}",
)
_DENIED_READER = Gated(
    r"\byou (?:should |must )?(?:never|not)\b|\byour password|\byou (?:may|will|can) not\b|\byou do not (?!receive|get|hear)|\bvous ne (?:pouvez|pourrez|devez|serez)\b|\bsie (?:können|dürfen|sollten)\b[^.]{0,60}\b(?:nicht|keine)\b|\bnot be able to\b|\bwe (?:may|can)(?:not| not) (?:be able|guarantee|delete|respond|ensure)|\bnot (?:responsible|liable)\b|\bwenn sie\b.{0,40}\bnicht\b|\bsi vous ne\b",
)
_LIMIT = Gated(
    r"\b(?:nobody|no ?one|no third part\w{1,3}) else\b|\bonly (?:for|to|with|if|when|as|use|share|disclose|collect|process|keep|retain|store|access|receive|in|after|where)\b|\bsolely\b|\bexclusively\b|\bstrictly necessary\b|\bwith your (?:\w{1,10} )?(?:consent|permission)\b|"
    r"\b(?:unless|without) you(?:r)? .{0,30}(?:consent|agree|permission|opt)|\banonymi[sz]ed\b|\baggregated?\b|\bde-identified\b|\bnon-personal"
    r"|\buniquement\b|\bexclusivement\b|\bseulement\b|\bseule?s?\b|\bstrictement nécessaires?\b|\b(?:avec|sans) votre (?:\w{1,10} )?(?:consentement|accord)|\banonymisées?\b|\bagrégées?\b"
    r"|\bnur (?:mit|für|wenn|zu[mr]?|an|im|in|technisch|soweit)\b|\bausschließlich\b|\blediglich\b|\ballein\b|\bmit ihrer (?:\w{1,14} )?(?:einwilligung|zustimmung)|\banonymisiert",
)
_UNLIMITED = Gated(
    r"\bwithout (?:any )?restrictions?\b|\bfor any (?:other )?purpose\b|\bsans (?:aucune )?restriction\b|\bohne einschränkung\b",
)
_GUARD = Gated(
    r"\bsafeguards?\b|\bencrypt|\bpseudonymi|\banonymi[sz]e\b|\bredact|\bminimum\b|\bconfidential\b|\bchiffr|\bverschlüssel|\bcertifi",
)
_STRICT = Gated(
    r"\bonly (?:if|as|when|where|with|for|to)\b|\bsolely\b|\bexclusively\b|\bprotects?\b.{0,80}\bfrom\b"
    r"|\buniquement\b|\bexclusivement\b|\bstrictement nécessaires?\b|\bnur (?:mit|für|wenn|zu[mr]?|technisch|soweit)\b|\bausschließlich\b",
)
_OFFER = Gated(
    r"\byou (?:can|may|have|are entitled)\b|\bvous (?:pouvez|disposez|avez)\b|\bsie (?:können|haben|dürfen)\b|\bkönnen sie\b",
)
_ADS = Gated(r"advertis|marketing|retarget|ad network|publicit|werb")
_SAFEGUARD = Gated(
    r"\b(?:right to|opt[ -]?out|unsubscribe|disable|deactivate|turn (?:\w{1,12} )?off|refuse|decline|reject|withdraw|delete your|request (?:that|a copy|access|deletion)|complain|object|appeal|control|encrypt|safeguard|protect|"
    r"privacy shield|privacy framework|dpf|standard contractual|adequacy|parental consent|notify you|appointed|representative)\b"
    r"|\bdroits? (?:de|d['’]|à|au)|\bs?[’']?oppos(?:er|ition)\b|\bretirer\b|\brefuser\b|\bdésactiver\b|\bdésinscri|\bdésabonn|\bplainte\b|réclamation|\bsupprim|\beffac|\bchiffr|\bprotég|clauses contractuelles|adéquation"
    r"|\brecht auf\b|widerspr|widerruf|ablehn|\blösch|beschwer|verschlüssel|auskunft|standardvertragsklauseln|angemessenheit",
)
_REGIONAL = Gated(
    r"california|virginia|colorado|connecticut|utah|texas|oregon|nevada|\bstates?\b|residents?\b|ccpa|cpra|gdpr|your (?:privacy )?rights|\beea\b|europe",
)


# Names of signals and links, no denials of the speaker's.
_NAMED = re.compile(
    r"\bDo[ -]Not[ -](?:Track|Sell(?: or Share)?)\b|\b(?i:do(?:n[’']t| not) sell (?:or share )?my)\b|\bdo[ -]not[ -]track (?:signal|request|header|setting)"
)
_ARBITRATION = Gated(r"arbitrat|class[ -]action|\bwaive")
_REMEDY = Gated(
    r"\b(?:bring|file|lodge) (?:a |any )?(?:claim|suit|action|complaint)",
)
_DELETED = Gated(
    r"\bdelet|\berase|\banonymi|\boverwrit|\bdestroy|\bpurge|\bsupprim|\beffac|\bdétrui|gelöscht|\blösch|überschr[ie]",
)
_SERVES = Gated(
    r"\bwe (?:will|shall|must|always)? ?(?:tell|inform|notify|ask|alert|honou?r|delete|erase|anonymi[sz]e|encrypt|protect) "
    r"|\b(?:wir|nous vous) (?:informieren|benachrichtigen|löschen|informons|informerons|avertir)",
)  # what the service does for its readers
_FEE = Gated(
    r"\b(?:make|levy|apply) (?:\w{1,12} ){0,2}charge\b|\bcharge (?:you )?(?:\w{1,12} ){0,2}fee\b"
)
_DUTY = Gated(
    r"\bmust\b|\brequired to\b|\bobliged\b|\bbound (?:by|to)\b|\bhonou?r|\bconfidential|free of charge|without charge|\bcourt order|\bwarrant\b|\blaw requires|\brequired by law"
    r"|\bmüssen\b|verpflichtet|kostenlos|\bunentgeltlich|\bdoi(?:t|vent)\b|gratuit|\btenus? de\b",
)  # what obliges the service, or whom it shares with
_UNANNOUNCED = Gated(r"\bwithout (?:\w{1,12} )?notice\b|\bat any time\b")


def denies(text: str) -> bool:
    """Whether the speaker says it does not do something to the reader's data."""
    return denial_at(text) >= 0


@remembered(2048)  # asked for the direction, the reasons and the headline of one text
def denial_at(text: str) -> int:
    """Where the speaker begins to say what it does not do to the reader's data, or -1."""
    text = _NAMED.sub(lambda name: "_" * len(name[0]), text)
    found = _DENIAL.search(text)
    return found.start() if found and not _DENIED_READER.found(text) else -1


def leading(topics: Mapping[str, float], text: str) -> str:
    """The topic whose side a statement takes: the heaviest, unless data is sold or trains models.

    "This includes keeping you safe and training models" is more use, whatever
    else it names; a right or a way out beside it stays one.
    """
    main = max(topics, key=lambda topic: topics[topic])
    if main in PROTECTS and not _SAFEGUARD.found(text):
        return next((topic for topic in ("sale", "ai_training") if topic in topics), main)
    return main


def obliges(phrase: str) -> bool:
    """Whether words bind the service, or those it shares with."""
    return _DUTY.found(phrase)


def limits(text: str) -> int:
    """How many limits on a practice a text states, less those it throws off."""
    return len(_LIMIT.findall(text)) - len(_UNLIMITED.findall(text))


def guards(text: str) -> int:
    """How many words of a text are for keeping data safe, small or nameless."""
    return len(_GUARD.findall(text))


def of_statement(text: str, topic: str, *, added: bool, heading: str = "") -> str:
    """The direction of a whole statement that came (`added`) or went.

    What a section for residents of a state lists as collected or shared is said
    elsewhere too; the section itself is about their rights.
    """
    if topic in EXPOSES and _REGIONAL.found(heading) and not denies(text):
        return "neutral"
    if _FEE.found(text):
        good = False
    elif (
        _SERVES.found(text)
        or denies(text)
        or _STRICT.found(text)
        or (_OFFER.found(text) and _SAFEGUARD.found(text))
    ):
        good = True
    elif topic == "disputes" and (_ARBITRATION.found(text) or _REMEDY.found(text)):
        good = not _ARBITRATION.found(text)
    elif topic == "disputes" and burdens(text) != favours(text):
        good = favours(text)
    elif topic == "policy_change" and _UNANNOUNCED.found(text):
        good = False
    elif topic in PROTECTS or (topic == "transfers" and _SAFEGUARD.found(text)):
        good = not _DENIED_READER.found(text)
    elif topic in EXPOSES or topic == "transfers":
        good = False
    elif topic == "contact":
        good = True
    elif topic == "retention":
        good = _DELETED.found(text)
    else:
        return "neutral"
    return "stronger" if good == added else "weaker"


def of_row(text: str, *, added: bool) -> str:
    """A vendor or cookie is neutral, unless it is there for advertising."""
    if not _ADS.found(text):
        return "neutral"
    return "weaker" if added else "stronger"


def overall(parts: Sequence[tuple[str, float]]) -> str:
    """The direction of many findings, each with its weight."""
    weak = sum(weight for direction, weight in parts if direction in ("weaker", "mixed"))
    strong = sum(weight for direction, weight in parts if direction in ("stronger", "mixed"))
    if not weak + strong:
        return "neutral"
    share = weak / (weak + _TALK * strong)
    if sum(direction != "neutral" for direction, _ in parts) >= _REWRITE:
        return "weaker" if share > 0.85 else "stronger" if share < 0.15 else "mixed"
    return "weaker" if share > 0.55 else "stronger" if share < 0.4 else "mixed"
