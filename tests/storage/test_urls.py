"""Which addresses may be watched, when two are one, and what their words say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.errors import BadUrl
from storage.urls import guess_kind, guess_service, normalise_url, slug

LABELS = st.from_regex(r"[a-z][a-z0-9]{0,8}", fullmatch=True)
PATHS = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp", "Cf", "Cn", "Co"], exclude_characters="\\?#"), max_size=20)  # fmt: skip


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "http:// or https://"),
        ("example.org/privacy", "http:// or https://"),
        ("file:///etc/passwd", "http:// or https://"),
        ("javascript:alert(1)", "http:// or https://"),
        ("ftp://example.org/", "http:// or https://"),
        ("https://", "no host"),
        ("https:///privacy", "no host"),
        ("https://ann@example.org/", "user name"),
        ("https://ann:secret@example.org/", "user name"),
        ("https://@example.org/", "user name"),
        ("https://good.example\\@evil.example/", "backslash"),
        ("https://example.org/a b", "blanks"),
        (" https://example.org/", "blanks"),
        ("https://example.org/\n", "blanks"),
        ("https://example.org/\u00a0", "blanks"),
        ("https://example.org/\x00", "cannot be seen"),
        ("https://example.org/\x1b[2J", "cannot be seen"),
        ("https://example.org/\u202e", "cannot be seen"),
        ("https://example.org:99999/", "no address"),
        ("https://example.org:0/", "port 0"),
        ("https://example.org:port/", "no address"),
        ("https://[::1/", "no address"),
        ("https://[v7.x]/", "names no|no address"),
        ("https://-bad-.example/", "no host"),
        ("https://a..example/", "no host"),
        (f"https://{'a' * 64}.example/", "no host"),
        (f"https://example.org/{'a' * 5000}", "longer"),
    ],
)
def test_an_address_that_will_not_be_watched_is_refused(url: str, words: str) -> None:
    with pytest.raises(BadUrl, match=words):
        normalise_url(url)


def test_a_password_is_not_repeated_in_the_refusal() -> None:
    with pytest.raises(BadUrl) as refusal:
        normalise_url("https://ann:hunter2@example.org/")
    assert "hunter2" not in str(refusal.value)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://Example.ORG/Privacy", "https://example.org/Privacy"),
        ("HTTPS://example.org/", "https://example.org"),
        ("https://example.org:443/p", "https://example.org/p"),
        ("http://example.org:80/p", "http://example.org/p"),
        ("https://example.org/p#cookies", "https://example.org/p"),
        ("https://example.org./p", "https://example.org/p"),
        ("https://example.org/p?utm_source=mail&utm_medium=x", "https://example.org/p"),
        ("https://example.org/p?a=1&fbclid=2&b=3", "https://example.org/p?a=1&b=3"),
        ("https://example.org/%c3%a9", "https://example.org/%C3%A9"),
        ("https://example.org/é", "https://example.org/%C3%A9"),
        ("https://example.org/%70rivacy", "https://example.org/privacy"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://[2001:DB8::1]/", "https://[2001:db8:0:0::1]/"),
    ],
)
def test_two_spellings_of_one_address_share_a_key(one: str, other: str) -> None:
    assert normalise_url(one)[1] == normalise_url(other)[1]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://example.org/p", "https://example.org/p"),
        ("https://example.org/p", "https://example.org/P"),
        ("https://example.org/p", "https://example.org:8443/p"),
        ("https://example.org/p?lang=en", "https://example.org/p?lang=de"),
        ("https://example.org/a%2Fb", "https://example.org/a/b"),
        ("https://www.example.org/p", "https://example.org/p"),
    ],
)
def test_what_may_be_two_pages_has_two_keys(one: str, other: str) -> None:
    assert normalise_url(one)[1] != normalise_url(other)[1]


def test_what_is_fetched_keeps_its_query() -> None:
    tidy, key = normalise_url("https://Example.org?utm_source=a&id=5#top")
    assert (tidy, key) == ("https://example.org/?utm_source=a&id=5", "https://example.org/?id=5")


@given(host=LABELS, path=PATHS, query=PATHS)
def test_normalising_twice_is_normalising_once(host: str, path: str, query: str) -> None:
    tidy, key = normalise_url(f"https://{host}.example/{path}?{query}")
    assert normalise_url(tidy) == (tidy, key)
    assert normalise_url(key)[1] == key
    assert tidy.isascii()


@given(st.text())
def test_any_text_is_an_address_or_is_refused(text: str) -> None:
    for url in (text, f"https://{text}", f"https://example.org/{text}"):
        try:
            tidy, _ = normalise_url(url)
        except BadUrl:
            continue
        assert tidy.startswith(("http://", "https://"))
        assert "@" not in tidy.partition("//")[2].partition("/")[0]


@pytest.mark.parametrize(
    ("url", "service"),
    [
        ("https://www.acme.com/privacy", "acme"),
        ("https://acme.co.uk/privacy", "acme"),
        ("https://legal.acme.com.au/", "acme"),
        ("https://policies.acme.com/", "acme"),
        ("https://shop.acme.de/", "acme"),
        ("https://acme.github.io/", "github"),
        ("https://t.co/privacy", "t"),
        ("http://localhost:8000/", "localhost"),
        ("http://127.0.0.1:8000/", "127.0.0.1"),
        ("http://[::1]/", "::1"),
    ],
)
def test_the_service_is_guessed_from_the_host(url: str, service: str) -> None:
    assert guess_service(url) == service


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://acme.com/privacy", "privacy"),
        ("https://acme.com/legal/terms/privacy-policy", "privacy"),
        ("https://acme.com/privacy/cookies", "cookies"),
        ("https://acme.com/legal/cookie-policy.html", "cookies"),
        ("https://acme.com/terms-of-service", "terms"),
        ("https://acme.com/tos", "terms"),
        ("https://acme.com/legal/dpa", "dpa"),
        ("https://acme.com/data-processing-addendum", "dpa"),
        ("https://acme.com/subprocessors", "subprocessors"),
        ("https://acme.de/datenschutz", "privacy"),
        ("https://acme.de/agb", "terms"),
        ("https://acme.fr/politique-de-confidentialite", "privacy"),
        ("https://acme.fr/cgu", "terms"),
        ("https://acme.com/about", "privacy"),
    ],
)
def test_the_kind_is_guessed_from_the_words(url: str, kind: str) -> None:
    assert guess_kind(url) == kind


@given(st.lists(st.text()))
def test_a_slug_is_always_a_name(parts: list[str]) -> None:
    made = slug(*parts)
    assert made
    assert slug(made) == made
