"""Laws of policies on several pages: what is put together comes apart again, and is none of the pages' doing."""

from hypothesis import given
from hypothesis import strategies as st

from analysis.normalise import canonical
from analysis.pages import BundledPage, bundle, joined, pages_in, shared, unbundle
from analysis.reading import read_page

addresses = st.lists(
    st.integers(0, 10_000).map(lambda number: f"https://a.example/{number}"),
    min_size=1,
    max_size=5,
    unique=True,
)
spoofed = st.sampled_from(
    [
        "# Page 1: https://a.example/x",
        "# Page 2: https://b.example/",
        "## Page 1: http://c.example/",
    ]
)
texts = st.lists(st.one_of(st.text(max_size=60), spoofed), max_size=5).map(
    lambda lines: canonical("\n".join(lines))
)
bodies = st.one_of(st.binary(max_size=200), st.just(b"--pages-\r\n\r\n"), st.just(b""))
types = st.sampled_from(
    ["text/html", "text/html; charset=utf-8", "", "application/pdf", 'x; y="z"']
)


@given(addresses, st.data())
def test_a_body_of_pages_comes_apart_into_them(urls: list[str], data: st.DataObject) -> None:
    pages = [BundledPage(url, data.draw(types), data.draw(bodies)) for url in urls]
    content_type, body = bundle(pages)
    assert unbundle(body, content_type) == pages


@given(addresses, st.data())
def test_a_body_that_was_touched_is_no_body_of_ours(urls: list[str], data: st.DataObject) -> None:
    pages = [BundledPage(url, "text/html", b"<p>" + url.encode()) for url in urls]
    content_type, body = bundle(pages)
    at = data.draw(st.integers(0, len(body) - 1))
    cut = unbundle(body[:at], content_type)
    assert cut is None
    inside = body.index(b"<p>") + 1
    assert unbundle(body[:inside] + b"X" + body[inside + 1 :], content_type) is None


@given(st.binary(max_size=300), st.text(max_size=60))
def test_no_other_body_is_taken_for_one_of_pages(body: bytes, content_type: str) -> None:
    assert unbundle(body, content_type) is None
    read_page(body, content_type='multipart/mixed; boundary="pages-' + "0" * 32 + '"')


@given(addresses, st.data())
def test_a_text_of_pages_comes_apart_into_them_whatever_they_say(
    urls: list[str], data: st.DataObject
) -> None:
    said = {url: data.draw(texts) for url in urls}
    apart = pages_in(joined(said))
    assert list(apart) == urls
    for url, text in said.items():
        assert apart[url].replace("# ", "") == text.replace("# ", "")


@given(addresses, st.data())
def test_the_text_of_pages_is_canonical(urls: list[str], data: st.DataObject) -> None:
    text = joined({url: data.draw(texts) for url in urls})
    assert canonical(text) == text


@given(addresses, st.data())
def test_the_same_pages_are_compared_whole_and_others_by_what_both_have(
    urls: list[str], data: st.DataObject
) -> None:
    said = {url: data.draw(texts) for url in urls}
    whole = joined(said)
    assert shared(whole, whole, url=urls[0]) == (whole, whole)
    more = joined({**said, "https://new.example/": "Something else."})
    before, after = shared(whole, more, url=urls[0])
    assert before == after
    assert "Something else." not in after


def test_a_first_page_that_moved_is_still_the_first_page() -> None:
    old = joined({"https://a.example/old": "We sell no data.", "https://a.example/c": "Cookies."})
    new = joined({"https://a.example/new": "We sell data.", "https://a.example/c": "Cookies."})
    before, after = shared(old, new, url="https://a.example/new")
    assert "We sell no data." in before
    assert "We sell data." in after
