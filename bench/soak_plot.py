"""Lines over minutes as a plain SVG, one panel under the other, each from zero. Draws, and reads nothing."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

__all__ = ["Line", "picture"]

_WIDTH, _PANEL, _LEFT, _TOP = 900, 150, 70, 50
_TICKS = 4


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    unit: str
    at: Sequence[float]  # minutes
    values: Sequence[float]


def picture(title: str, lines: Sequence[Line]) -> str:
    """Return the SVG."""
    height = _TOP + len(lines) * (_PANEL + 40) + 20
    panels = "".join(
        _panel(line, _TOP + number * (_PANEL + 40)) for number, line in enumerate(lines)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" '
        'font-family="sans-serif" font-size="12">'
        f'<rect width="100%" height="100%" fill="white"/>'
        f'<text x="{_LEFT}" y="28" font-size="17">{escape(title)}</text>{panels}</svg>'
    )


def _panel(line: Line, top: float) -> str:
    step = _step(max(line.values) / _TICKS)
    most = step * (max(line.values) // step + 1)
    wide, long = _WIDTH - _LEFT - 20, max(line.at) or 1.0

    def x(at: float) -> float:
        return _LEFT + wide * at / long

    def y(value: float) -> float:
        return top + _PANEL - _PANEL * value / most

    points = " ".join(
        f"{x(at):.1f},{y(value):.1f}" for at, value in zip(line.at, line.values, strict=True)
    )
    marks = "".join(
        f'<line x1="{_LEFT}" x2="{_WIDTH - 20}" y1="{y(v):.1f}" y2="{y(v):.1f}" stroke="#ddd"/>'
        f'<text x="{_LEFT - 8}" y="{y(v) + 4:.1f}" text-anchor="end">{v:.3g}</text>'
        for v in (step * n for n in range(round(most / step) + 1))
    )
    minutes = "".join(
        f'<text x="{x(at):.1f}" y="{top + _PANEL + 16}" text-anchor="middle">{at:.0f} min</text>'
        for at in (long * n / _TICKS for n in range(_TICKS + 1))
    )
    unit = f", {line.unit}" if line.unit else ""
    return (
        f'<text x="{_LEFT}" y="{top - 6}">{escape(line.name)}{escape(unit)}: '
        f"at most {max(line.values):.4g}</text>{marks}{minutes}"
        f'<polyline points="{points}" fill="none" stroke="#0a5" stroke-width="1.5"/>'
    )


def _step(least: float) -> float:
    """Return the next round number: 1, 2 or 5 of some power of ten."""
    ten = 10.0 ** math.floor(math.log10(least)) if least > 0 else 1.0
    return next(ten * n for n in (1, 2, 5, 10) if ten * n >= least)
