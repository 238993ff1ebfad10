"""Where the lines of retention curves and their shades stand. Plain geometry."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 860, 240, 48, 14, 36


@dataclass(frozen=True, kw_only=True)
class Curve:
    """A named line: share, low and high by periods since (more may follow in a point)."""

    name: str
    tone: str
    points: Sequence[Any]


@dataclass(frozen=True, kw_only=True)
class Line:
    """A drawn line with its shade, and where its name stands."""

    name: str
    tone: str
    path: str
    shade: str


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """The lines, the levels and the ticks."""

    lines: Sequence[Line]
    levels: Sequence[tuple[float, str]]
    ticks: Sequence[tuple[float, str]]
    unit: str


def curves(lines: Sequence[Curve], unit: str) -> Drawn:
    """Draw the lines over as many periods as the longest has."""
    longest = max(len(line.points) for line in lines) - 1
    step = (WIDTH - LEFT - 12) / max(longest, 1)

    def across(k: int) -> float:
        return round(LEFT + k * step, 1)

    def down(share: float) -> float:
        return round(TOP + (1 - share) * (HEIGHT - TOP - BOTTOM), 1)

    def path(values: Sequence[float], *, backwards: bool = False) -> str:
        places = list(enumerate(values))
        ordered = reversed(places) if backwards else places
        return " L".join(f"{across(k)} {down(value)}" for k, value in ordered)

    drawn = [
        Line(
            name=line.name,
            tone=line.tone,
            path="M" + path([p[0] for p in line.points]),
            shade="M"
            + path([p[1] for p in line.points])
            + " L"
            + path([p[2] for p in line.points], backwards=True)
            + "Z",
        )
        for line in lines
    ]
    levels = [(down(share), f"{share:.0%}") for share in (0, 0.25, 0.5, 0.75, 1)]
    every = max(1, longest // 6)
    ticks = [(across(k), str(k)) for k in range(0, longest + 1, every)]
    return Drawn(lines=drawn, levels=levels, ticks=ticks, unit=unit)
