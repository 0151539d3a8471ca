"""Answers about texts that are remembered while the same texts are asked about again.

A comparison asks twenty patterns of a sentence, and again when it judges and writes. After it,
hardly any of its sentences comes again, and what is kept of them only makes a process that runs
for months grow for weeks: `forget` gives it back.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import ParamSpec, TypeVar

__all__ = ["forget", "remembered"]

_Asked = ParamSpec("_Asked")
_Answer = TypeVar("_Answer")
_forgets: list[Callable[[], None]] = []


def remembered(most: int) -> Callable[[Callable[_Asked, _Answer]], Callable[_Asked, _Answer]]:
    """Remember the `most` newest answers of a pure function, until `forget`."""

    def remember(ask: Callable[_Asked, _Answer]) -> Callable[_Asked, _Answer]:
        memory = lru_cache(maxsize=most)(ask)
        _forgets.append(memory.cache_clear)
        return memory  # type: ignore[return-value]  # lru_cache says Hashable of each argument

    return remember


def forget() -> None:
    """Forget all answers about texts, in whatever thread they are asked for just now."""
    for forget_one in _forgets:
        forget_one()
