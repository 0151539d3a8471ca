"""German words for the slots of `facts`; the values are those of the English lists.

German puts "nicht" after the verb as often as before it, so only denials with the
negation first are read. Useful, not complete: see `docs/topics.md`.
"""

from typing import Final

from analysis.fact_words_en import SENSITIVE

__all__ = ["ARTICLES", "LOOSE", "MARKS", "NUMBERS", "SENSITIVE", "SETS", "UNITS", "VERBS", "WORDS"]

VERBS: Final[dict[str, str]] = {
    "collect": "erheben erhebt erhoben erfassen erfasst sammeln sammelt gesammelt",
    "use": "nutzen nutzt genutzt verwenden verwendet verarbeiten verarbeitet",
    "share": "weitergeben weitergegeben weiterzugeben übermitteln übermittelt teilen geteilt offenlegen offengelegt weiterleiten weitergeleitet",
    "sell": "verkaufen verkauft vermieten vermietet",
    "retain": "speichern gespeichert speichert aufbewahren aufbewahrt",
    "track": "verfolgen",
}
LOOSE: Final[frozenset[str]] = frozenset({"nutzen", "nutzt", "verwendet", "verfolgen", "verwenden"})
NUMBERS: Final[dict[str, int]] = {
    "ein": 1, "eine": 1, "einem": 1, "einen": 1, "einer": 1, "eines": 1, "zwei": 2, "drei": 3, "vier": 4,
    "fünf": 5, "sechs": 6, "sieben": 7, "acht": 8, "neun": 9, "zehn": 10, "elf": 11, "zwölf": 12,
    "dreizehn": 13, "vierzehn": 14, "achtzehn": 18, "zwanzig": 20, "dreißig": 30, "neunzig": 90,
}  # fmt: skip
ARTICLES: Final[frozenset[str]] = frozenset({"ein", "eine", "einem", "einen", "einer", "eines"})
UNITS: Final[dict[str, str]] = {
    "stunde": "hour", "stunden": "hour", "tag": "day", "tage": "day", "tagen": "day", "woche": "week",
    "wochen": "week", "monat": "month", "monate": "month", "monaten": "month", "monats": "month",
    "jahr": "year", "jahre": "year", "jahren": "year", "jahres": "year",
}  # fmt: skip

SETS: Final[dict[str, str]] = {
    "data": "daten informationen angaben personenbezogen* sie cookies adresse",
    "neg": "nicht keine keinen keiner keinerlei kein nie niemals weder",
    "light": "an dritte weiter ihre daten personenbezogen* oder , noch und zu werden wird für andere zwecke",
    "we": "wir uns unser unsere unternehmen",
    "they": "sie ihnen nutzer kunden",
    "actor": "dritte partner google anbieter dienstleister*",
    "assure": "garantieren gewährleisten",
    "been": "werden wird wurde wurden worden",
}

WORDS: Final[tuple[tuple[str, dict[str, str]], ...]] = (
    ("data_type", {
        "name": "name|namen|vorname|nachname", "email address": "e mail ?adresse ; email ?adresse",
        "postal address": "anschrift|postanschrift|lieferadresse|rechnungsadresse", "phone number": "telefonnummer*|mobilnummer",
        "date of birth": "geburtsdatum|geburtstag", "ip address": "ip adresse|adressen", "location": "standort*",
        "payment card": "kreditkart*", "bank account": "bankverbindung*|kontodaten|iban", "health": "gesundheitsdaten",
        "biometrics": "biometrisch*", "password": "passwort|passwörter", "photo": "foto|fotos|bilder",
        "browser": "browsertyp*|browserversion", "log data": "logfiles|protokolldaten|server log",
    }),
    ("role", {
        "service providers": "dienstleister*|auftragsverarbeiter*|hostinganbieter", "third parties": "dritte|dritten|dritter|drittanbieter*",
        "affiliates": "konzernunternehmen|tochtergesellschaft*|tochterunternehmen ; verbundene* unternehmen",
        "business partners": "partner|partnern|geschäftspartner*", "advertisers": "werbepartner*|werbetreibende*|werbenetzwerk*",
        "law enforcement": "strafverfolgungsbehörde*|polizei*", "government": "behörde*|aufsichtsbehörde*", "social networks": "soziale* netzwerk*",
        "successors": "fusion|übernahme|umstrukturierung|rechtsnachfolger*",
    }),
    ("purpose", {
        "advertising": "werbung|werbezwecke*|werbeanzeigen|remarketing|retargeting", "marketing": "marketing*|newsletter*|direktwerbung",
        "analytics": "analyse*|statistik*|statistisch*|webanalyse|reichweitenmessung", "personalisation": "personalisier*|personalisiert*",
        "improvement": "verbesserung|verbessern|optimierung", "security": "betrug*|sicherheit*|missbrauch*",
        "research": "forschung*|umfrage*|marktforschung", "ai training": "künstliche* intelligenz ; maschinelle* lernen* ; ki modell*|training",
        "profiling": "profiling|profilbildung",
    }),
    ("choice", {
        "opt_in": "einwilligung*|zustimmung", "opt_out": "abbestell*|abmelden|widersprechen|widerspruch*|widerruf*|opt",
        "settings": "einstellungen", "browser": "browser*",
    }),
    ("right", {
        "access": "auskunft|auskunftsrecht", "rectification": "berichtigung", "erasure": "löschung", "portability": "datenübertragbarkeit",
        "objection": "widerspruch*", "restriction": "einschränkung", "withdraw consent": "widerruf* ~4 einwilligung ; einwilligung ~6 widerrufen",
        "complaint": "beschwerde*|beschweren",
    }),
    ("technology", {
        "cookie": "cookie|cookies", "session cookie": "session|sitzungs cookies|cookie ; sitzungscookies", "pixel": "pixel|pixels|zählpixel",
        "web beacon": "web beacon|beacons", "device fingerprint": "fingerprinting", "log files": "logfiles|logdateien",
    }),
    ("transfer", {
        "standard contractual clauses": "standardvertragsklauseln|standarddatenschutzklauseln", "adequacy decision": "angemessenheitsbeschluss*",
        "privacy shield": "privacy shield", "data privacy framework": "data privacy framework",
        "transfer abroad": "drittland|drittländer*|drittstaat* ; außerhalb ~3 eu|ewr|europäischen",
    }),
    ("country", {"United States": "usa|us ; vereinigten staaten", "Germany": "deutschland", "European Union": "eu ; europäischen|europäische union", "EEA": "ewr", "Switzerland": "schweiz", "Ireland": "irland", "Austria": "österreich", "United Kingdom": "großbritannien"}),
    ("legal_basis", {
        "consent": "einwilligung", "contract": "vertragserfüllung ; erfüllung ~4 vertrag*", "legitimate interests": "berechtigte* interesse*",
        "legal obligation": "rechtliche*|gesetzliche* verpflichtung*|aufbewahrungspflicht*",
    }),
    ("notice", {"email": "informieren|benachrichtigen|informiert ~8 mail"}),
    ("dispute", {"arbitration": "schiedsverfahren|schlichtung*", "governing law": "deutsches recht ; anwendbares recht", "jurisdiction": "gerichtsstand"}),
    ("contact", {"data protection officer": "datenschutzbeauftragt*", "controller": "verantwortlich*", "supervisory authority": "aufsichtsbehörde*"}),
    ("region", {"European Union": "europäischen|europäische union ; eu", "California": "kalifornien", "Switzerland": "schweiz", "Austria": "österreich"}),
    ("modality", {"may": "können|kann|dürfen", "must": "müssen|muss", "never": "niemals|nie", "only": "nur|ausschließlich"}),
)  # fmt: skip

MARKS: Final[tuple[tuple[str, str], ...]] = (
    (
        "CHANGE",
        "änder*|aktualisier* ~10 datenschutzerklärung|datenschutzhinweise ; datenschutzerklärung|datenschutzhinweise ~10 änder*|aktualisier*|geändert",
    ),
    ("NOT", "@neg"),
    (
        "CONDITION",
        "außer|sofern|soweit ; es sei denn ; ohne ~4 einwilligung|zustimmung ; nur wenn|mit|soweit",
    ),
    ("DURATION", "0|@number ?( ?0 ?) @unit"),
    (
        "KEEP",
        "speicher*|aufbewahr*|gelösch*|lösch*|gespeichert|speicherdauer|ablauf|anonymisier*|laufzeit|lebensdauer",
    ),
    ("ANSWER", "antwort*|beantwort* ~8 innerhalb|binnen"),
    ("NOTICE", "ankündig*|benachrichtig*|mitteilung|vorankündigung"),
    ("BREACH", "datenpanne*|verletzung*"),
    ("PAST", "letzten|vergangenen|alle|jede*|pro"),
    (
        "OPEN:as long as necessary",
        "solange|wie|sobald|soweit ~8 erforderlich|notwendig|nötig|benötigt",
    ),
    (
        "OPEN:while the account lasts",
        "solange|dauer ~5 konto|vertrag*|kundenkonto|geschäftsbeziehung",
    ),
    ("OPEN:as long as the law requires", "gesetzliche* aufbewahrungsfrist*|aufbewahrungspflicht*"),
    ("OPEN:without end", "unbegrenzt|dauerhaft"),
    ("AGE:under", "unter 0 ?jahren|jahre"),
    ("AGE:over", "mindestens|ab 0 jahre|jahren ; 0 jahre alt"),
    ("SCOPE", "datenschutzerklärung|datenschutzhinweise gilt|gelten ~14 .|,"),
)
