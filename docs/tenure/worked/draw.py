"""Draw the pictures of `worked-analysis.md`: `python docs/tenure/worked/draw.py LOG`.

LOG is `CDNOW_sample.txt`, a line per purchase: two numbers of the client, the day as
19970131, CDs and dollars. The pictures are written beside this file, as SVG.
"""

import sys
from pathlib import Path

import numpy as np
import pyarrow as pa

from tenure import BGNBD, MBGNBD, ParetoNBD, calibration_and_holdout

HERE = Path(__file__).parent
WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 640, 340, 56, 40, 16, 48
INKS = ("#6b6b6b", "#1f6b4f", "#a8481f", "#3b5b92")
MODELS = (BGNBD, MBGNBD, ParetoNBD)
AHEAD = 39


def main():
    """Read the log, and draw."""
    x, t_x, age, bought = halves(Path(sys.argv[1]))
    models = [model().fit(x, t_x, age) for model in MODELS]
    picture("frequencies", *frequencies(models[1], x, age))
    picture("by-past", *by_past(models, x, t_x, age, bought))
    picture("reliability", *reliability(models[1], x, t_x, age, bought))


def halves(path):
    """Return frequency, recency, T and what was bought after: weeks 1 to 39, 40 to 78."""
    rows = [line.split() for line in path.read_text().splitlines()]
    log = pa.table(
        {
            "client": [row[0] for row in rows],
            "at": pa.array(np.array([day(row[-3]) for row in rows], "datetime64[D]")),
        }
    )
    found = calibration_and_holdout(
        log,
        client="client",
        at="at",
        calibrated_until="1997-09-30",
        observed_until="1998-06-30",
        unit="week",
    )
    found = found.sort_by("client")
    return [found[n].to_numpy() for n in ("frequency", "recency", "T", "bought")]


def day(text):
    """Return 19970131 as 1997-01-31."""
    return f"{text[:4]}-{text[4:6]}-{text[6:]}"


def frequencies(model, x, age):
    """Clients by repeat purchases in the weeks that were fitted, and by the model."""
    counts = np.arange(8)
    came = [np.sum(np.minimum(x, 7) == n) for n in counts]
    none = np.zeros_like(x)
    less = [
        np.exp(model.log_score(age, none + n, none, none, none)).sum() for n in counts[:7]
    ]
    told = [*less, len(x) - sum(less)]
    labels = [*map(str, counts[:7]), "7+"]
    return (
        "Clients by repeat purchases in 39 weeks",
        labels,
        {"came": came, "MBG/NBD": told},
    )


def by_past(models, x, t_x, age, bought):
    """Mean purchases of the next 39 weeks by those before."""
    past = range(7)
    lines = {"came": [bought[x == n].mean() for n in past]}
    for model in models:
        told = model.expected_purchases(AHEAD, x, t_x, age)
        lines[type(model).__name__] = [told[x == n].mean() for n in past]
    return "Purchases in weeks 40 to 78 by those before", list(map(str, past)), lines


def reliability(model, x, t_x, age, bought):
    """Share of each tenth that bought again, beside the chance that was told."""
    chance = model.probability_of_purchase(AHEAD, x, t_x, age)
    tenths = np.array_split(np.argsort(chance, kind="stable"), 10)
    lines = {
        "bought again": [(bought[part] > 0).mean() for part in tenths],
        "chance told": [chance[part].mean() for part in tenths],
    }
    return (
        "Buying again, by tenths of the chance told",
        [f"{n}" for n in range(1, 11)],
        lines,
    )


def picture(name, title, labels, lines):
    """Write one picture: a line of points for each of `lines`."""
    most = max(max(values) for values in lines.values()) * 1.08
    step = (WIDTH - LEFT - RIGHT) / len(labels)
    floor = HEIGHT - BOTTOM
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
        ' font-family="sans-serif" font-size="13">',
        f"<title>{title}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fffdf9"/>',
        f'<text x="{LEFT}" y="22" font-size="15" font-weight="bold">{title}</text>',
    ]
    for value in ticks(most):
        y = floor - value / most * (floor - TOP)
        said = f"{value:,.0f}" if most > 20 else f"{value:g}"
        parts.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#e4ddd0"/>')
        parts.append(
            f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{said}</text>'
        )
    places = [LEFT + step * (n + 0.5) for n in range(len(labels))]
    for place, label in zip(places, labels, strict=True):
        parts.append(
            f'<text x="{place:.1f}" y="{floor + 18}" text-anchor="middle">{label}</text>'
        )
    for turn, (label, values) in enumerate(lines.items()):
        ink, points = INKS[turn], []
        for place, value in zip(places, values, strict=True):
            points.append(f"{place:.1f} {floor - value / most * (floor - TOP):.1f}")
        dash = ' stroke-dasharray="6 4"' if turn else ""
        parts.append(
            f'<path d="M{"L".join(points)}" fill="none" stroke="{ink}" '
            f'stroke-width="2"{dash}/>'
        )
        for point in points:
            across, down = point.split()
            parts.append(f'<circle cx="{across}" cy="{down}" r="3.5" fill="{ink}"/>')
        key = LEFT + turn * 140
        parts.append(f'<circle cx="{key}" cy="{HEIGHT - 12}" r="4" fill="{ink}"/>')
        parts.append(f'<text x="{key + 10}" y="{HEIGHT - 8}">{label}</text>')
    (HERE / f"{name}.svg").write_text("\n".join([*parts, "</svg>", ""]))


def ticks(most):
    """Return round numbers from 0 to at most `most`, four to eight of them."""
    scale = 10 ** np.floor(np.log10(most))
    step = next(s * scale for s in (1.0, 0.5, 0.2, 0.1) if most / (s * scale) >= 4)
    return np.round(np.arange(0, most, step), 10)


if __name__ == "__main__":
    main()
