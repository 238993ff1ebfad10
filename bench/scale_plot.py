"""Draw the cost of a client at each size: `JSON=1 python -m bench scale | python -m
bench.scale_plot docs/guide/how-large.svg`.

Both axes are logarithmic, so a cost that does not grow with the base is a level line.
"""

import json
import math
import sys
from pathlib import Path
from typing import Any

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 640, 320, 64, 48, 24
# Processor seconds: what else the machine does moves them least.
LINES = {
    "processor, PostgreSQL's too": ("#1b6e4f", "processor until shown, PostgreSQL's too"),
    "processor, ours, until shown": ("#8a5a00", "processor until shown, our processes"),
}
LEAST, MOST = 10.0, 1_000.0  # microseconds


def costs(lines: list[str]) -> dict[str, dict[int, float]]:
    """Return the microseconds a client of each line of the drawing, by size."""
    found: dict[str, dict[int, float]] = {name: {} for name in LINES}
    for line in lines:
        row = _read(line)
        head, _, name = row["name"].partition(": ")
        if name in found and head.startswith("scale, "):
            size = int(head.removeprefix("scale, ").replace(",", ""))
            found[name][size] = 1e6 * row["ours"] / size
    return found


def _read(line: str) -> dict[str, Any]:
    return dict(json.loads(line)) if line.startswith("{") else {"name": ""}


def drawn(found: dict[str, dict[int, float]]) -> str:
    """Return the drawing as SVG."""
    sizes = sorted({size for line in found.values() for size in line})
    parts = [*_grid(sizes)]
    for place, (name, (colour, words)) in enumerate(LINES.items()):
        line = sorted(found[name].items())
        points = [(_x(size, sizes), _y(cost)) for size, cost in line]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}"/>')
        parts += [
            _dot(*at, cost, colour) for at, (_, cost) in zip(points, line, strict=True)
        ]
        parts.append(_text(WIDTH - 8, TOP + 16 * place, words, colour, "end"))
    title = "Cost of a client by the size of the base"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
        f' role="img" font-family="sans-serif" font-size="13"><title>{title}</title>'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>{"".join(parts)}</svg>\n'
    )


def _dot(x: float, y: float, cost: float, colour: str) -> str:
    words = _text(x, y - 10, f"{cost:.0f} µs", colour, "middle")
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>{words}'


def _grid(sizes: list[int]) -> list[str]:
    parts = []
    for cost in (10, 100, 1_000):
        y = _y(cost)
        parts.append(
            f'<line x1="{LEFT}" x2="{WIDTH}" y1="{y}" y2="{y}" stroke="#ccc"/>'
            + _text(LEFT - 8, y + 4, f"{cost:,} µs", "#444", "end")
        )
    at = HEIGHT - 20
    parts += [_text(_x(n, sizes), at, f"{n:,}", "#444", "middle") for n in sizes]
    return [*parts, _text(WIDTH / 2, HEIGHT - 3, "clients", "#444", "middle")]


def _x(size: int, sizes: list[int]) -> float:
    least, most = math.log(sizes[0]), math.log(sizes[-1])
    span = WIDTH - LEFT - 120
    return LEFT + 60 + span * (math.log(size) - least) / max(most - least, 1e-9)


def _y(cost: float) -> float:
    share = math.log(cost / LEAST) / math.log(MOST / LEAST)
    return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * share


def _text(x: float, y: float, words: str, colour: str, anchor: str) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text {place} fill="{colour}">{words}</text>'


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(drawn(costs(sys.stdin.read().splitlines())))
