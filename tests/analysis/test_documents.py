"""Which document a link leads to, in seven languages, by its words and its address."""

import pytest

from analysis.documents import hint_of, is_aside, kind_of_title, linked_documents
from analysis.extract.anchors import anchors_of
from analysis.extract.extracted import Link
from analysis.hollow import why_hollow


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Privacy notice", "privacy"),
        ("Datenschutzerklärung", "privacy"),
        ("Politique de confidentialité", "privacy"),
        ("Aviso de privacidad", "privacy"),
        ("Informativa sulla privacy", "privacy"),
        ("Privacyverklaring", "privacy"),
        ("Política de Privacidade", "privacy"),
        ("Cookie-Richtlinie", "cookies"),
        ("Politique relative aux cookies", "cookies"),
        ("Política de cookies", "cookies"),
        ("Informativa sui cookie", "cookies"),
        ("Cookiebeleid", "cookies"),
        ("Terms & Conditions", "terms"),
        ("AGB", "terms"),
        ("Conditions générales d'utilisation", "terms"),
        ("Términos y condiciones", "terms"),
        ("Termini e condizioni", "terms"),
        ("Algemene voorwaarden", "terms"),
        ("Termos de uso", "terms"),
        ("Data Processing Addendum", "dpa"),
        ("Auftragsverarbeitungsvertrag", "dpa"),
        ("Verwerkersovereenkomst", "dpa"),
        ("Acuerdo de tratamiento de datos", "dpa"),
        ("List of sub-processors", "subprocessors"),
        ("Unterauftragsverarbeiter", "subprocessors"),
        ("Sous-traitants ultérieurs", "subprocessors"),
        ("Subverwerkers", "subprocessors"),
        ("California privacy notice", "regional"),
        ("Privacy notice for EEA residents", "regional"),
        ("Notice at collection", "regional"),
    ],
)
def test_a_document_is_known_by_its_name(words: str, kind: str) -> None:
    hint = hint_of(words, "https://a.example/page")
    assert hint is not None
    assert hint.kind == kind
    assert kind_of_title(words) == kind


@pytest.mark.parametrize("words", ["About us", "Contact", "Shop", "Impressum", "Our story", ""])
def test_other_links_lead_to_none(words: str) -> None:
    assert hint_of(words, "https://a.example/page") is None


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/legal/privacy.html", "privacy"),
        ("/de/datenschutz", "privacy"),
        ("/index.php?page=cookie-policy", "cookies"),
        ("/tos", "terms"),
        ("/trust/subprocessors", "subprocessors"),
        ("/dpa", "dpa"),
        ("/ccpa", "regional"),
    ],
)
def test_an_address_names_a_document_too(path: str, kind: str) -> None:
    hint = hint_of("here", f"https://a.example{path}")
    assert hint is not None
    assert (hint.kind, hint.words) == (kind, "")
    assert hint.address


@pytest.mark.parametrize(
    ("words", "path"),
    [
        ("Cookie settings", "/#"),
        ("Cookie-Einstellungen", "/cookies"),
        ("Gérer mes cookies", "/"),
        ("Privacy notice for applicants", "/privacy"),
        ("Why privacy matters", "/blog/privacy"),
        ("Privacy", "/2024/privacy"),
        ("Privacy", "/privacy.png"),
    ],
)
def test_a_button_an_article_or_a_notice_to_applicants_is_aside(words: str, path: str) -> None:
    assert is_aside(words, f"https://a.example{path}")
    assert not is_aside("Privacy policy", "https://a.example/privacy")


def test_linked_documents_are_absolute_told_once_and_never_the_page_itself() -> None:
    links = [
        Link("cookie notice", "../cookies#table"),
        Link("the cookie notice", "https://www.a.example/cookies"),
        Link("privacy policy", "#top"),
        Link("privacy policy", "https://A.example/legal/privacy"),
        Link("sub-processors", "javascript:open()"),
        Link("privacy", "http://[broken"),
        Link("terms", "mailto:terms@a.example"),
    ]
    (one,) = linked_documents(links, base="https://a.example/legal/privacy")
    assert (one.kind, one.url) == ("cookies", "https://a.example/cookies")
    assert "cookie" in one.reason


def test_links_of_a_page_are_told_with_their_place() -> None:
    page = b"""<base href="/de/"><link rel="Privacy-Policy" href=p><link rel=stylesheet href=s.css>
    <nav><a href=datenschutz><svg></svg></a></nav><div id=page-footer><p><a href="agb" title=AGB></a></div>
    <a href="ftp://x/y">no</a><a href="http://u:p@x/y">no</a><a href="http://[x">no</a>"""
    found = [
        (one.words, one.url, one.rel, one.in_footer)
        for one in anchors_of(page, base="https://a.example/x")
    ]
    assert found == [
        ("", "https://a.example/de/p", "privacy-policy", False),
        ("", "https://a.example/de/datenschutz", "", False),
        ("AGB", "https://a.example/de/agb", "", True),
    ]


_FRAME = b'<!doctype html><title>x</title><div id="root"></div><script src=app.js></script>'


@pytest.mark.parametrize(
    ("body", "content_type", "why"),
    [
        (_FRAME, "text/html", "shell"),
        (_FRAME.replace(b"<script src=app.js></script>", b""), "text/html", ""),
        (b"<h1>Just a moment...</h1><script>go()</script>", "text/html", "bot_wall"),
        (b"<p>" + b"Words are shown. " * 400 + b"<script></script>", "text/html", ""),
        (
            b"<script>" + b"var a = 'Words are not shown'; " * 900 + b"</script><div id=app></div>",
            "text/html",
            "shell",
        ),
        (b"%PDF-1.4 <script>", "text/html", ""),
        (b"<script>", "text/plain", ""),
        (b"<h1>404 not found</h1><script></script>", "text/html", ""),
    ],
)
def test_a_browser_is_asked_where_a_script_may_have_more_to_say(
    body: bytes, content_type: str, why: str
) -> None:
    assert why_hollow(body, content_type=content_type) == why
