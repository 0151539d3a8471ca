"""Make pairs of 150 KB out of shorter policies: a real change, a few edits, one word throughout, a half moved, all new."""

import random
import re
from collections.abc import Iterator, Sequence

from planting import MATERIAL, plant

__all__ = ["KINDS", "long_pairs"]

SIZE = 150_000  # characters
EDITS = 6  # planted in a text that has "a few"
KINDS = ("a real change", "six edits", "a half moved", "one word in all", "written anew")
Pair = tuple[str, str]


def long_pairs(changes: Sequence[Pair]) -> dict[str, list[Pair]]:
    """Return the pairs of each of `KINDS`, made of real changes of policies (old, new).

    The same changes give the same pairs.
    """
    policies = [old for old, _ in changes]
    texts = list(_long_texts(policies))
    pairs: dict[str, list[Pair]] = {kind: [] for kind in KINDS}
    pairs["a real change"] = [
        _among(policies, number, *pair) for number, pair in enumerate(changes)
    ]
    for number, text in enumerate(texts):
        pairs["six edits"].append((text, _edited(text, random.Random(number))))  # noqa: S311  # seeded on purpose
        lines = text.split("\n")
        half = len(lines) // 2
        pairs["a half moved"].append((text, "\n".join(lines[half:] + lines[:half])))
        pairs["one word in all"].append((text, re.sub(r"\bwe may\b", "we will", text)))
        if len(texts) > 1:
            pairs["written anew"].append((text, texts[(number + 1) % len(texts)]))
    return pairs


def _among(policies: Sequence[str], number: int, old: str, new: str) -> Pair:
    """A change in the midst of other policies, which stay as they are."""
    around: list[str] = []
    for step in range(1, len(policies)):
        room = SIZE - len(old) - sum(map(len, around))
        if room <= 0:
            break
        around.append(policies[(number + step) % len(policies)][:room])
    half = len(around) // 2
    before, after = around[:half], around[half:]
    return "\n\n".join([*before, old, *after]), "\n\n".join([*before, new, *after])


def _long_texts(policies: Sequence[str]) -> Iterator[str]:
    """Lay policies end to end until they are long enough, each in one text only."""
    text = ""
    for policy in policies:
        text = f"{text}\n\n{policy}" if text else policy
        if len(text) >= SIZE:
            yield text[:SIZE]
            text = ""


def _edited(text: str, rng: random.Random) -> str:
    for name in rng.sample(sorted(MATERIAL), EDITS):
        for planted in plant(rng, [text], {name: MATERIAL[name]}, 1, noisy=False):
            text = planted.new
    return text
