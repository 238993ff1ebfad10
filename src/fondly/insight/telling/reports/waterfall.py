"""Where the bars of a waterfall stand. Plain geometry."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, TOP, BOTTOM = 860, 240, 26, 32


@dataclass(frozen=True, kw_only=True)
class Step:
    """A sum (`whole`) or a change, with its name and the words at it."""

    name: str
    size: int
    label: str
    url: str = ""
    behind: int | None = None  # how many clients the address leads to, if to them
    whole: bool = False


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A drawn bar with its words."""

    step: Step
    x: float
    y: float
    width: float
    height: float
    tone: str

    @property
    def middle(self) -> float:
        """Where the words stand."""
        return round(self.x + self.width / 2, 1)

    @property
    def above(self) -> float:
        """The line of the words over the bar."""
        return round(self.y - 6, 1)


@dataclass(frozen=True, kw_only=True)
class Fall:
    """The bars, and whether their foot is cut off."""

    bars: list[Bar]
    is_cut: bool


def waterfall(steps: Sequence[Step]) -> Fall:
    """Draw sums from the ground, and changes from where the one before ended.

    Where changes are small beside the sums, the ground is cut off so that they are seen.
    """
    tops, spans = 0, []
    for step in steps:
        low, high = (0, step.size) if step.whole else sorted((tops, tops + step.size))
        spans.append((low, high))
        tops = step.size if step.whole else tops + step.size
    floor, most = _floor(steps, spans), max(high for _, high in spans)
    scale = (HEIGHT - TOP - BOTTOM) / max(most - floor, 1)
    slot = WIDTH / len(steps)
    bars = [
        Bar(
            step=step,
            x=round(slot * place + slot * 0.15, 1),
            width=round(slot * 0.7, 1),
            y=round(HEIGHT - BOTTOM - (high - floor) * scale, 1),
            height=max(round((high - max(low, floor)) * scale, 1), 1.5),
            tone="c-sum" if step.whole else "c-green" if step.size >= 0 else "c-ember",
        )
        for place, (step, (low, high)) in enumerate(zip(steps, spans, strict=True))
    ]
    return Fall(bars=bars, is_cut=floor > 0)


def _floor(steps: Sequence[Step], spans: Sequence[tuple[int, int]]) -> int:
    lowest = min(
        high if s.whole else low for s, (low, high) in zip(steps, spans, strict=True)
    )
    most = max(high for _, high in spans)
    reach = most - lowest
    if not reach:  # nothing changed: the sums stand from the ground
        return min(0, lowest)
    return max(0, lowest - 2 * reach) if lowest > 0 else min(0, lowest)
