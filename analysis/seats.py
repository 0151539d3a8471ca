"""Where a service says it sits: an address, office or company in a named country.

A street or a telephone number may change without anyone being bound by
something else. A seat in a country that the policy did not name before brings
its law, and often a new controller, with it.
"""

import re

__all__ = ["seat_in"]

# Country -> the names and adjectives a label uses; the services' home markets and their neighbours.
_COUNTRIES = {
    "Australia": "australian?", "Austria": "austrian?|österreich(?:ische)?|autriche",
    "Belgium": "belgi(?:um|an|en|que)", "Brazil": "brazil(?:ian)?", "Canada": "canad(?:a|ian)",
    "China": "chin(?:a|ese)", "Denmark": "denmark|danish", "the European Union": "eu|european union|europe(?:an)?",
    "Finland": "fin(?:land|nish)", "France": "fran(?:ce|kreich|çaise?)|french|französische",
    "Germany": "german(?:y)?|deutsch(?:land|e)|alle?mag?ne?", "Hong Kong": "hong kong", "India": "indian?",
    "Ireland": "ireland|irish|irland(?:e|ais)?", "Israel": "israeli?", "Italy": "ital(?:y|ian|ien|ie)",
    "Japan": "japan(?:ese)?", "Luxembourg": "luxemb(?:o)?urg(?:ish)?", "Mexico": "mexic(?:o|an)",
    "the Netherlands": "netherlands|dutch|niederlande|pays-bas", "Norway": "norw(?:ay|egian)",
    "Poland": "pol(?:and|ish)", "Portugal": "portug(?:al|uese)", "Russia": "russian?",
    "Singapore": "singapore(?:an)?", "South Korea": "(?:south )?korean?", "Spain": "spa(?:in|nish|nien)|espagne",
    "Sweden": "swed(?:en|ish)", "Switzerland": "switzerland|swiss|schweiz(?:er)?|suisse",
    "Turkey": "turk(?:ey|ish)", "the United Kingdom": "uk|united kingdom|british|royaume-uni",
    "the United States": "us|u\\.s\\.|usa|united states|american|vereinigte staaten|états-unis",
}  # fmt: skip
_SEAT = r"(?:address|office|headquarters|branch|subsidiary|entity|establishment|adresse|anschrift|büro|niederlassung|bureau|siège|filiale)"
_KIND = r"(?:postal |mailing |registered |business |head |main |local )?"
_LONGEST = (
    80  # characters of a label or a line that names a seat; a sentence says more and is read as one
)


def _pattern(names: str) -> re.Pattern[str]:
    return re.compile(
        rf"^\W{{0,4}}(?:our )?(?:{names}) {_KIND}{_SEAT}s?\b"
        rf"|\b{_KIND}{_SEAT}s? (?:in|en|au|aux) (?:der |the |die )?(?:{names})\b",
        re.IGNORECASE,
    )


_SEATS = {country: _pattern(names) for country, names in _COUNTRIES.items()}
_ANY = re.compile(_SEAT)  # asked first, in lower case: most lines name no seat


def seat_in(text: str) -> str:
    """Return the country in which a short line says that the service sits, or ""."""
    if len(text) > _LONGEST or not _ANY.search(text.lower()):
        return ""
    return next((country for country, seat in _SEATS.items() if seat.search(text)), "")
