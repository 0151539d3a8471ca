"""Words that say which practice a changed phrase is about, in English, French and German.

Wider than the cues of tagging: they are read on the few words that changed,
where a single "18 months" or "opt out" decides. Data, not judgement.
"""

from analysis.gates import Alternative, alternatives_of, pieces_in
from analysis.memo import remembered

__all__ = ["ALTERNATIVES", "SIGNALS", "signals_in"]

_SOURCES: dict[str, str] = {
    "collection": r"\bcollect(?:s|ed|ing|ions?|ors?|er?|ent|ons|é\w{0,3})?\b(?! (?:(?:and|or) \w{1,12} |any |the |all |applicable )?(?:funds|fees|taxes|debts|payments?|money|contributions|donations)\b)|obtained from|data (?:about you )?from (?:other|third|public)|camera|microphone|contacts list|address book|payment (?:data|information|details)|gather(?:s|ed|ing)?\b|we (?:may )?(?:also )?(?:receive|obtain|record)\b(?! (?:the |any |all )?changes\b)|biometric|location (?:data|information)|geo-?location|precise location|device (?:id|identifier|information)|types? of (?:personal )?(?:data|information)|browsing history|selfie|facial|voice (?:data|recording|input)|phone number|date of birth|log files?|recueil|géolocalis|données de localisation|erheb|erhoben|erfass|gesammelt|standort|收集",
    "use": r"\b(?:we|to) (?:may )?(?:also )?use\b(?! (?:\w{1,14} ){0,3}(?:cookies|pixels|beacons))|\bcombin(?:e|es|ed|ing)\b|automated decision|direct marketing|promotional|\bused? (?:to|for)\b|for (?:the )?(?:following |other |these |new |additional |research |statistical |commercial )?purposes?\b|personali[sz]|advertis(?!ers?\b)|marketing|profiling|analytics|improve (?:our|the)|\butilis(?:ons|er|ent)\b.{0,40}\b(?:données|informations|coordonnées|adresse)|(?:données|informations)\b.{0,40}\butilis|finalit|publicit|prospection|statistiques|mesur\w{1,4} (?:d.|l.)?audience|personnalis|profilage|verwend|werbung|werbe(?!tr)|zweck|使用",
    "sharing": r"\bshar(?:e|es|ed|ing)\b|credit bureaus?|data brokers?|advertisers\b|police|court order|government|authorities|merger|acquisition|successor|disclos|third[- ]part(?:y|ies)|service providers?|(?:sub-?)?processors?\b|vendors?\b|partners?\b|affiliates?\b|law enforcement|subpoena|joint(?:ly)? controll|recipients?\b|partag|destinataires?|\btiers\b|tierces?\b|prestataires?|sous-traitant|partenaires?|fournisseurs\b|filiales\b|annonceurs|assureurs|communiqu(?:er?|ons|ée?s?)\b|transmis(?:es?)?\b|transmett|divulgu|\bcéd(?:er|ons|ée?s?)\b|\bcède|\bdritte|weiter(?:geb|gegeben|gabe|geleitet)|übermitt|empfänger|werbetreibende|dienstleister|auftragsverarbeiter|behörden|händler|共享|\b(?:who|which compan\w{1,4}) receives?|on (?:our|its) (?:behalf|instructions)|sub-?contractors?\b|hand(?:ed)? over|pass(?:ed)? (?:\w{1,14} ){0,3}(?:on )?to\b",
    "sale": r"\b(?:sell|sells|selling)\b(?! (?:\w{1,14} ){0,2}(?:products?|goods|items|tickets?|services?|merchandise)\b)|(?:data|information|details|personal|\bit|\bthem|\bor|\bnot be|\bnever|addresses)\b.{0,60}\bsold\b|\bsold\b.{0,30}\b(?:to|or|and)\b|\bsale of (?:your |personal |user |customer )?(?:data|information|personal)|\bsales? (?:or|and|/) sharing|\bvend(?:re|ons|ue?s?)\b|verkauf|\bvermiet",
    "retention": r"\bretain|retention|store[sd]? (?:your|for|it|the)|\bdelet(?:e|ed|ion) (?:after|within|when)|(?<!within )(?<!at least )(?<!every )\b(?:\d{1,4}|six|seven|twelve|thirteen|twenty-four|thirty|sixty|ninety) (?:calendar |business )?(?:days|weeks|months|years)\b|\bkeep(?:s|ing)?\b.{0,60}\b(?:for|until|data|information|records?|it)\b|\bkept\b|as long as|conserv(?:er|ation|ons|ée?s?)|archiv(?:ons|ée?s?|age)\b|durée|\b\d{1,4} (?:jours|mois|ans|tagen?|wochen|monaten?|jahren?)\b|speicher(?:ung|dauer|n|t)|aufbewahr|bewahren|löschung|gelöscht|löschen|supprim(?:ée|és|ons)|保存|\beras(?:e|ed|ure) (?:after|within|when)|overwritten|überschrieben|\barchived\b",
    "cookies": r"cookies?\b|pixels?\b|web beacons?|\btrack(?:ing|ers?)\b|local storage|do not track|google analytics|fingerprint|traceurs?\b|balises\b",
    "security": r"\b(?:at rest|in transit)\b|(?<!social )securit(?:y|é)\b(?! (?:purposes|number|deposit|code))|encrypt|safeguards? (?:to|your)|breach|unauthori[sz]ed access|sécurit|chiffr|sicherheit|verschlüssel|penetration test|habilit",
    "choice": r"opt(?:s|ed|ing)?[- ]?out|\bchoose\b|your consent|consent to|\bobject\b|preferences\b|turn off|disable|\bdo[ -]not[ -]sell (?:or share )?(?:my|request|link|right)|opt(?:s|ed|ing)?[- ]?in\b|withdraw|unsubscribe|your choices|privacy settings|\bobject to\b|oppos(?:er|ition)|retir(?:er|ait)|refus(?:er|ez)\b|désactiv|désabonn|désinscri|consentement|votre accord|widerruf|widerspr|ablehn|deaktivier|abbestell|einwillig|zustimm|abmelden",
    "access": r"(?:your|privacy|following|these|certain|additional) (?:privacy )?rights\b(?! under (?:this|these) (?:agreement|terms))|(?<!reserve the )(?<!reserves the )(?<!reserved the )\bright to|access, correct|(?:request|exercise) .{0,40}(?:delet|access|right)|portability|complain|supervisory authorit|ombuds|appeal|\bdroits?\b|réclamation|plainte|autorité de contrôle|rectifi(?:er|cation)|effacement|portabilité|auskunft|beschwer|aufsichtsbehörde|berichtig|datenübertragbar|rechte?\b auf|rechte\b|residents? of|\bresidents\b|access (?:to )?(?:your|some|the) (?!(?:\w{1,12} )?(?:services?|sites?|websites?|platforms?|products?|apps?|applications?)\b)|correct (?:your|any)|copy of your|delete your (?:account|data|personal|information)|deletion of",
    "children": r"child|\bunder 1[3-8]\b|\bminors?\b|under (?:the age of )?1[3-8]|years? (?:of age|old)|parental|guardian|COPPA|\bteens?\b|enfants?|mineurs?\b|kinder|minderjährig|儿童|未成年",
    "transfers": r"transfer(?:red|s|ring)?\b.{0,60}(?:outside|countr|united states|u\.s|eea|international)|(?:transferred|processed|stored|servers?|hosted|located|office|data cent(?:er|re)s?) (?:\w+ ){0,3}in (?:the )?(?!(?:your|our|this|accordance|order|a|an|any|connection|case)\b)[a-z]|\bto (?:countries|the united states)|outside your (?:country|jurisdiction)|privacy shield|privacy framework|\bDPF\b|standard contractual clauses|adequacy|safe harbou?r|outside (?:of )?the (?:eea|eu|european)|data location|clauses contractuelles types|(?:hors|dehors) (?:de |du |des )?(?:la |l.)?(?:ue|union|espace|eee|europe|france|territoire)|pays tiers|transf(?:ér|er)\w{1,4}\b.{0,40}(?:états-unis|pays)|hébergée?s? (?:en|aux?|dans)\b|standardvertragsklauseln|drittland|drittländ|drittstaat|außerhalb (?:der|des) (?:eu|ewr|europäischen)|in de(?:n|r) (?:usa|vereinigten staaten|europäischen union)",
    "ai_training": r"\b(?:train|training|develop|improve)\b.{0,60}(?:models?\b|\bAI\b|artificial intelligence|machine learning|algorithms?)|(?:models?\b|\bAI\b|artificial intelligence|machine learning|algorithm).{0,60}\btrain|train (?:our|their|its) (?:systems|models)|entra[iî]n(?:er|ement|ons)\b.{0,60}(?:modèle|intelligence|algorithm)|(?:modèle|intelligence artificielle).{0,60}entra[iî]n|train(?:ieren|ing|iert)\b.{0,60}(?:modell|künstlich)|(?:modelle?n?|künstliche\w? intelligenz)\b.{0,60}trainier",
    "legal_basis": r"legal(?:ly)? (?:basis|bases|ground)|lawful basis|legitimate interest|performance of (?:a|the|our) contract|article 6|art\. 6|bases? légale|base juridique|fondement|intérêts? légitime|mission d.intérêt public|exécution (?:du|d.un|de votre) contrat|rechtsgrundlage|\bberechtigte|erfüllung (?:des|eines) vertrag",
    "policy_change": r"(?:change|update|modif|revis|amend)\w{0,8}.{0,40}(?:this|the|our) (?:privacy |cookie )?(?:policy|notice|statement)|notify you of|material changes|modifications? de la présente|(?:modifi|mett|mise)\w{0,8}.{0,40}(?:présente|notre) (?:politique|charte|notice)|(?:politique|charte)\b.{0,80}(?:modifi|notifi|mise à jour)|änderungen dieser|(?:diese|unsere)\w? (?:datenschutz)?(?:erklärung|hinweise).{0,40}(?:änder|anpass|aktualis)|(?:änder|pass|aktualis)\w{1,8} (?:diese|unsere)\w? (?:datenschutz)?(?:erklärung|hinweise)|(?:wesentliche )?änderung(?:en)?\b.{0,40}(?:inkraft|in kraft)|\bmodifications?\b.{0,60}vigueur|vigueur.{0,60}\bmodifications?|^[^a-zä]{0,8}(?:changes|änderungen|modifications)\b",
    "disputes": r"arbitrat|jurisdiction|governing law|class action|\bliab(?:le|ility)|dispute resolution|independent recourse|\bJAMS\b",
    "contact": r"data protection officer|\bDPO\b|(?:appointed|GDPR|EU|UK|swiss|european|local|privacy|legal) representative|representative (?:in|for|under|pursuant)|data controllers? (?:is|are|for|of)\b|controllers? (?:is|are|of)\b|responsable (?:de|du) traitement|délégué|datenschutzbeauftragt|verantwortliche",
}
ALTERNATIVES = {topic: alternatives_of(source.lower()) for topic, source in _SOURCES.items()}
SIGNALS = tuple(_SOURCES)


def _by_piece() -> dict[str, tuple[tuple[str, Alternative], ...]]:
    """The alternatives of all topics under the pieces of which they need one."""
    table: dict[str, tuple[tuple[str, Alternative], ...]] = {}
    for topic, alternatives in ALTERNATIVES.items():
        for one in alternatives:
            for piece in one.needs[0]:
                table[piece] = (*table.get(piece, ()), (topic, one))
    return table


_BY_PIECE = _by_piece()


@remembered(4096)
def signals_in(text: str) -> tuple[str, ...]:
    """The topics whose words occur in a text, in the order of the table."""
    lower = text.lower()
    pieces = pieces_in(text)
    found: set[str] = set()
    for piece in _BY_PIECE.keys() & pieces:
        for topic, one in _BY_PIECE[piece]:
            if topic not in found and one.opens(pieces) and one.pattern.search(lower):
                found.add(topic)
    return tuple(topic for topic in SIGNALS if topic in found) if found else ()
