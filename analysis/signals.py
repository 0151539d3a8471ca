"""Words that say which practice a changed phrase is about, in English, French and German.

Wider than the cues of tagging: they are read on the few words that changed,
where a single "18 months" or "opt out" decides. Data, not judgement.
"""

import re

__all__ = ["SIGNALS", "signals_in"]

_SOURCES: dict[str, str] = {
    "collection": r"collect|gather(?:s|ed|ing)?\b|we (?:may )?(?:also )?(?:receive|obtain|record)|biometric|location (?:data|information)|geo-?location|precise location|device (?:id|identifier|information)|types? of (?:personal )?(?:data|information)|browsing history|selfie|facial|voice (?:data|recording|input)|phone number|date of birth|log files?|recueill|collect(?:ons|ées?)|erheb|gesammelt|收集",
    "use": r"\b(?:we|to) (?:may )?(?:also )?use\b|used? (?:to|for)\b|purposes?\b|personali[sz]|advertis|marketing|profiling|analytics|improve (?:our|the)|nous utilisons|finalit|verwend|zweck|使用",
    "sharing": r"\bshar(?:e|es|ed|ing)\b|disclos|third[- ]part(?:y|ies)|service providers?|sub-?processors?|vendors?\b|partners?\b|affiliates?\b|law enforcement|subpoena|joint(?:ly)? controll|recipients?\b|partage|destinataires?|\btiers\b|prestataires?|sous-traitant|\bdritte|weitergeb|empfänger|共享",
    "sale": r"\b(?:sell|sells|sold|sale|selling)\b|\bvend(?:re|ons|ues?)\b|verkauf",
    "retention": r"\bretain|retention|store[sd]? (?:your|for|it|the)|\bdelet(?:e|ed|ion) (?:after|within|when)|\b(?:\d{1,4}|six|seven|twelve|thirteen|twenty-four|thirty|sixty|ninety) (?:calendar |business )?(?:days|months|years)\b|as long as|conserv(?:er|ation|ons|ées?)|durée|\b\d{1,4} (?:jours|mois|ans)\b|speicher(?:ung|dauer|n)|aufbewahr|löschung|保存",
    "cookies": r"cookies?\b|pixels?\b|web beacons?|\btrack(?:ing|ers?)\b|local storage|do not track|google analytics|fingerprint|traceurs?\b",
    "security": r"securit|encrypt|safeguards? (?:to|your)|breach|unauthori[sz]ed access|sécurit|chiffr|sicherheit|verschlüssel",
    "choice": r"opt(?:s|ed|ing)?[- ]?out|opt(?:s|ed|ing)?[- ]?in\b|withdraw|unsubscribe|your choices|privacy settings|\bobject to\b|do not sell|opposer|retir(?:er|ait)|widerruf|widersp|abmelden",
    "access": r"(?:your|privacy|following|these|certain|additional) (?:privacy )?rights|right to|access, correct|(?:request|exercise) .{0,40}(?:delet|access|right)|portability|complaint|appeal|\bdroits?\b|réclamation|auskunft|beschwerde|rechte\b|residents? of",
    "children": r"child|\bminors?\b|under (?:the age of )?1[3-8]|years? (?:of age|old)|parental|guardian|COPPA|\bteens?\b|enfants?|mineurs?\b|kinder|minderjährig|儿童|未成年",
    "transfers": r"transfer(?:red|s|ring)?\b.{0,60}(?:outside|countr|united states|u\.s|eea|international)|privacy shield|privacy framework|\bDPF\b|standard contractual clauses|adequacy|safe harbou?r|outside (?:of )?the (?:eea|eu|european)|data location|clauses contractuelles types|hors de l.(?:ue|union|espace)|standardvertragsklauseln|drittland",
    "ai_training": r"\b(?:train|training|develop|improve)\b.{0,60}(?:models?\b|\bAI\b|artificial intelligence|machine learning|algorithms?)|(?:models?\b|\bAI\b|artificial intelligence|machine learning|algorithm).{0,60}\btrain|train (?:our|their|its) (?:systems|models)",
    "legal_basis": r"legal(?:ly)? (?:basis|bases|ground)|lawful basis|legitimate interest|performance of (?:a|the|our) contract|article 6|art\. 6|bases? légale|base juridique|intérêts? légitime|rechtsgrundlage|berechtigte",
    "policy_change": r"(?:change|update|modif|revis|amend)\w{0,8}.{0,40}(?:this|the|our) (?:privacy |cookie )?(?:policy|notice|statement)|notify you of|material changes|modifications? de la présente|änderungen dieser",
    "disputes": r"arbitrat|jurisdiction|governing law|class action|\bliab(?:le|ility)|dispute resolution|independent recourse|\bJAMS\b",
    "contact": r"data protection officer|\bDPO\b|(?:appointed|GDPR|EU|UK|swiss|european|local|privacy|legal) representative|representative (?:in|for|under|pursuant)|data controller|controller (?:is|of)|responsable (?:de|du) traitement|délégué|datenschutzbeauftragt|verantwortliche",
}
SIGNALS = {topic: re.compile(source, re.IGNORECASE) for topic, source in _SOURCES.items()}


def signals_in(text: str) -> tuple[str, ...]:
    """The topics whose words occur in a text, in the order of the table."""
    return tuple(topic for topic, pattern in SIGNALS.items() if pattern.search(text))
