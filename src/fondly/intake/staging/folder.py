"""Where an import's files stand: FONDLY_HOME/imports/<id>/."""

import csv
import hashlib
import json
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from fondly.base.text.cells import safe

BLOCK = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Folder:
    """The files of one import."""

    path: Path

    @classmethod
    def of(cls, import_id: int) -> "Folder":
        """Return the folder of an import, made when missing."""
        path = Path(settings.FONDLY_HOME) / "imports" / str(import_id)
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        return cls(path=path)

    @property
    def original(self) -> Path:
        """The file as it came."""
        return self.path / "original"

    @property
    def plain(self) -> Path:
        """The same as UTF-8 CSV, where the original is not that."""
        return self.path / "plain.csv"

    @property
    def stage(self) -> Path:
        """The DuckDB file of the rows as they were understood."""
        return self.path / "stage.duckdb"

    @property
    def outcome(self) -> Path:
        """What would happen, or happened, row by row; readable while others work."""
        return self.path / "outcome.parquet"

    @property
    def sample(self) -> Path:
        """The first rows as they were read, to show while the columns are mapped."""
        return self.path / "sample.json"

    @property
    def kept(self) -> Path:
        """What an undo left, with why."""
        return self.path / "kept.csv"

    @property
    def errors(self) -> Path:
        """The rejected lines with their reasons."""
        return self.path / "errors.csv"

    def take(self, source: Path) -> str:
        """Copy `source` here and return its SHA-256."""
        digest = hashlib.sha256()
        with source.open("rb") as file, self.original.open("wb") as out:
            while block := file.read(BLOCK):
                digest.update(block)
                out.write(block)
        return digest.hexdigest()

    def keep_sample(self, rows: Sequence[Sequence[str]]) -> None:
        """Keep the first rows to show."""
        shown = [[cell[:80] for cell in row] for row in rows[:6]]
        self.sample.write_text(json.dumps(shown), encoding="utf-8")

    def shown_rows(self) -> list[list[str]]:
        """Return the first rows."""
        if not self.sample.exists():
            return []
        rows: list[list[str]] = json.loads(self.sample.read_text(encoding="utf-8"))
        return rows

    def list_kept(self, rows: Sequence[dict[str, Any]]) -> None:
        """Write what an undo left, with why."""
        with self.kept.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            columns = ["table", "id", "name", "why"]
            writer.writerow(columns)
            writer.writerows([safe(str(row[name])) for name in columns] for row in rows)

    def clear(self) -> None:
        """Remove what can be made again from the original."""
        for path in (self.stage, self.plain, Path(f"{self.stage}.wal")):
            path.unlink(missing_ok=True)
        shutil.rmtree(self.path / "spill", ignore_errors=True)

    def remove(self) -> None:
        """Remove everything."""
        with suppress(FileNotFoundError):
            shutil.rmtree(self.path)
