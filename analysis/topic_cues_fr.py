"""French cues, of the same make as `topic_cues_en`; a word begins where an elision ends.

"l'adresse" is one word to `wordcode`, so elided forms are listed beside the plain ones.
"""

from typing import Final

__all__ = ["CUES", "SETS"]

SETS: Final[dict[str, str]] = {
    "donnees": "données donnee informations information renseignements coordonnées",
    "collecter": "collecte collectons collecter collectées collectés collecté recueillir recueillons recueillies recueillis recueilli recueille obtenons obtenir enregistrons enregistrées demandons",
    "utiliser": "utilise utilisons utiliser utilisées utilisés utilisation l'utilisation traitons traitées traiter traitement traitements exploitons",
    "partager": "partage partageons partager partagées communiquons communiquées communiquer communication transmettons transmises transmettre transmission divulguons divulguées divulguer divulgation cédons cédées céder partagés transmis communiqués",
    "autres": "tiers tierces tierce partenaires partenaire prestataires prestataire sous-traitants sous traitants filiales fournisseurs destinataires annonceurs autorités affiliées",
    "unite": "jours jour mois ans an année années semaines semaine heures",
}

CUES: Final[tuple[tuple[str, int, str], ...]] = (
    ("collection", 3, "@collecter ~8 @donnees"),
    ("collection", 3, "@donnees ~5 @collecter"),
    (
        "collection",
        2,
        "lorsque|quand vous créez|utilisez|visitez|inscrivez|remplissez|contactez|commandez",
    ),
    ("collection", 2, "nom|prénom|noms|prénoms , ~8 adresse|email|mail|téléphone|prénom"),
    ("collection", 2, "adresse ip"),
    ("use", 3, "@utiliser ~6 @donnees"),
    ("use", 3, "@donnees ~6 @utiliser"),
    ("use", 2, "finalité|finalités"),
    ("use", 2, "afin|pour de|améliorer|fournir|gérer|répondre|traiter|personnaliser|vous"),
    ("sharing", 3, "@partager ~12 @autres"),
    ("sharing", 3, "@autres ~8 accès|accéder|collecter|collectent|utilisent|reçoivent"),
    ("sharing", 2, "@autres"),
    ("sharing", 3, "destinataires|destinataire des|de|du"),
    ("sharing", 3, "fusion|acquisition|cession ~6 entreprise|société|actifs|activité"),
    ("sharing", 3, "réquisition|autorités|autorité ~3 judiciaire|judiciaires|administratives"),
    ("sale", 3, "vendre|vendons|vendues|vente|vendus|louer|louons|cédons ~8 @donnees"),
    ("sale", 3, "@donnees ~8 vendues|vendus|louées"),
    ("sale", 3, "vendues|vendus|vendons ~4 @autres"),
    ("retention", 3, "conservation|conservées|conservons|conserver|conservés|conserve"),
    ("retention", 3, "durée|durées de|nécessaire|légale"),
    ("retention", 3, "supprimées|supprimés|effacées|archivées|anonymisées ~8 0 @unite"),
    ("cookies", 4, "cookie|cookies|traceur|traceurs|témoins|pixels|pixel|balises"),
    ("do_not_track", 4, "do not track"),
    (
        "security",
        3,
        "sécurité|sécurisé|sécurisée|sécuriser|sécurisées|chiffrement|chiffrées|cryptage",
    ),
    ("security", 3, "mesures ~4 techniques|organisationnelles|protection"),
    ("security", 3, "violation|violations de|des"),
    (
        "choice",
        3,
        "consentement|retirer|retrait|désabonner|désinscrire|désinscription|opposer|refuser|paramétrer|désactiver|désactivation",
    ),
    ("choice", 2, "choix|préférences|paramètres|accepter"),
    (
        "access",
        3,
        "droit|droits ~4 d'accès|accès|rectification|suppression|l'effacement|d'effacement|effacement|portabilité|l'oubli|limitation",
    ),
    (
        "access",
        3,
        "accéder|rectifier|corriger|supprimer|effacer|modifier ~6 @donnees|compte|votre|vos",
    ),
    ("children", 4, "enfant|enfants|mineur|mineurs|d'enfants|parental|parentale|parentaux"),
    ("children", 4, "moins de 0 ans"),
    ("transfers", 3, "transfert|transferts|transférées|transférer|transférons|transférés"),
    (
        "transfers",
        3,
        "hors|dehors|extérieur ?de ?du l'union|l'ue|l'eee|l'espace|europe|l'europe|ue",
    ),
    ("transfers", 3, "clauses contractuelles"),
    ("transfers", 3, "décision ~2 d'adéquation|adéquation"),
    ("regional", 3, "californie|californien|californiens|suisse|québec|canada"),
    ("regional", 3, "résidents|résidant|résidez ~3 de|en|au"),
    ("ai_training", 3, "intelligence artificielle"),
    (
        "ai_training",
        3,
        "entraîner|entraînement|d'entraînement|apprentissage ~6 modèles|modèle|automatique|algorithmes|ia",
    ),
    ("legal_basis", 3, "base|bases|fondement|fondements légale|légales|juridique|juridiques"),
    ("legal_basis", 3, "intérêt|intérêts légitime|légitimes"),
    ("legal_basis", 3, "exécution|l'exécution ~3 contrat"),
    ("legal_basis", 2, "obligation|obligations légale|légales"),
    (
        "policy_change",
        3,
        "modifier|modification|modifications|modifiée|modifiées|mettre|mise|mises|changements|jour|actualiser ~8 politique|charte|document|notice|page|déclaration",
    ),
    (
        "policy_change",
        3,
        "politique|charte|notice|déclaration ~10 modifiée|modification|modifications|modifier|jour|mise|changements",
    ),
    ("policy_change", 3, "dernière|derniere mise|modification|version"),
    ("policy_change", 3, "entrée ?en en|vigueur"),
    ("disputes", 3, "arbitrage|médiation|litige|litiges|juridiction|tribunaux|compétents"),
    ("disputes", 3, "droit|loi applicable|français|française"),
    ("disputes", 2, "responsabilité"),
    (
        "contact",
        3,
        "contacter|contactez|contact|écrire|écrivant|adresser|joindre ~10 adresse|@|l'adresse|courrier|email|mail|formulaire|nous",
    ),
    ("contact", 3, "délégué|déléguée ?à ?a la|protection"),
    ("contact", 3, "responsable du|de traitement"),
    ("contact", 3, "dpo|cnil"),
    ("introduction", 2, "présente politique|charte|notice"),
)
