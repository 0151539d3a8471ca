"""What holds of every comparison, whatever the texts."""

import re
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.compare import Comparison, compare
from analysis.diff import applied, diff
from analysis.plain import blocks_of, strip_inline
from analysis.wording import Words, after_of, before_of, redline

SENTENCES = (
    "We collect your name and address when you open an account.",
    "We do not sell your personal data.",
    "We may share reports with advertisers.",
    "We keep server logs for 30 days.",
    "We keep order data for seven years.",
    "You can opt out of marketing at any time.",
    "At this time we do not use cookies.",
    "We use cookies and pixels to count visits.",
    "Our service is not directed to children under 13.",
    "Data is transferred to the United States under standard contractual clauses.",
    "If you live in California, Texas or Oregon, you may appeal our decision.",
    "We use your messages to train our models only with your consent.",
    "Last updated: March 3, 2021.",
    "Write to privacy@example.org or to 12 High Street.",
)
ROWS = (
    "| Parcelo | delivery | Ireland |",
    "| Zenly | advertising | USA |",
    "| _sid | session | 1 day |",
)
HEADINGS = ("# Sharing", "## 2. Cookies", "# Your rights", "Contact\n=======")
FURNITURE = (
    "*   [Home](/)\n*   [Pricing](/pricing)\n*   [Sign in](/login)",
    "© 2024 Example Ltd. All rights reserved.",
    "Last updated: 9 May 2022",
    "Skip to main content",
    "Accept all cookies",
)

blocks = st.one_of(
    st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=4).map(" ".join),
    st.lists(st.sampled_from(ROWS), min_size=1, max_size=3).map("\n".join),
    st.sampled_from(HEADINGS),
    st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=3).map(
        lambda s: "\n".join(f"- {x}" for x in s)
    ),
)
editions = st.lists(blocks, max_size=8).map("\n\n".join)
anything = st.text(max_size=300)
pieces = st.lists(
    st.sampled_from("we may will not share data 30 days . , — ü 数据".split()), max_size=14
).map(" ".join)


def plain(text: str) -> list[str]:
    return [strip_inline(block.raw) for block in blocks_of(text)]


def side(words: Words, op: str) -> str:
    """One wording as the words alone give it, blank for blank."""
    return "".join(text for kind, text in words if kind in ("same", op))


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


@given(text=st.one_of(editions, anything))
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert diff(text, text).edits == ()
    assert not compare(text, text).material


@settings(deadline=None)
@given(old=st.one_of(editions, anything), new=st.one_of(editions, anything))
def test_applying_the_edits_to_the_old_gives_the_new(old: str, new: str) -> None:
    assert list(map(squeezed, applied(diff(old, new)))) == list(map(squeezed, plain(new)))


@given(
    before=st.one_of(pieces, st.sampled_from(SENTENCES)),
    after=st.one_of(pieces, st.sampled_from(SENTENCES)),
)
def test_a_redline_holds_both_wordings(before: str, after: str) -> None:
    words = redline(before, after)
    assert before_of(words) == side(words, "gone") == before.strip()
    assert after_of(words) == side(words, "new") == after.strip()


@given(before=pieces, after=pieces)
def test_swapping_a_redline_swaps_gone_and_new(before: str, after: str) -> None:
    mirror = {"same": "same", "gone": "new", "new": "gone"}
    ahead, back = redline(before, after), redline(after, before)
    assert Counter(ahead) == Counter((mirror[op], text) for op, text in back)


@settings(deadline=None)
@given(old=editions, new=editions)
def test_findings_quote_text_that_is_there(old: str, new: str) -> None:
    left, right = "\n".join(plain(old)), "\n".join(plain(new))
    for finding in compare(old, new).findings:
        assert finding.before in left
        assert finding.after in right
        assert side(finding.words, "gone") == finding.before
        assert side(finding.words, "new") == finding.after


@settings(deadline=None)
@given(old=editions, new=editions)
def test_swapping_the_sides_swaps_added_and_removed(old: str, new: str) -> None:
    def told(found: Comparison, *, turned: bool) -> Counter[tuple[str, ...]]:
        kinds = {"added": "removed", "removed": "added"} if turned else {}
        sides = {"weaker": "stronger", "stronger": "weaker"} if turned else {}
        return Counter(
            (
                f.topic,
                kinds.get(f.kind, f.kind),
                sides.get(f.direction, f.direction),
                *((f.after, f.before) if turned else (f.before, f.after)),
            )
            for f in found.findings
        )

    assert told(compare(old, new), turned=False) == told(compare(new, old), turned=True)


@settings(deadline=None)
@given(old=editions, new=editions, again=editions)
def test_a_comparison_is_the_same_every_time_and_after_storage(
    old: str, new: str, again: str
) -> None:
    first = compare(old, new)
    compare(again, old)
    assert compare(old, new) == first
    assert Comparison.from_json(first.to_json()) == first


SECTIONS = st.lists(
    st.tuples(
        st.sampled_from(["Sharing", "Cookies", "Rights", "Logs", "Contact"]),
        st.sampled_from(SENTENCES),
    ),
    min_size=2,
    max_size=5,
    unique_by=(lambda s: s[0], lambda s: s[1]),
)


@settings(deadline=None)
@given(sections=SECTIONS, data=st.data())
def test_permuting_whole_sections_is_not_material(
    sections: list[tuple[str, str]], data: st.DataObject
) -> None:
    def page(parts: list[tuple[str, str]]) -> str:
        return "\n\n".join(f"# {heading}\n\n{body}" for heading, body in parts)

    shuffled = data.draw(st.permutations(sections))
    assert compare(page(sections), page(shuffled)).findings == ()


@settings(deadline=None)
@given(
    text=st.lists(blocks, min_size=1, max_size=8),
    junk=st.sampled_from(FURNITURE),
    at=st.integers(0, 8),
)
def test_furniture_dates_and_blank_lines_give_no_finding(
    text: list[str], junk: str, at: int
) -> None:
    longer = [*text[:at], junk, *text[at:]]
    assert compare("\n\n".join(text), "\n\n\n".join(longer)).findings == ()


@settings(deadline=None)
@given(old=anything, new=anything)
def test_no_text_makes_a_comparison_fail(old: str, new: str) -> None:
    compare(old, new)
