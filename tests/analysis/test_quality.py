"""What stands in a policy's place is recognised; what is a policy passes."""

import pytest

from analysis.quality import assess
from analysis.reading import Reading, read_page
from tests.analysis.test_extract_html import POLICY, page
from tests.analysis.test_language import SAYINGS

FILLER = "".join(
    f"<p>Clause {n}: we collect personal data number {n} with your consent and keep it {n} days.</p>"
    for n in range(1, 40)
)
FULL = f"<main>{POLICY}{FILLER}</main>"


def read(body: str, title: str = "") -> Reading:
    return read_page(page(body, f"<title>{title}</title>"))


def cause(body: str, title: str = "", *, previous: str = "", lang: str = "") -> str:
    before = read(previous).text if previous else None
    return assess(read(body, title), previous=before, previous_lang=lang).cause


def test_a_policy_passes_alone_and_against_itself() -> None:
    assert cause(FULL) == ""
    assert cause(FULL, previous=FULL, lang="en") == ""
    assert assess(read(FULL)).ok


@pytest.mark.parametrize(
    ("expect", "title", "body"),
    [
        ("empty", "", "<p></p>"),
        ("empty", "Privacy", "<p>Coming soon.</p>"),
        ("soft_404", "Page not found", "<h1>Oops</h1><p>We could not find that page. Try our shop.</p>"),
        ("soft_404", "", ("<h1>Page introuvable</h1><p>Cette page n'existe plus. Revenez à la page d'accueil "
         "pour continuer votre visite de notre site.</p>")),
        ("soft_404", "Fehler", "<h1>Seite nicht gefunden</h1><p>Die Seite gibt es hier nicht mehr.</p>"),
        ("error_page", "503 Service Unavailable", "<p>Please try again.</p>"),
        ("error_page", "", "<h1>Site en maintenance</h1><p>Une erreur est survenue, merci de revenir.</p>"),
        ("bot_wall", "Just a moment...", "<p>Checking your browser before you enter.</p>"),
        ("bot_wall", "", "<h1>Access denied</h1><p>You have been blocked. Ray ID: 7d1b2c3d4e5f.</p>"),
        ("bot_wall", "", "<p>Bitte bestätigen Sie, dass Sie ein Mensch sind.</p>"),
        ("consent_wall", "", ("<h2>We value your privacy</h2><p>We and our 812 partners store and/or access "
         "information on a device.</p><p>Accept all</p><p>Reject all</p><p>Manage preferences</p>")),
        ("login", "Sign in", "<h1>Sign in</h1><p>E-mail</p><p>Password</p><p>Forgot your password?</p>"),
        ("shell", "App", '<div id="root"></div><p>Please enable scripts.</p><script src="/a.js"></script>'),
    ],
)  # fmt: skip
def test_what_stands_in_its_place_is_named(expect: str, title: str, body: str) -> None:
    verdict = assess(read(body, title))
    assert (verdict.cause, verdict.ok) == (expect, False)
    assert verdict.evidence
    assert 0 < verdict.score <= 1


def test_a_policy_that_speaks_of_passwords_and_errors_passes() -> None:
    talk = (
        "<p>If you forgot your password, sign in again; an error occurred is what we say then.</p>"
    )
    assert cause(FULL + talk, "Privacy") == ""


def test_another_language_is_held() -> None:
    french = "".join(
        f"<p>{SAYINGS['fr']} Cookies et consentement, article {n}.</p>" for n in range(9)
    )
    assert cause(french, previous=FULL, lang="en") == "wrong_language"


def test_a_text_that_lost_most_of_its_lines_is_held() -> None:
    assert cause(f"<main>{POLICY}</main>", previous=FULL, lang="en") == "shrunk"


def test_a_shorter_text_in_new_words_is_an_edition() -> None:
    new = "".join(
        f"<p>Rule {n}: your consent lets the shop retain personal data of kind {n} as its notice says.</p>"
        for n in range(22)
    )
    assert cause(f"<h1>Privacy Notice</h1>{new}", previous=FULL, lang="en") == ""


def test_a_text_cut_in_the_middle_of_a_sentence_is_held() -> None:
    whole = page(FULL)
    cut = whole[: whole.index(b"Clause 20") + 40]
    verdict = assess(read_page(cut), previous=read(FULL).text, previous_lang="en")
    assert verdict.cause == "truncated"
    assert assess(read_page(cut)).cause == "truncated"


def test_a_text_that_grew_is_held_with_a_look_inside() -> None:
    grown = FULL.replace("39 days", "99 days") + "".join(
        f"<p>Offer {n}: a basket of apples from the orchard for less than it cost last year.</p>"
        for n in range(90)
    )
    verdict = assess(read(grown), previous=read(FULL).text, previous_lang="en")
    assert verdict.cause == "grown"
    assert "1 of the old lines changed" in verdict.evidence


def test_several_documents_that_join_the_page_are_a_bundle() -> None:
    others = FULL.replace("Privacy Notice", "Terms of Use").replace("personal data", "money")
    more = FULL.replace("Privacy Notice", "Cookie Policy").replace("personal data", "crumbs")
    assert cause(FULL + others + more, previous=FULL, lang="en") == "bundle"


def test_another_document_is_held() -> None:
    recipe = "".join(
        f"<p>Step {n}: peel {n} apples, slice them thinly, and lay them in the dish in rows.</p>"
        for n in range(60)
    )
    assert cause(f"<h1>Apple pie</h1>{recipe}", previous=FULL, lang="en") == "other_document"


def test_a_home_page_is_held() -> None:
    links = "".join(
        f'<p>Apples number {n}</p><p><a href="/{n}">Buy them</a></p>' for n in range(30)
    )
    assert cause(links, "Example shop") == "home_page"


def test_an_image_is_of_the_wrong_type() -> None:
    assert assess(read_page(b"GIF89a....")).cause == "wrong_type"


def test_unreadable_bytes_are_held() -> None:
    noise = b"<p>" + bytes(range(0x80, 0xFF)) * 20
    assert assess(read_page(noise, content_type="text/html; charset=euc-kr")).cause == "decode"
