"""French words for the slots of `facts`; the values are those of the English lists.

A denial is "ne ... pas" round the verb, so that French negations are looked for
before the verb by "ne" and its elision. Useful, not complete: see `docs/topics.md`.
"""

from typing import Final

from analysis.fact_words_en import SENSITIVE

__all__ = ["ARTICLES", "LOOSE", "MARKS", "NUMBERS", "SENSITIVE", "SETS", "UNITS", "VERBS", "WORDS"]

VERBS: Final[dict[str, str]] = {
    "collect": "collectons collecte collectée collecté collectées collectés collectent collecter recueillons recueille recueillie recueilli recueillies recueillis recueillir",
    "use": "utilisons utilise utilisée utilisé utilisées utilisés utiliser utilisent traitons traite traitée traité traitées traités traiter",
    "share": "partageons partage partagée partagé partagées partagés partager communiquons communiquée communiqué communiquées communiqués communiquer transmettons transmise transmises transmis transmettre divulguons divulguée divulguées divulgués divulguer cédons cédée cédées cédés céder",
    "sell": "vendons vend vendue vendu vendues vendus vendre louons louée louées loués louer",
    "retain": "conservons conserve conservée conservé conservées conservés conserver stockons stockée stockées stockés stocker gardons",
    "track": "suivons pistons",
}
LOOSE: Final[frozenset[str]] = frozenset({"utilise", "traite", "suivons", "gardons", "partage"})
NUMBERS: Final[dict[str, int]] = {
    "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8,
    "neuf": 9, "dix": 10, "onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16,
    "vingt": 20, "trente": 30, "quarante": 40, "soixante": 60,
}  # fmt: skip
ARTICLES: Final[frozenset[str]] = frozenset({"un", "une"})
UNITS: Final[dict[str, str]] = {
    "heure": "hour", "heures": "hour", "jour": "day", "jours": "day", "semaine": "week", "semaines": "week",
    "mois": "month", "an": "year", "ans": "year", "année": "year", "années": "year",
}  # fmt: skip

SETS: Final[dict[str, str]] = {
    "data": "données informations coordonnées renseignements elles les adresse email",
    "neg": "ne n' aucune aucun jamais ni n'est n'êtes n'avons n'utilisons n'effectuons",
    "light": "sont est seront sera pas jamais ni ou , en aucun cas vos votre données informations les personnelles nous être plus pouvons peuvent",
    "we": "nous notre nos société",
    "they": "vous votre vos utilisateurs utilisateur",
    "actor": "tiers partenaires prestataires google",
    "assure": "garantir garantissons assurer",
    "been": "est sont être été sera seront",
}

WORDS: Final[tuple[tuple[str, dict[str, str]], ...]] = (
    ("data_type", {
        "name": "nom|prénom|noms|prénoms", "email address": "adresse ?de e|email|mail|électronique|courriel ; email|courriel",
        "postal address": "adresse postale ; coordonnées postales", "phone number": "numéro ?de téléphone ; téléphone",
        "date of birth": "date ?de ?la naissance", "ip address": "adresse|adresses ip",
        "location": "localisation|géolocalisation", "payment card": "carte|cartes bancaire|bancaires ; données bancaires",
        "health": "données|informations|information de|relatives ?à ?la santé ; données médicales ; dossier médical", "biometrics": "biométrique|biométriques",
        "password": "mot|mots de passe", "photo": "photo|photos|photographie", "browsing history": "navigation|historique",
    }),
    ("role", {
        "service providers": "prestataire|prestataires ; sous traitants|traitant ; fournisseurs|fournisseur",
        "affiliates": "filiale|filiales ; sociétés|entités ?de|du groupe|affiliées", "third parties": "tiers|tierces",
        "business partners": "partenaire|partenaires", "advertisers": "annonceur|annonceurs|régie|régies",
        "law enforcement": "autorités|autorité judiciaires|judiciaire|policières ; police",
        "government": "autorités|administrations administratives|publiques|compétentes", "social networks": "réseaux sociaux",
        "successors": "fusion|acquisition|cession|restructuration",
    }),
    ("purpose", {
        "advertising": "publicité|publicités|publicitaires|publicitaire ; ciblage",
        "marketing": "marketing|prospection|promotionnelles|promotionnels ; newsletter|newsletters",
        "analytics": "statistiques|statistique|l'audience|audience|analyser|analyse",
        "personalisation": "personnaliser|personnalisation|personnalisés|personnalisées",
        "improvement": "améliorer|amélioration", "security": "fraude|fraudes|sécurité",
        "research": "recherche|études|enquêtes", "ai training": "intelligence artificielle ; entraîner|entraînement",
        "profiling": "profilage",
    }),
    ("choice", {
        "opt_in": "consentement|accord ?préalable|exprès", "opt_out": "désabonner|désinscrire|désinscription|désabonnement|refuser|opposer",
        "settings": "paramètres|paramétrer|préférences|paramétrage", "browser": "navigateur",
    }),
    ("right", {
        "access": "droit|droits ~4 d'accès|accès ; accéder ~3 données|informations ; d'accès ,|et|aux", "rectification": "rectification|rectifier", "erasure": "d'effacement|l'effacement|effacement|suppression|supprimer|l'oubli",
        "portability": "portabilité", "objection": "d'opposition|l'opposition|opposition|opposer", "restriction": "limitation",
        "withdraw consent": "retirer ~3 consentement ; retrait ~3 consentement", "complaint": "réclamation|plainte",
    }),
    ("technology", {
        "cookie": "cookie|cookies|traceurs|traceur|témoins", "session cookie": "cookies ?de session",
        "pixel": "pixel|pixels", "web beacon": "balises|balise", "third-party cookie": "cookies tiers",
    }),
    ("transfer", {
        "standard contractual clauses": "clauses contractuelles ?types", "adequacy decision": "décision ~2 d'adéquation|adéquation",
        "privacy shield": "privacy|bouclier shield|de", "transfer abroad": "hors|dehors|extérieur ?de ?du ?l'union l'ue|ue|l'union|l'eee|européenne|l'espace|europe",
        "binding corporate rules": "règles ~2 contraignantes",
    }),
    ("country", {"United States": "états unis", "European Union": "union|l'union européenne ; ue|l'ue", "France": "france", "Canada": "canada", "Switzerland": "suisse", "Ireland": "irlande", "Germany": "allemagne", "United Kingdom": "royaume uni"}),
    ("legal_basis", {
        "consent": "consentement", "contract": "exécution|l'exécution ~3 contrat|contractuelle|contrats",
        "legitimate interests": "intérêt|intérêts légitime|légitimes", "legal obligation": "obligation|obligations légale|légales",
    }),
    ("notice", {"email": "informerons|informés|notifier|avertis ~8 email|mail|courriel"}),
    ("dispute", {"arbitration": "arbitrage|médiation", "governing law": "droit|loi français|française|applicable", "jurisdiction": "tribunaux|tribunal|juridiction"}),
    ("contact", {"data protection officer": "délégué|déléguée ?à la protection ; dpo", "controller": "responsable du|de ?traitement traitement", "supervisory authority": "cnil ; autorité de contrôle"}),
    ("region", {"European Union": "union|l'union européenne", "California": "californie", "Canada": "québec|canada", "Switzerland": "suisse"}),
    ("modality", {"may": "pouvons|peut|peuvent|pourrons|pouvez", "must": "devons|doit|doivent|devez", "never": "jamais", "only": "uniquement|seulement|exclusivement"}),
)  # fmt: skip

MARKS: Final[tuple[tuple[str, str], ...]] = (
    (
        "CHANGE",
        "modif*|mise|jour|changement* ~10 politique|charte|notice ; politique|charte|notice ~10 modif*|mise|changement*",
    ),
    ("NOT", "@neg"),
    ("CONDITION", "sauf|excepté|hormis ; sans ~3 consentement|accord ; à moins"),
    ("DURATION", "0|@number ?( ?0 ?) @unit"),
    ("KEEP", "conserv*|stock*|durée|durées|effac*|supprim*|archiv*|expir*|vie|validité|anonymis*"),
    ("ANSWER", "répond*|réponse ~8 délai|dans ; délai ~3 de"),
    ("NOTICE", "préavis|informer|notifier|notification"),
    ("BREACH", "violation|violations|incident"),
    ("PAST", "derniers|dernières|chaque|tous|toutes|par"),
    (
        "OPEN:as long as necessary",
        "durée|temps ?strictement ?qui ?est nécessaire ; aussi longtemps ?que ?nécessaire ; n'excédant|pas ~6 nécessaire",
    ),
    (
        "OPEN:while the account lasts",
        "durée ~4 contrat|relation|compte|contractuelle ; tant que ~3 compte",
    ),
    (
        "OPEN:as long as the law requires",
        "durée|durées|délais|délai ~2 légale|légales|prescription|légaux|légal",
    ),
    ("OPEN:without end", "indéfiniment ; durée indéterminée"),
    ("AGE:under", "moins de 0 ; mineurs ?de ?moins ?de 0"),
    ("AGE:over", "plus|âgé|âgés|âgée de 0 ; âge ?minimum ?de 0"),
    ("SCOPE", "politique|charte|notice ?de ?confidentialité s'applique|couvre ~14 .|,"),
)
