"""Signed links: what we made is believed, and nothing else."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.errors import BadToken
from alerts.links import ACTIONS, Claim, check_token, leave, make_token

KEY = b"k" * 32
NOW = datetime(2026, 6, 3, 9, tzinfo=UTC)
CLAIMS = st.builds(
    Claim,
    action=st.sampled_from(ACTIONS),
    recipient=st.sampled_from(["ada@example.org", "o'neil+x@example.org", "ünï@example.org"]),
    subscription=st.integers(0, 10**9),
    ends=st.sampled_from([None, NOW + timedelta(days=1)]),
)


@given(claim=CLAIMS)
def test_a_token_says_what_was_put_into_it(claim: Claim) -> None:
    token = make_token(KEY, claim)
    assert check_token(KEY, token, now=NOW) == claim
    assert make_token(KEY, claim) == token  # a mail sent again is the same mail


@given(claim=CLAIMS, place=st.integers(3, 60), char=st.sampled_from("AbZ09-_."))
def test_a_token_with_another_character_anywhere_is_refused(
    claim: Claim, place: int, char: str
) -> None:
    token = make_token(KEY, claim)
    place %= len(token) - 1  # of the last character, two bits mean nothing
    forged = token[:place] + char + token[place + 1 :]
    if forged != token:
        with pytest.raises(BadToken):
            check_token(KEY, forged, now=NOW)


@given(text=st.text(max_size=2000))
def test_no_other_text_is_a_token(text: str) -> None:
    with pytest.raises(BadToken):
        check_token(KEY, text, now=NOW)


def test_a_token_of_another_installation_is_refused() -> None:
    token = make_token(b"other" * 8, Claim("unsubscribe", "ada@example.org"))
    with pytest.raises(BadToken, match="another installation"):
        check_token(KEY, token, now=NOW)


def test_a_token_ends_when_it_says_so() -> None:
    token = make_token(KEY, Claim("confirm", "ada@example.org", 7, NOW))
    assert check_token(KEY, token, now=NOW - timedelta(seconds=1)).subscription == 7
    with pytest.raises(BadToken, match="ended on 2026-06-03 09:00 UTC"):
        check_token(KEY, token, now=NOW)


def test_there_is_no_token_without_a_key_or_for_what_nobody_offers() -> None:
    with pytest.raises(ValueError, match="no token"):
        make_token(b"", Claim("unsubscribe", "ada@example.org"))
    with pytest.raises(ValueError, match="delete"):
        make_token(KEY, Claim("delete", "ada@example.org"))


def test_without_a_public_page_a_mail_offers_a_mailto_and_a_command() -> None:
    ways = leave(KEY, "ada@example.org", mail_address="watch@example.org")
    assert ways.header == f"<mailto:watch@example.org?subject=unsubscribe%20{ways.token}>"
    assert ways.command == f"clausewatch unsubscribe --token {ways.token}"
    assert not ways.one_click
    assert not ways.url


@pytest.mark.parametrize(
    ("page", "one_click"),
    [("https://watch.example.org/", True), ("http://watch.example.org", False)],
)
def test_one_click_is_offered_over_https_alone(page: str, one_click: bool) -> None:
    ways = leave(KEY, "ada@example.org", mail_address="w@example.org", public_url=page)
    assert ways.one_click is one_click
    assert ways.header.startswith(f"<{page.rstrip('/')}/unsubscribe/v1.")
    assert "<mailto:w@example.org?subject=unsubscribe%20v1." in ways.header
