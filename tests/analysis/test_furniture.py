"""Lines that documents of one service share at their ends are learnt."""

from analysis.furniture import learn_furniture

TOP = "Example Ltd - all our rules"
BOTTOM = "Example Ltd, 1 Long Street, registered in Norway"


def document(name: str, lines: int = 40) -> str:
    body = "\n\n".join(f"{name} clause {n} says something of its own." for n in range(lines))
    return f"{TOP}\n\n# {name}\n\n{body}\n\nWe may change this.\n\n{body}\n\n{BOTTOM}"


def test_what_stands_at_the_ends_of_most_documents_is_furniture() -> None:
    documents = [document("Privacy"), document("Terms"), document("Cookies")]
    assert learn_furniture(documents) == {TOP, BOTTOM}


def test_a_clause_shared_in_the_middle_is_kept() -> None:
    assert "We may change this." not in learn_furniture([document("Privacy"), document("Terms")])


def test_one_document_teaches_nothing() -> None:
    assert learn_furniture([document("Privacy")]) == frozenset()
    assert learn_furniture([]) == frozenset()


def test_two_copies_of_one_document_teach_nothing() -> None:
    assert learn_furniture([document("Privacy"), document("Privacy")]) == frozenset()
