"""The policy is read without a selector; the page around it is not."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.reading import Reading, ReadOptions, read_page

POLICY = """
<h1>Privacy Notice</h1>
<p>Last updated: 4 May 2023</p>
<p>Example Ltd explains here what it does with what you tell it, and for how long it does so.</p>
<h2>What we collect</h2>
<p>We collect your name, your address and the goods that you order, and nothing besides those.</p>
<ul><li>your name</li><li>your address<ul><li>street</li><li>town</li></ul></li></ul>
<h2>How long</h2>
<ol start="3"><li>orders for ten years</li><li>letters for one year</li></ol>
<p>After that time we delete it, unless a law of the land obliges us to keep it for longer.</p>
<h2>Cookies</h2>
<table><tr><th>Name</th><th>Life</th></tr><tr><td>_basket</td><td>30 days</td></tr></table>
<p>You may refuse every one of them in your browser, and the shop will work just as it did.</p>
"""
FURNITURE = (
    '<nav><ul><li><a href="/">Home</a></li><li><a href="/shop">Shop</a></li></ul></nav>',
    '<header class="site-header"><a href="/">Example</a> <button>Menu</button></header>',
    '<footer><p>Example Ltd, 1 Long Street. <a href="/terms">Terms</a></p></footer>',
    (
        '<div id="onetrust-consent-sdk"><p>We value your privacy, and so do our 812 partners, who '
        "store and access information on your device for the purposes below.</p></div>"
    ),
    '<div class="cookie-banner"><p>We use cookies to give you the best shop.</p></div>',
    '<div role="dialog" aria-modal="true"><p>Subscribe to our letter and save ten percent.</p></div>',
    (
        '<ul class="lang-menu"><li><a href="/fr">Français</a></li><li><a href="/de">Deutsch</a></li>'
        '<li><a href="/es">Español</a></li><li><a href="/it">Italiano</a></li></ul>'
    ),
    '<a class="skip" href="#main">Skip to content</a>',
)


def page(body: str, head: str = "") -> bytes:
    return f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode()


def read(body: str, **options: str) -> Reading:
    return read_page(page(body), options=ReadOptions(**options))  # type: ignore[arg-type]  # all str


def lines(body: str) -> list[str]:
    return [line for line in read(body).text.split("\n") if line]


def test_headings_items_numbers_and_rows_keep_their_form() -> None:
    assert lines(POLICY)[3:] == [
        "## What we collect",
        "We collect your name, your address and the goods that you order, and nothing besides those.",
        "- your name",
        "- your address",
        "  - street",
        "  - town",
        "## How long",
        "3. orders for ten years",
        "4. letters for one year",
        "After that time we delete it, unless a law of the land obliges us to keep it for longer.",
        "## Cookies",
        "| Name | Life |",
        "| _basket | 30 days |",
        "You may refuse every one of them in your browser, and the shop will work just as it did.",
    ]


@pytest.mark.parametrize("furniture", FURNITURE)
def test_adding_furniture_changes_nothing(furniture: str) -> None:
    alone = read(f"<main>{POLICY}</main>")
    assert read(f"{furniture}<main>{POLICY}</main>").text == alone.text
    assert read(f"<main>{POLICY}</main>{furniture}").text == alone.text


@given(
    before=st.lists(st.sampled_from(FURNITURE), max_size=4),
    after=st.lists(st.sampled_from(FURNITURE), max_size=4),
)
@settings(deadline=None, max_examples=60)
def test_no_pile_of_furniture_changes_the_policy(before: list[str], after: list[str]) -> None:
    around = f"{''.join(before)}<div class='content'>{POLICY}</div>{''.join(after)}"
    assert read(around).digest == read(f"<div class='content'>{POLICY}</div>").digest


def test_a_section_in_a_block_named_navigation_is_kept() -> None:
    body = (
        POLICY.replace("<h2>Cookies</h2>", "<div class='navigation-block'><h2>Cookies</h2>")
        + "</div>"
    )
    assert lines(body) == lines(POLICY)


def test_accordions_details_and_hidden_panels_are_part_of_the_policy() -> None:
    text = read(
        f"<main>{POLICY}<h3><button aria-expanded='false'>Children</button></h3>"
        "<div hidden style='display:none'><p>We do not sell anything to a child under sixteen.</p></div>"
        "<details><summary>Transfers</summary><p>Orders from Norway are packed in Norway.</p></details>"
        "</main>"
    ).text
    assert "### Children\n\nWe do not sell anything to a child under sixteen." in text
    assert "Transfers\n\nOrders from Norway are packed in Norway." in text


def test_a_definition_list_keeps_terms_and_definitions_apart() -> None:
    assert lines(f"{POLICY}<dl><dt>Goods</dt><dd>what the shop sells</dd></dl>")[-2:] == [
        "Goods",
        "what the shop sells",
    ]


def test_a_list_of_references_inside_the_text_is_no_menu() -> None:
    links = "".join(
        f'<li><a href="https://law.example/{n}">Act number {n}</a></li>' for n in range(6)
    )
    assert "- Act number 3" in lines(POLICY + f"<p>These acts apply:</p><ul>{links}</ul>")


def test_link_words_stay_and_targets_are_kept_apart() -> None:
    reading = read(
        POLICY + '<p>Ask our <a href="/dpo?a=1&amp;b=2">data protection officer</a>.</p>'
    )
    assert reading.text.endswith("Ask our data protection officer.")
    assert [(link.text, link.target) for link in reading.links] == [
        ("data protection officer", "/dpo?a=1&b=2")
    ]


def test_entities_and_odd_attributes_are_read_as_a_browser_reads_them() -> None:
    text = read(
        '<p a"b="c>d" title=\'x > y\'>5 &lt; 6 &amp; 7 &#8364; &nbsp; caf&eacute; &amp;lt;</p>'
    ).text
    assert text == "5 < 6 & 7 € café &lt;"


def test_a_mail_address_hidden_from_robots_reads_as_it_is_shown() -> None:
    code = "5a" + "".join(f"{byte ^ 0x5A:02x}" for byte in b"ask@shop.example")
    hidden = (
        f'<a href="/cdn-cgi/l/email-protection" data-cfemail="{code}">[email&#160;protected]</a>'
    )
    assert read(f"{POLICY}<p>Write to {hidden} today.</p>").text.endswith(
        "Write to ask@shop.example today."
    )


@pytest.mark.parametrize("odd", ["<!-- a <b> c -->", "<!-- a > b -->", "<x<y a<b=c>", "<z<!--y>"])
def test_a_sign_that_belongs_to_no_tag_moves_nothing(odd: str) -> None:
    clause = "<p>We sell what you tell us {}to nobody at all, and we never did that before.</p>"
    assert lines(POLICY + clause.format(odd)) == lines(POLICY + clause.format(""))


def test_text_that_is_no_markup_cannot_make_up_for_a_name_with_a_sign() -> None:
    text = read(f"<p>Before <i a<b>it.</i></p>{POLICY}<plaintext>2 > 0, and <b>we sell it</b>").text
    assert "2 > 0, and <b>we sell it</b>" in text
    assert "We collect your name" in text


def test_text_inside_a_comment_or_a_script_is_no_text() -> None:
    body = "<!-- <p>old clause</p> --><script>var p = '<p>no clause</p>'</script>" + POLICY
    assert lines(body) == lines(POLICY)


def test_unclosed_tags_lose_nothing() -> None:
    assert lines("<p>one<p>two<ul><li>a<li>b<ul><li>c</ul><td>stray") == [
        "one", "two", "- a", "- b", "  - c", "stray",
    ]  # fmt: skip


def test_twenty_thousand_nested_tags_hide_no_clause_and_are_named() -> None:
    reading = read("<div>" * 20_000 + "<p>We sell your data.</p>" + "</div>" * 20_000 + POLICY)
    assert "We sell your data." in reading.text
    assert [problem.name for problem in reading.problems] == ["deep_tree"]


def test_a_noscript_that_opens_an_iframe_cannot_swallow_the_page() -> None:
    trap = "<noscript><iframe src='https://tags.example'></noscript>"
    reading = read(trap + POLICY)
    assert reading.text == read(POLICY).text
    assert "raw_text_trap" in {problem.name for problem in reading.problems}


def test_preformatted_text_keeps_its_lines() -> None:
    assert lines("<pre>one\ntwo\n\nthree</pre><plaintext>four <b>five") == [
        "one", "two", "three", "four <b>five</body></html>",
    ]  # fmt: skip


def test_a_shell_of_a_script_is_said_to_need_a_browser() -> None:
    reading = read('<div id="root"></div><script src="/app.js"></script>')
    assert [problem.name for problem in reading.problems] == ["needs_browser"]


def test_a_page_without_its_end_is_said_to_be_unclosed() -> None:
    reading = read_page(page(POLICY).removesuffix(b"</body></html>"))
    assert [problem.name for problem in reading.problems] == ["unclosed"]


def test_a_selector_overrides_and_a_dead_one_is_named() -> None:
    both = f"<div id='a'><p>first</p></div>{POLICY}<div id='b'><p>second</p></div>"
    assert read(both, select="#b").text == "second"
    half = read(both, select="#a, #gone")
    assert (half.text, half.problems[0].name) == ("first", "selector_missed")
    none = read(both, select="#gone")
    assert "Privacy Notice" in none.text
    assert read(both, select="p[[").problems[0].name == "selector_invalid"
    assert "first" not in read(both, remove="#a").text


def test_one_section_of_a_page_with_several_documents_is_read() -> None:
    both = (
        POLICY + "<h1>Terms</h1><p>You pay before we send.</p><h2>Returns</h2><p>In ten days.</p>"
    )
    reading = read(both, section="terms")
    assert reading.text == "# Terms\n\nYou pay before we send.\n\n## Returns\n\nIn ten days."
    assert read(both, section="Imprint").problems[-1].name == "section_missed"


def test_learnt_furniture_stays_in_the_text_and_does_not_count() -> None:
    options = ReadOptions(furniture=frozenset({"Tea of the week"}))
    with_tea, without_tea = page(f"{POLICY}<p>Tea of the week</p>"), page(POLICY)
    assert "Tea of the week" in read_page(with_tea, options=options).text
    assert (
        read_page(with_tea, options=options).digest
        == read_page(without_tea, options=options).digest
    )
    assert read_page(with_tea).digest != read_page(without_tea).digest


@given(body=st.binary(max_size=600))
@settings(deadline=None, max_examples=300)
def test_no_bytes_make_it_raise(body: bytes) -> None:
    read_page(body)
    read_page(b"<html><body>" + body)


TAGS = [
    "p",
    "div",
    "ul",
    "li",
    "table",
    "tr",
    "td",
    "a",
    "b",
    "h2",
    "br",
    "pre",
    "noscript",
    "iframe",
    "main",
    "nav",
    "script",
    "template",
    "button",
]
SOUP = st.lists(
    st.one_of(
        st.sampled_from([f"<{tag}>" for tag in TAGS] + [f"</{tag}>" for tag in TAGS]),
        st.sampled_from(
            ["We sell.", " ", "&lt;", "<!--", "-->", '<a href="', "'", ">", "\x00", "é"]
        ),
    ),
    max_size=60,
)


@given(soup=SOUP)
@settings(deadline=None, max_examples=300)
def test_the_same_bytes_give_the_same_text_and_it_comes_from_the_page(soup: list[str]) -> None:
    body = "".join(soup).encode()
    reading = read_page(body)
    assert read_page(body) == reading
    letters = {char for char in reading.text if char.isalpha()}
    assert letters <= set("".join(soup)) | {"\ufffd"}


@pytest.mark.slow
@pytest.mark.parametrize(
    "units",
    [
        (
            "<p>We keep the data that you give to us for as long as we need it.</p>",
            "word ",
            "A. b? C",
            "((((",
            "<!-- -- ",
            "12 (new ",
            "© copyright ",
            "<pre>line\n",
            "<script>",
        ),
        (
            "<div><span>a",
            "<li><a href='/x'>link</a>",
            "<b><i><u>",
            "<table><tr><td>x",
            '<p class="c">x',
            "<own-tag a='<'>",
            "<svg class=x>",
            "<?x>",
            " a{n}=x",
        ),
    ],
    ids=["text", "tags"],
)
def test_ten_megabytes_of_anything_take_seconds_at_most(units: tuple[str, ...]) -> None:
    took, peak = _cost(units)
    assert max(took.values()) < 60  # a hang; `bench/hostile.py` prints the seconds
    assert peak < 500  # MB, the whole process, of the worst


def test_one_tag_of_many_attributes_is_read_without_them_and_named() -> None:
    names = " ".join(f"name-of-an-attribute-{n}" for n in range(12_000))
    reading = read(f"<div {names}><p>We sell your data.</p></div>{POLICY}")
    assert "We sell your data." in reading.text
    assert [problem.name for problem in reading.problems] == ["crowded_tag"]


@pytest.mark.parametrize("value", ["", "=x", "='>'", '= ">"', f"=\n{' ' * 99}'<p>yes</p>'"])
@pytest.mark.parametrize("before", [0, 7_000, 150_000])
def test_a_tag_of_many_attributes_is_found_whatever_their_values_hold(
    value: str, before: int
) -> None:
    names = " ".join(f"name-of-an-attribute-{n}{value}" for n in range(12_000))
    reading = read(f"{_furniture(before)}<div {names}><p>We sell your data.</p></div>{POLICY}")
    assert "We sell your data." in reading.text
    assert [problem.name for problem in reading.problems] == ["crowded_tag"]


def _furniture(characters: int) -> str:
    return "<script>if (a < b && c > 'd') { e = \"f>g\" }</script>" * (characters // 50)


def test_a_stray_quote_makes_no_tag_of_the_text_after_it() -> None:
    clause = '<p class="we may use the words of a class as names">We sell your data to nobody.</p>'
    reading = read(f'<div class="a"">{POLICY}</div>{clause * 4_000}')
    assert reading.text.count("We sell your data to nobody.") == 4_000
    assert not reading.problems


def test_a_page_of_too_many_tags_is_read_as_words_and_named() -> None:
    reading = read('<i class="c">We sell <b title="a > b">your</b> data.</i>' * 70_000)
    assert reading.text.count("We sell\n\nyour\n\ndata.") == 70_000
    assert [problem.name for problem in reading.problems] == ["too_many_tags"]


def _cost(units: tuple[str, ...]) -> tuple[dict[str, float], float]:
    """Return the CPU seconds of each and the peak MB of a process that reads ten megabytes of each."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.hostile", "--json", *units],
        capture_output=True,
        check=True,
        cwd=Path(__file__).resolve().parents[2],
    )
    cost = json.loads(done.stdout)
    return cost["seconds"], cost["peak_mb"]
