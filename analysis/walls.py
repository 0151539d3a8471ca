"""The words of pages that stand in a policy's place, as data.

Each kind of page is a list of patterns in English, French, German and Spanish.
A pattern is only a cue: `quality` decides by where it stands and how much text
is around it.
"""

import re
from typing import NamedTuple

__all__ = ["POLICY", "WALLS", "Wall"]


class Wall(NamedTuple):
    """`needs` different cues, in a page of fewer than `words` words, make the case."""

    cause: str
    needs: int
    words: int
    cues: tuple[re.Pattern[str], ...]


def _cues(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(rf"\b(?:{pattern})", re.IGNORECASE) for pattern in patterns)


WALLS = (
    Wall(
        "bot_wall",
        1,
        300,
        _cues(
            r"just a moment\.\.\.|checking (?:your browser|if the site connection)",
            r"(?:verify|confirm|prove)(?:ing)? (?:that )?you(?:'re| are) (?:a )?(?:human|not a (?:ro)?bot)",
            r"attention required!? \||access (?:to this page has been )?denied|you have been blocked",
            r"enable javascript and cookies to continue|unusual traffic|pardon our interruption",
            r"request unsuccessful\. incapsula|are you a (?:ro)?bot|i(?:'| a)m not a robot",
            r"vérif\w{1,8} que vous (?:êtes|n'êtes pas) (?:un )?(?:humain|robot)|accès refusé",
            r"(?:überprüfen|bestätigen) sie, dass sie (?:ein mensch|kein roboter)|zugriff verweigert",
            r"acceso denegado|compruebe que es (?:un )?humano|accesso negato",
        ),
    ),
    Wall(
        "soft_404",
        1,
        300,
        _cues(
            r"(?:the )?page (?:you(?:'re| are| were)? (?:requested|looking for) )?(?:was |could |can)?"
            r"(?:not|n't|does(?:n't| not)) (?:be )?(?:found|exist)",
            r"(?:error |erreur |fehler )?404\b(?! ?,?\d)|page not found|not found$",
            r"(?:this |the )?(?:page|content|article) (?:is )?(?:no longer (?:exists|available)|has (?:been )?(?:moved|removed))",
            r"page (?:introuvable|non trouvée|inexistante)|(?:cette|la) page n'existe (?:pas|plus)",
            r"seite (?:wurde )?(?:leider )?nicht gefunden|diese seite existiert nicht",
            r"página no encontrada|no se ha encontrado la página|pagina non trovata",
        ),
    ),
    Wall(
        "error_page",
        1,
        250,
        _cues(
            r"(?:500 )?internal server error|(?:503 )?service (?:temporarily )?unavailable|(?:502 )?bad gateway",
            r"(?:504 )?gateway time-?out|error establishing a database connection",
            r"(?:down for|under|scheduled) maintenance|temporarily (?:down|unavailable|offline)",
            r"something went wrong|an (?:unexpected )?error (?:has )?occurred|unhandled exception|stack trace:",
            r"erreur interne|en (?:cours de )?maintenance|une erreur (?:est survenue|s'est produite)",
            r"wartungsarbeiten|ein fehler ist aufgetreten|vorübergehend nicht (?:erreichbar|verfügbar)",
            r"se ha producido un error|en mantenimiento",
        ),
    ),
    Wall(
        "consent_wall",
        2,
        300,
        _cues(
            r"accept all|agree to all|tout accepter|alle akzeptieren|allen zustimmen|aceptar todo",
            r"reject all|decline all|tout refuser|alle ablehnen|rechazar todo",
            r"(?:manage|customi[sz]e|more) (?:preferences|choices|options|settings)|paramétrer|einstellungen verwalten",
            r"store and/or access information on a device|we (?:and our (?:\d+ )?partners )?value your privacy",
            r"continue without accepting|continuer sans accepter|before you continue|avant de continuer",
            r"our (?:\d+ )?partners|nos (?:\d+ )?partenaires|unsere (?:\d+ )?partner",
        ),
    ),
    Wall(
        "login",
        2,
        200,
        _cues(
            r"(?:sign|log) ?in\b|connectez-vous|se connecter|anmelden|einloggen|iniciar sesión",
            r"(?:forgot(?:ten)?|reset) (?:your )?password|mot de passe oublié|passwort vergessen|olvidaste",
            r"password\b|mot de passe|passwort|contraseña",
            r"create an account|sign up|créer un compte|konto erstellen|registrieren|crear cuenta",
            r"remember me|stay signed in|rester connecté|angemeldet bleiben|keep me (?:logged|signed) in",
        ),
    ),
)

# Words without which hardly any policy, notice or contract is written.
POLICY = _cues(
    r"priva(?:cy|cidad|cidade)|confidentialité|datenschutz|riservatezza|vertrouwelijk",
    r"personal (?:data|information)|données (?:à caractère )?personnel|personenbezogen|datos personales"
    r"|dati personali|dados pessoais|persoonsgegevens|(?:your|ihre|vos|sus|uw) (?:data|daten|données|datos|gegevens)",
    r"cookies?\b|traceurs?",
    r"third part(?:y|ies)|tiers\b|dritte|terceros|terzi|derden|terceiros",
    r"consent|consentement|einwilligung|consentimiento|consenso|toestemming|consentimento",
    r"your rights?|vos droits|droit d'accès|ihre rechte|sus derechos|diritti|rechten|direitos",
    r"terms (?:of|and)|conditions (?:générales|d'utilisation|of)|nutzungsbedingungen|condiciones|voorwaarden",
    r"liab(?:le|ility)|responsabilit|haftung|aansprakelijk|responsabilidad",
    r"agreement|contrat|accord\b|vertrag|contrato|contratto|overeenkomst",
    r"collect(?:s|ed|ion)?\b|collecte|erheben|recopil|raccogli|verzamel|recolh",
    r"retain|retention|conserv|speicher|aufbewahr|bewaar",
    r"we (?:may|will|use|do not)|nous (?:pouvons|utilisons|ne)|wir (?:verwenden|können|verarbeiten)",
    r"applicable law|governing law|loi applicable|droit applicable|geltendes recht|ley aplicable",
    r"copyright|intellectual property|propriété intellectuelle|urheberrecht|propiedad intelectual",
    r"notice|policy|politique|richtlinie|política|informativa|beleid|mentions légales|impressum",
)
