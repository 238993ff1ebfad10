"""Refusals of hostile files, from the command to its last word, against its bare start."""

import gzip
import os
import random
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from bench.line import Figure, peak_mib, seconds, show

GOAL = 5.0
REFUSED = 3  # the exit code of a refusal
MIB = 1024 * 1024
HEAD = b"order number,customer,date,total\n"
SHEET = "xl/worksheets/sheet1.xml"


def files(folder: Path) -> Iterator[Path]:
    """Write the hostile files, one at a time."""
    plain = {
        "binary.csv": random.Random(1).randbytes(3 * MIB),
        "nul.csv": HEAD + b"1,K\x001,2026-01-05,1\n",
        "mixed.csv": HEAD + "1,Kä,2026-01-05,1\n".encode() + b"2,K\xe4,2026-01-05,1\n",
        "columns.csv": b",".join(b"c%d" % n for n in range(1_000_000)) + b"\n1,2\n",
        "year-0.csv": HEAD + b"1,K1,0000-01-05,1\n",
        "year-9999.csv": HEAD + b"1,K1,9999-12-31,1\n",
        "formula.csv": HEAD + b"1,=HYPERLINK(1),2026-01-05,1\n",
    }
    for name, content in plain.items():
        (folder / name).write_bytes(content)
        yield folder / name
    for name, opened in (("line.csv", Path.open), ("line.csv.gz", gzip.open)):
        with opened(folder / name, "wb") as file:
            for _ in range(1024):
                file.write(b"a" * MIB)
        yield folder / name
    with zipfile.ZipFile(folder / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("[Content_Types].xml", b"<Types/>")
        with book.open(SHEET, "w") as part:
            for _ in range(300):
                part.write(b" " * MIB)
    yield folder / "bomb.xlsx"


def fondly(home: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command of ours in a home of its own."""
    env = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    return subprocess.run(
        [sys.executable, "-m", "fondly", *words],
        env=env | {"FONDLY_HOME": str(home)},
        capture_output=True,
    )


def refuse(home: Path, file: Path) -> None:
    """Import a file; end the run unless it is refused."""
    done = fondly(home, "import", "orders", str(file), "--yes")
    if done.returncode != REFUSED or not done.stderr.strip():
        sys.exit(f"{file.name} was not refused: {done.stdout!r} {done.stderr!r}")


def main() -> bool:
    """Measure each refusal and print the slowest; tell whether the goal was met."""
    folder = Path(tempfile.mkdtemp(prefix="fondly-bench-"))
    try:
        home = folder / "home"
        fondly(home, "migrate").check_returncode()
        start = seconds(lambda: fondly(home, "import", "orders", "--help"))
        took = {}
        for file in files(folder):
            took[file.name] = seconds(lambda file=file: refuse(home, file))
            file.unlink()
        slowest = max(took, key=lambda name: took[name])
        ours, peak = took[slowest], peak_mib(of_children=True)
        figure = show(
            Figure(
                name=f"refusal of {len(took)} hostile files, slowest",
                ours=ours,
                reference=start,
                unit="s",
                goal=f"<= {GOAL:.0f} s",
                is_ok=ours <= GOAL,
                against=f"the command's help; {slowest}; peak {peak:.0f} MiB",
            )
        )
        return figure.is_ok
    finally:
        shutil.rmtree(folder)
