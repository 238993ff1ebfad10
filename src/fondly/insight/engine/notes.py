"""What the engine writes down: the SQL of its questions, so that it starts without Ibis.

To build the expressions and write their SQL takes longer than to score one client. The
text depends on nothing but our sources and Ibis itself, so it is kept under their digest:
after an upgrade it is written anew.
"""

import json
import os
import tempfile
from contextlib import suppress
from hashlib import blake2b
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

HOME = Path(__file__).parents[1]
SOURCES = ("facts.py", "engine/*.py", "signals/*.py", "source/*.py", "reports/*.py")
WRITERS = {
    "questions": "fondly.insight.engine.questions",
    "reports": "fondly.insight.reports.questions",
}


def questions(
    folder: str,
    *,
    with_rates: bool,
    kind: str = "questions",
    dialect: str = "duckdb",
) -> dict[str, Any]:
    """Return the questions, from the folder if they stand there."""
    of = "" if dialect == "duckdb" else f"-{dialect}"
    keep = f"{kind}-{digest()}"
    file = Path(folder or os.devnull) / f"{keep}-{with_rates:d}{of}.json"
    with suppress(OSError, ValueError):
        return dict(json.loads(file.read_text()))
    writer = import_module(WRITERS[kind])
    found: dict[str, Any] = writer.written(with_rates=with_rates, dialect=dialect)
    if folder:
        with suppress(OSError):
            _write(file, json.dumps(found), keep=keep)
    return found


def digest() -> str:
    """Return what names the questions as they are: another version asks others."""
    digest = blake2b(version("ibis-framework").encode(), digest_size=8)
    for pattern in SOURCES:
        for file in sorted(HOME.glob(pattern)):
            digest.update(file.read_bytes())
    return digest.hexdigest()


def _write(file: Path, text: str, *, keep: str) -> None:
    """Write whole or not at all; what earlier versions wrote goes."""
    file.parent.mkdir(parents=True, exist_ok=True)
    kind = keep.split("-", 1)[0]
    for old in file.parent.glob(f"{kind}-*.json"):
        if not old.name.startswith(keep):
            old.unlink(missing_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=file.parent, delete=False) as fresh:
        fresh.write(text)
    Path(fresh.name).replace(file)
