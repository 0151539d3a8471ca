"""Lines that stand around a document are learnt by comparison; what says something never is."""

from hypothesis import given
from hypothesis import strategies as st

from analysis.furniture import learn_furniture, learn_visitors
from analysis.normalise import canonical, without

TOP = "Example Ltd - rules of the house"
BOTTOM = "Example Ltd, 1 Long Street, registered in Norway"
CLAUSES = (
    "We do not sell your personal data.",
    "Retention: 30 days",
    "Advertising partners",
    "- Acme Analytics",
    "| _basket | 30 days |",
    "## Who we share your data with",
    "Cookies: session only",
    "You can object at any time.",
)


def document(name: str, lines: int = 40, *, top: str = TOP, bottom: str = BOTTOM) -> str:
    body = "\n\n".join(f"{name} clause {n} says something of its own to you." for n in range(lines))
    return canonical(f"{top}\n\n# {name}\n\n{body}\n\nThe same.\n\n{body}\n\n{bottom}")


def test_what_stands_at_the_ends_of_most_documents_is_furniture() -> None:
    documents = [document("Privacy"), document("Terms"), document("Cookies")]
    assert learn_furniture(documents) == {TOP, BOTTOM}


def test_a_line_shared_in_the_middle_is_kept() -> None:
    assert "The same." not in learn_furniture([document("Privacy"), document("Terms")])


def test_one_document_teaches_nothing() -> None:
    assert learn_furniture([document("Privacy")]) == frozenset()
    assert learn_furniture([]) == frozenset()


def test_two_copies_of_one_document_teach_nothing() -> None:
    assert learn_furniture([document("Privacy"), document("Privacy")]) == frozenset()


def test_no_clause_is_learnt_however_many_documents_share_it() -> None:
    for clause in CLAUSES:
        documents = [document(name, bottom=clause) for name in ("Privacy", "Terms", "Cookies")]
        assert learn_furniture(documents) == {TOP}, clause


def test_what_came_and_went_and_came_is_a_visitor() -> None:
    with_tea, without_tea = (document("Privacy", bottom=end) for end in ("Tea of the week", ""))
    assert learn_visitors([with_tea, without_tea, with_tea]) == {"Tea of the week"}
    assert learn_visitors([without_tea, with_tea, without_tea]) == frozenset()
    assert learn_visitors([with_tea, without_tea]) == frozenset()
    assert learn_visitors([]) == frozenset()


def test_no_clause_is_learnt_however_often_it_comes_and_goes() -> None:
    for clause in CLAUSES:
        there, gone = document("Privacy", bottom=clause), document("Privacy", bottom="")
        assert learn_visitors([there, gone, there, gone, there]) == frozenset(), clause


def test_of_a_language_that_is_not_understood_nothing_is_learnt() -> None:
    line = "Nosotros los datos de las personas y el uso que se hace de los mismos en la tienda."
    text = canonical("\n\n".join([TOP, *[f"{n}a {line}" for n in range(12)], BOTTOM]))
    other = text.replace("tienda", "web")
    assert learn_furniture([text, other]) == frozenset()


@given(lines=st.lists(st.sampled_from(["a", "- b", "## c", "| d |", "e f"]), max_size=12))
def test_a_text_without_its_furniture_is_canonical(lines: list[str]) -> None:
    text = canonical("\n".join(lines))
    left = without(text, {"a", "- b"})
    assert canonical(left) == left
    assert "a" not in left.split("\n")
    assert without(text, ()) == text
