from analysis.compare import compare
from analysis.memo import forget, remembered


class Asked:
    """A question that counts how often it had to be answered."""

    def __init__(self) -> None:
        self.answers = 0

        def length(text: str) -> int:
            self.answers += 1
            return len(text)

        self.length = remembered(2)(length)


def test_an_answer_is_remembered_until_it_is_forgotten() -> None:
    asked = Asked()
    assert [asked.length("one"), asked.length("one")] == [3, 3]
    assert asked.answers == 1
    forget()
    assert asked.length("one") == 3
    assert asked.answers == 2


def test_only_the_newest_answers_are_remembered() -> None:
    asked = Asked()
    for text in ("one", "two", "three", "one"):
        asked.length(text)
    assert asked.answers == 4


def test_a_comparison_leaves_nothing_remembered() -> None:
    asked = Asked()
    asked.length("one")
    compare("We keep your data for a year.", "We keep your data for two years.")
    asked.length("one")
    assert asked.answers == 2
