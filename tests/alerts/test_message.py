"""The mail: its headers, its two parts, its size, and what it makes of hostile text."""

import email
import re
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.channels import render
from alerts.content import AlertContent, Aside
from alerts.digest_content import Coverage, DigestEntry, Needing
from alerts.headline import subject_of
from alerts.links import Leave, leave
from alerts.message import (
    Content,
    Envelope,
    MailOptions,
    compose,
    compose_short,
    encoded,
)
from alerts.message_ids import message_id
from alerts.phrases import LANGUAGES, phrases_in
from tests.alerts.examples import content, digest, notice, point

SENT = datetime(2026, 6, 3, 14, 6, tzinfo=UTC)
ENVELOPE = Envelope("ada@example.org", message_id(b"one", "example.org"), SENT)
OPTIONS = MailOptions("Clausewatch at Tern <watch@example.org>")

TAGS = frozenset(
    ["html", "head", "meta", "title", "style", "body", "div", "p", "h1", "h2", "h3", "ul", "li", "span", "a", "del", "ins"]
)  # fmt: skip

HOSTILE = (
    "</title></style><script>alert(1)</script><img src=//evil.example/x onerror=alert(1)>",
    "{{7*191}} {% raw %} {0.__class__} ${7*191}",
    "\x1b[31mred\x1b[0m \x1b]8;;http://evil.example\x07click\x1b]8;;\x07 \x00\x08\x7f\x9b",
    "\u202egnitekram\u202c \u2066x\u2069 \u200b\ufeff\u00ad",
    "first\r\nBcc: all@example.org\r\n\r\nsecond\u2028third\u0085fourth",
    "Zal" + "\u0336" * 500 + "go " + "\ud800" + "\U000e0041",
    "[-gone-]{+new+} @removed_PLACEMARKER_OPEN ^^^ +++ a/policy\n--- b/policy\n| BEFORE\n\n   NOW",
    "x" * 10_000,
    "--=_" + "0" * 32 + "\r\n.\r\nQUIT\r\n",
)


def received(what: AlertContent | None = None, **envelope: str) -> EmailMessage:
    """The mail as a reader's program parses it."""
    to = Envelope(envelope.get("recipient", ENVELOPE.recipient), ENVELOPE.message_id, SENT)
    raw = encoded(compose(what or content(), to, OPTIONS))
    return email.message_from_bytes(raw, policy=default)


def part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


class Page(HTMLParser):
    """What a page consists of, as HTML programs see it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name in ("href", "src"):
                self.links.append(value or "")

    def handle_data(self, data: str) -> None:
        self.text += data


# Headers


def test_the_headers_are_those_of_an_automatic_mail_to_a_list() -> None:
    mail = received()
    assert mail["From"] == "Clausewatch at Tern <watch@example.org>"
    assert mail["To"] == "ada@example.org"
    assert mail["Date"].datetime == SENT
    assert mail["Message-ID"] == ENVELOPE.message_id
    assert mail["References"] == mail["In-Reply-To"] == content().thread
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Precedence"] == "bulk"
    assert mail["List-Id"] == "Clausewatch <clausewatch.example.org>"
    assert mail["List-Unsubscribe"] == "<mailto:watch@example.org?subject=unsubscribe>"
    assert not mail.defects


def test_each_header_stands_there_once() -> None:
    names = [name.lower() for name in received().keys()]  # noqa: SIM118  a mail is no mapping
    assert len(names) == len(set(names))


def test_the_subject_says_who_what_and_how_much_more() -> None:
    one = content()
    three = content(points=(point(), point(heading="b"), point(heading="c")), all_points=3)
    assert received(one)["Subject"] == "Tern: privacy policy now shares location with advertisers"
    assert received(three)["Subject"].endswith("shares location with advertisers (2 more)")


def test_the_mail_counts_for_itself() -> None:
    counted = content(headline="shares location with advertisers (7 more)", all_points=3)
    assert received(counted)["Subject"].endswith("advertisers (2 more)")
    assert "(7 more)" not in part(received(counted), "plain")


def test_a_foreign_name_arrives_as_it_is_written() -> None:
    assert (
        "Müller & Söhne 株式会社" in received(content(service="Müller & Söhne 株式会社"))["Subject"]
    )


@pytest.mark.parametrize(
    "domain", ["example.org", "a" * 60 + ".example.org", "bad domain\r\nX: y", "", "日本.jp"]
)
def test_a_message_id_is_one_token_on_one_line(domain: str) -> None:
    made = message_id(b"seed", domain)
    assert re.fullmatch(r"<[0-9a-f]{20}@[a-z0-9.-]{1,40}>", made)
    mail = compose(content(), Envelope("ada@example.org", made, SENT), OPTIONS)
    assert f"\r\nMessage-ID: {made}\r\n".encode() in encoded(mail)


def test_an_address_in_a_foreign_domain_is_written_as_dns_knows_it() -> None:
    assert received(recipient="ada@bücher.example")["To"] == "ada@xn--bcher-kva.example"


@pytest.mark.parametrize("address", ["ada", "a@b, c@d", "ada@x\r\nBcc: eve@x", "@", "ada@"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="address"):
        compose(content(), Envelope(address, ENVELOPE.message_id, SENT), OPTIONS)


# Parts


def test_text_comes_first_then_html() -> None:
    mail = received()
    assert mail.get_content_type() == "multipart/alternative"
    assert [p.get_content_type() for p in mail.iter_parts()] == ["text/plain", "text/html"]


def test_both_parts_say_the_same() -> None:
    mail = received()
    text = " ".join(part(mail, "plain").replace("   | ", " ").split())
    page = " ".join(Page(part(mail, "html")).text.split())
    for said in (
        "Now shares location with advertisers",
        "Less protection for you, high severity",
        "Location may now go to advertisers; before, nobody got it.",
        "3 June 2026, 14:05 UTC",
        "1 July 2026, says the document",
        "How we share information",
        "We do not share your location with anyone.",
        "We share your precise location with advertisers.",
        "1 June 2025” became “1 June 2026",
        "https://tern.example/privacy",
        "clausewatch diff tern-privacy 12 13",
        "clausewatch unsubscribe ada@example.org",
    ):
        assert said in text, said
        assert said in page, said


def test_changed_words_are_marked_in_html_and_named_in_text() -> None:
    mail = received()
    html = part(mail, "html")
    assert re.findall(r"<del[^>]*>([^<]*)</del>", html) == ["do not", "anyone."]
    assert re.findall(r"<ins[^>]*>([^<]*)</ins>", html) == ["precise", "advertisers."]
    text = part(mail, "plain")
    assert "Taken out: “do not”; “anyone.”" in text
    assert "Put in:    “precise”; “advertisers.”" in text


def test_a_new_passage_shows_one_side_only_and_no_marks() -> None:
    new = content(points=(point(kind="added", before="", pieces=()),))
    html, text = part(received(new), "html"), part(received(new), "plain")
    assert "New text" in html
    assert "NEW TEXT" in text
    assert "BEFORE" not in text
    assert "<ins" not in html


def test_the_text_part_fits_a_terminal() -> None:
    points = (point(reasons=("A reason " * 40,), heading="A heading " * 15),) * 3
    text = part(received(content(points=points, all_points=3)), "plain")
    assert max(len(line) for line in text.splitlines()) <= 78


def test_text_in_a_wide_script_is_wrapped_by_columns() -> None:
    quote = "当社は位置情報を広告主と共有します。" * 20
    text = part(received(content(points=(point(after=quote, pieces=()),))), "plain")
    assert max(len(line) for line in text.splitlines() if "広告" in line) <= 40


def test_what_does_not_count_is_folded_by_kind() -> None:
    asides = (
        *(Aside("moved", "Cookies", "", "We set cookies.") for _ in range(3)),
        Aside("reworded", "Contact", "", "kindly"),
        Aside("removed", "", "An old sentence.", ""),
    )
    text = part(received(content(asides=asides, all_asides=9)), "plain")
    folded = text[text.index("Also changed") : text.index("See more")]
    assert "Reworded (1)\n   - Contact: put in “kindly”" in folded
    assert "Removed (1)\n   - “An old sentence.”" in folded
    assert "Moved (3)\n   - Cookies\n" in folded
    assert "We set cookies." not in folded
    assert "Further changes (4)" in folded


def test_the_only_links_lead_to_the_policy() -> None:
    assert set(Page(part(received(), "html")).links) == {"https://tern.example/privacy"}


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "https://a@evil.example/", "file:///etc/passwd", 'https://x/"><b>'],
)
def test_an_address_that_is_none_is_no_link(url: str) -> None:
    assert Page(part(received(content(url=url)), "html")).links == []


def test_a_look_alike_host_shows_its_true_name() -> None:
    mail = received(content(url="https://xn--80ak6aa92e.example/p?q=ä"))
    assert "https://xn--80ak6aa92e.example/p?q=%C3%A4" in part(mail, "plain")
    cyrillic = received(content(url="https://аррӏе.example/"))
    assert "https://xn--80ak6aa92e.example/" in part(cyrillic, "plain")


# Sameness


def test_the_same_alert_gives_the_same_bytes() -> None:
    frozen = AlertContent.from_json(content().to_json())
    assert frozen == content()
    assert encoded(compose(frozen, ENVELOPE, OPTIONS)) == encoded(
        compose(content(), ENVELOPE, OPTIONS)
    )


# Size


def big(points: int, length: int) -> AlertContent:
    words = "We may share <data> with “partners” & others. " * (length // 46)
    several = tuple(
        point(heading=f"Section {n}", before=words[:4000], after=words[: 4000 - n], pieces=())
        for n in range(min(points, 60))
    )
    return content(points=several, all_points=points)


@pytest.mark.parametrize(("points", "length"), [(2, 400), (10, 4000), (60, 4000), (500, 4000)])
def test_no_mail_is_over_100_kb_and_a_shortened_one_says_so(points: int, length: int) -> None:
    raw = encoded(compose(big(points, length), ENVELOPE, OPTIONS))
    assert len(raw) < 100_000
    mail = email.message_from_bytes(raw, policy=default)
    shortened = points > 2
    for kind in ("plain", "html"):
        assert ("shortened" in part(mail, kind)) is shortened
    assert f"{points} passages changed" in part(mail, "plain")


def test_a_mail_that_must_be_tiny_is_still_a_mail() -> None:
    tiny = MailOptions("watch@example.org", most_bytes=2_500)
    assert len(encoded(compose(big(60, 4000), ENVELOPE, tiny))) <= 2_500


def test_the_short_mail_quotes_nothing_of_the_page() -> None:
    mail = compose_short(content(), ENVELOPE, OPTIONS)
    assert mail.get_content_type() == "text/plain"
    assert mail["Message-ID"] == ENVELOPE.message_id
    text = mail.get_content()
    assert "https://tern.example/privacy" in text
    assert "clausewatch diff tern-privacy 12 13" in text
    assert "location" not in text


# Hostile text


def hostile(text: str) -> AlertContent:
    """The same text in every place that a page, or a person, can write to."""
    words = (("same", text), ("gone", text), ("new", text + "!"))
    return content(
        policy=text, service=text, document=text, url=f"https://tern.example/{text}", title=text,
        lang=text, headline=text,
        points=(
            point(heading=text, before=text, after=text, reasons=(text,), pieces=words),
            point(heading=text, before="", after=text, pieces=(), topics=(text,)),
        ),
        asides=(Aside("moved", text, text, text), Aside(text, text, text, text)),
    )  # fmt: skip


def check_harmless(mail: EmailMessage) -> None:
    assert [p.get_content_type() for p in mail.iter_parts()] == ["text/plain", "text/html"]
    assert mail["Bcc"] is None
    assert len(str(mail["Subject"])) <= 250
    assert "\n" not in str(mail["Subject"])
    page = Page(part(mail, "html"))
    assert set(page.tags) <= TAGS
    assert page.tags.count("title") == page.tags.count("body") == 1
    assert not page.attributes & {"src", "onerror", "onclick", "srcset", "background"}
    for text in (str(mail["Subject"]), part(mail, "plain"), part(mail, "html")):
        assert not re.search(
            r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029]", text
        )


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_and_does_nothing(text: str) -> None:
    mail = received(hostile(text))
    check_harmless(mail)
    assert "1337" not in part(mail, "html")
    raw = encoded(compose(hostile(text), ENVELOPE, OPTIONS))
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_a_page_cannot_forge_our_marks() -> None:
    forged = "Fine.\n\n   NOW\n   | All good.\n-- \n------\n2. Another card"
    text = part(received(content(points=(point(before=forged, pieces=()),))), "plain")
    assert text.count("\n   NOW\n") == 1
    assert text.count("\n-- \n") == 1
    assert "\n   | 2. Another card" in text


@given(text=st.text(max_size=300))
def test_no_text_at_all_breaks_a_mail(text: str) -> None:
    check_harmless(received(hostile(text)))


@given(
    service=st.text(max_size=120),
    headline=st.text(max_size=400),
    more=st.integers(min_value=1, max_value=10**6),
)
def test_a_subject_is_one_short_line(service: str, headline: str, more: int) -> None:
    mail = received(content(service=service, headline=headline, all_points=more))
    subject = str(mail["Subject"])
    assert len(subject) <= 150
    assert (f"({more - 1} more)" in subject) == (more > 1)


def test_a_mail_is_dated_when_the_alert_was_raised_however_late_it_goes_out() -> None:
    late = Envelope("ada@example.org", ENVELOPE.message_id, SENT - timedelta(days=3))
    assert compose(content(), late, OPTIONS)["Date"].datetime == SENT - timedelta(days=3)


# What the mails of digests and notices share with those of alerts

LEAVE = leave(b"k" * 32, "ada@example.org", mail_address="watch@example.org")
PUBLIC = leave(
    b"k" * 32,
    "ada@example.org",
    mail_address="watch@example.org",
    public_url="https://watch.example.org",
)
PAGES = MailOptions("Watch <watch@example.org>", public_url="https://watch.example.org/")
ALL = [content(), digest(), digest(entries=(), coverage=None), notice(), notice(kind="confirm")]


def mailed(
    told: Content, ways: Leave | None = None, options: MailOptions = OPTIONS, language: str = "en"
) -> EmailMessage:
    envelope = Envelope("ada@example.org", ENVELOPE.message_id, SENT, language, ways)
    return email.message_from_bytes(encoded(compose(told, envelope, options)), policy=default)


@pytest.mark.parametrize("told", ALL)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mail_is_complete_and_without_defects(told: Content, language: str) -> None:
    mail = mailed(told, PUBLIC, PAGES, language)
    assert not mail.defects
    for part_ in mail.iter_parts():
        assert not part_.defects
        assert part_.get_content_charset() == "utf-8"
    for header in ("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "List-Id",
                   "List-Unsubscribe", "Content-Language"):  # fmt: skip
        assert len(mail.get_all(header) or []) == 1, header
        assert not mail[header].defects
    raw = encoded(
        compose(told, Envelope("ada@example.org", "<a@b.example>", SENT, language), PAGES)
    )
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert len(raw) < 100_000


@pytest.mark.parametrize("told", [content(), digest(), notice()])
def test_the_mails_of_one_thing_are_one_conversation(told: Content) -> None:
    mail = mailed(told)
    assert mail["References"] == mail["In-Reply-To"] == told.thread
    assert mail["Message-ID"] != told.thread


def test_one_click_is_offered_where_a_page_of_ours_takes_it() -> None:
    mail = mailed(content(), PUBLIC)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    first, second = str(mail["List-Unsubscribe"]).replace("\r\n", "").split(",")
    assert first == f"<{PUBLIC.url}>"
    assert second.strip() == f"<{PUBLIC.mailto}>"
    assert f'href="{PUBLIC.url}"' in part(mail, "html")
    assert PUBLIC.url in part(mail, "plain")


def test_without_such_a_page_a_mail_does_it_and_no_click_is_promised() -> None:
    mail = mailed(content(), LEAVE)
    assert mail["List-Unsubscribe-Post"] is None
    assert str(mail["List-Unsubscribe"]) == f"<{LEAVE.mailto}>"


def test_an_address_to_unsubscribe_is_never_encoded_away() -> None:
    raw = encoded(
        compose(content(), Envelope("a@b.example", "<a@b.example>", SENT, "en", PUBLIC), PAGES)
    )
    assert f"<{PUBLIC.url}>".encode() in raw


def test_an_operator_is_not_offered_to_unsubscribe_from_what_breaks() -> None:
    text = part(mailed(notice(), PUBLIC), "plain")
    assert "operator of this Clausewatch" in text
    assert PUBLIC.url not in text


@given(text=st.text(max_size=200))
def test_a_subject_arrives_as_it_was_written(text: str) -> None:
    told = content(service=text, headline=text)
    assert mailed(told)["Subject"] == subject_of(told, phrases_in("en"))


@pytest.mark.parametrize("service", ["Tern", "x" * 70, "Müller & Söhne " * 4, "株式会社" * 12])
def test_a_long_subject_is_folded_without_a_blank_more_or_less(service: str) -> None:
    told = content(service=service, headline="shares location data, messages and contacts with all")
    mail = mailed(told)
    assert mail["Subject"] == subject_of(told, phrases_in("en"))
    raw = encoded(compose(told, ENVELOPE, OPTIONS))
    subject = raw[raw.index(b"Subject:") : raw.index(b"\r\nDate:")]
    assert max(len(line) for line in subject.split(b"\r\n")) <= 78


def test_with_web_pages_a_mail_links_to_the_comparison_and_both_texts() -> None:
    mail = mailed(content(), None, PAGES)
    links = set(Page(part(mail, "html")).links)
    base = "https://watch.example.org/policies/tern-privacy"
    assert links == {
        "https://tern.example/privacy",
        f"{base}/changes/12-13",
        f"{base}/snapshots/12",
        f"{base}/snapshots/13",
    }
    for link in links:
        assert link in part(mail, "plain")
    assert "clausewatch diff" not in part(mail, "plain")


def test_bounces_go_where_they_are_wanted() -> None:
    options = MailOptions("Watch <watch@example.org>", bounces="bounces@example.org")
    assert render("email", content(), ENVELOPE, options).sender == "bounces@example.org"
    assert render("email", content(), ENVELOPE, OPTIONS).sender == "watch@example.org"


# Digests


def test_a_digest_has_contents_and_a_card_for_each_change() -> None:
    mail = mailed(digest())
    assert mail["Subject"] == "Daily digest: 3 policy changes at Gull and Tern"
    text = part(mail, "plain")
    contents = text[text.index("Contents") : text.index("-----")]
    assert contents.index("Gull") < contents.index("1. cookie policy") < contents.index("Tern")
    assert "3. terms of service: Now shares location" in contents
    for kind in ("plain", "html"):
        both = " ".join(part(mail, kind).split())
        assert "212 of 214 policies checked in the last day; 2 need you" in both
        assert "auk-privacy" in both
        assert "and 1 more: clausewatch status" in both
        assert "2 June 2026 to 3 June 2026" in both


def test_a_digest_tells_days_by_its_readers_calendar() -> None:
    late = digest(
        begins=datetime(2026, 6, 1, 22, 30, tzinfo=UTC),
        ends=datetime(2026, 6, 2, 22, 30, tzinfo=UTC),
    )
    assert "2 June 2026 to 3 June 2026" in part(mailed(late), "plain")
    group = digest(
        cadence="at_once",
        begins=datetime(2026, 6, 3, 6, 0, tzinfo=UTC),
        ends=datetime(2026, 6, 3, 6, 5, tzinfo=UTC),
        coverage=None,
    )
    assert "3 June 2026, 08:00 to 08:05" in part(mailed(group), "plain")
    assert mailed(group)["Subject"] == "3 policy changes at Gull and Tern"


def test_a_quiet_digest_says_that_nothing_changed() -> None:
    quiet = mailed(digest(entries=(), coverage=Coverage(214, 214)))
    assert "No policy changes" in quiet["Subject"]
    text = part(quiet, "plain")
    assert "Nothing that matters changed" in text
    assert "214 of 214 policies checked in the last day; none needs you" in text


@pytest.mark.parametrize("count", [5, 60, 300])
def test_a_digest_of_many_changes_fits_and_says_what_it_leaves_out(count: int) -> None:
    words = "We may share <data> with “partners” & others. " * 40
    entries = tuple(
        DigestEntry(n, content(service=f"Service {n:03}", points=(point(before=words, after=words[3:], pieces=()),) * 3, all_points=3))
        for n in range(count)
    )  # fmt: skip
    mail = mailed(digest(entries=entries))
    assert len(mail.as_bytes()) < 100_000
    assert ("shortened" in part(mail, "plain")) is (count > 5)
    assert ("more: clausewatch alerts" in part(mail, "html")) is (count > 150)


def test_a_refused_digest_is_sent_again_without_quotes() -> None:
    envelope = Envelope("ada@example.org", ENVELOPE.message_id, SENT)
    text = compose_short(digest(), envelope, OPTIONS).get_content()
    assert "refused by your mail server" in text
    assert "We share your precise location" not in text
    assert "2. privacy policy: Now shares location with advertisers" in text


# Notices


def test_a_notice_says_what_happened_since_when_and_what_to_type() -> None:
    mail = mailed(notice())
    assert mail["Subject"] == "Clausewatch: auk-privacy could not be read 5 times"
    for kind in ("plain", "html"):
        text = " ".join(part(mail, kind).split())
        for said in ("Needs you", "could not be read 5 times in a row", "3 June 2026, 14:05 UTC",
                     "Look whether the page has moved.", "clausewatch check auk-privacy",
                     "https://auk.example/privacy", "no answer within 60 s"):  # fmt: skip
            assert said in text, said


def test_a_recovery_says_when_it_ended() -> None:
    text = part(mailed(notice(event="recovered")), "plain")
    assert "Recovered" in text
    assert "4 June 2026, 14:05 UTC" in text


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_text_is_harmless_in_every_mail_and_language(text: str, language: str) -> None:
    entry = DigestEntry(1, hostile(text))
    needs = (Needing(text, text, text, text),)
    told: tuple[Content, ...] = (
        hostile(text),
        digest(entries=(entry,), timezone=text, coverage=Coverage(1, 2, 3, needs)),
        notice(title=text, happened=text, advice=text, policy=text, service=text, cause=text,
               url=f"https://tern.example/{text}", evidence=(text,), commands=(text,),
               links=((text, text), (text, "https://x.example/"))),
    )  # fmt: skip
    for each in told:
        check_harmless(mailed(each, PUBLIC, PAGES, language))
