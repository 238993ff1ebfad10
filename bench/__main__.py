"""Run every measure, each in a process and an empty home of its own.

`python -m bench [NAME…]` runs some of them. `scale` needs a PostgreSQL server
(DATABASE_URL). JSON=1 prints one object a line. The exit code is 1 when a goal was
missed.
"""

import os
import subprocess
import sys
import tempfile

NAMES = [
    "import_orders",
    "hostile",
    "signals",
    "changes",
    "pages",
    "scale",
    "fits",
    "pareto",
    "coverage",
    "summary",
    "refresh",
]
HEAD = ("name", "ours", "reference", "unit", "ratio", "goal", "ok")


def main() -> int:
    """Run the named measures, or all."""
    names = sys.argv[1:] or NAMES
    if not os.environ.get("JSON"):
        print("{:<44} {:>12} {:>12} {:<6} {:>8}  {:<28} {}".format(*HEAD), flush=True)
    missed = 0
    for name in names:
        with tempfile.TemporaryDirectory(prefix=f"fondly-{name}-") as home:
            surroundings = os.environ | {"FONDLY_HOME": home, "FONDLY_BENCH": home}
            # No measure touches a database but its own: see `bench.postgres`.
            surroundings["BENCH_SERVER"] = surroundings.pop("DATABASE_URL", "")
            done = subprocess.run(
                [sys.executable, "-m", "bench.run", name], env=surroundings
            )
            missed += done.returncode != 0
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
