"""Every property test of `tenure`, with new seeds, until ten minutes are over.

FUZZ_MINUTES and FUZZ_SEED change the time and the first seed. A failure is printed as
pytest prints it, with the seed to see it again:
`pytest src/tenure/tests --hypothesis-seed=SEED`.
"""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

from bench.line import Figure, show

MINUTES = float(os.environ.get("FUZZ_MINUTES", "10"))
SEED = int(os.environ.get("FUZZ_SEED", "1"))
TESTS = Path(__file__).parents[1] / "src" / "tenure" / "tests"
PASSING = re.compile(r"(\d+) passing")
GIVEN = "@given("
SHOWN = "--hypothesis-show-statistics"
PYTEST = [sys.executable, "-m", "pytest", "-q", "-m", "hypothesis", SHOWN]


def main() -> bool:
    """Run until the time is over; return whether nothing was found."""
    files = [str(f) for f in sorted(TESTS.rglob("test_*.py")) if GIVEN in f.read_text()]
    began, seed, examples, found = time.monotonic(), SEED, 0, 0
    while time.monotonic() - began < MINUTES * 60 and not found:
        done = subprocess.run(
            [*PYTEST, f"--hypothesis-seed={seed}", *files],
            capture_output=True,
            text=True,
        )
        examples += sum(map(int, PASSING.findall(done.stdout)))
        if done.returncode:
            found += 1
            print(f"seed {seed}:\n{done.stdout[-6000:]}", flush=True)
        seed += 1
    minutes = (time.monotonic() - began) / 60
    figure = Figure(
        name=f"examples of the properties of tenure, {minutes:.0f} min",
        ours=examples,
        reference=0,
        unit="",
        goal="nothing found",
        is_ok=not found,
        against=f"seeds {SEED} to {seed - 1}",
    )
    return show(figure).is_ok
