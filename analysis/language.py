"""Name the language of a text by its commonest small words.

Seven languages, in which the watched policies are written; anything else is
"und" rather than a guess. Short texts (under twenty counted words) are "und"
too: a heading names no language.
"""

from collections import Counter

__all__ = ["LANGUAGES", "language_of"]

_SPAN = 8_000  # characters looked at: enough for a verdict, cheap on long pages
_LEAST = 8  # stop words; below this a text is too short to name
_WHOLE = 60  # points of a word, shared by the languages that have it: one to six do
_LEAD = 1.2  # how far the winner must be ahead: es/pt and nl/de share many words

_WORDS = {
    "en": "the and of to in that is for with you your we our this by or are not be may from on as "
    "will have us it any",
    "fr": "le la les de des du et à un une est vous votre vos nous nos que qui pour dans par sur "
    "ou au aux ce cette ces ne pas sont avec être",
    "de": "der die das und ist nicht mit sie ihre ihrer wir uns unsere von zu den dem ein eine "
    "oder für auf werden im bei durch wird des auch sich",
    "es": "el la los las de del y que en un una es por con para su sus se no o al como usted "
    "nuestros nuestra esta este son más lo le",
    "it": "il lo la i gli le di del della dei delle e che in un una è per con su suo si non o al "
    "alla come sono questo nostri nostro nel dati da",
    "nl": "de het een en van is dat die in op te voor met u uw wij we ons onze niet zijn of om "
    "door als aan bij deze worden kunnen wordt",
    "pt": "o a os as de do da dos das e que em um uma é por com para seu sua seus se não ou ao "
    "como você nossos nossa esta este são mais na no",
}
LANGUAGES = tuple(_WORDS)
_LANGUAGES_OF: dict[str, tuple[str, ...]] = {}
for _lang, _words in _WORDS.items():
    for _word in _words.split():
        _LANGUAGES_OF[_word] = (*_LANGUAGES_OF.get(_word, ()), _lang)
_POINTS = {
    word: [(LANGUAGES.index(lang), _WHOLE // len(langs)) for lang in langs]
    for word, langs in _LANGUAGES_OF.items()
}


def language_of(text: str) -> str:
    """Return "en", "fr", "de", "es", "it", "nl", "pt", or "und"."""
    start = max(0, (len(text) - _SPAN) // 3)  # past a title block, which is often English anyway
    words = text[start : start + _SPAN].lower().split()
    scores = [0] * len(LANGUAGES)
    hits = 0
    for word, count in Counter(filter(_POINTS.__contains__, words)).items():
        hits += count
        for lang, points in _POINTS[word]:
            scores[lang] += count * points
    first, second = sorted(scores, reverse=True)[:2]
    total = len(words)
    if hits < _LEAST or first < _LEAD * second or first < 0.06 * total * _WHOLE:
        return "und"
    return LANGUAGES[scores.index(first)]
