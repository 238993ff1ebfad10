"""A file comes in: looked at within bounds, understood, and only then remembered."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db import transaction

from fondly.base.errors import Refusal
from fondly.base.errors import gettext_noop as _
from fondly.clients.models import FieldDefinition
from fondly.intake.models import Import, ImportState, KeptMapping
from fondly.intake.reading.guess import Look, look
from fondly.intake.reading.sample import Opener, opened, take
from fondly.intake.reading.workbook import guard, is_workbook, write_csv
from fondly.intake.rules.columns import date_style, guess, settle, unlearn
from fondly.intake.rules.dates import FIRST_YEAR, LAST_YEAR
from fondly.intake.rules.reading import Mapping, Reading, signature
from fondly.intake.staging.folder import Folder
from fondly.team.models import Business, User


def examine(path: Path, *, told: Reading | None = None, opener: Opener = opened) -> Look:
    """Look at a file within bounds and return how it reads; refuse what is no table."""
    if not is_workbook(path, opener=opener):
        return look(take(path, opener=opener), told=told)
    guard(path, opener=opener)
    with TemporaryDirectory(prefix="fondly-") as folder:
        plain = Path(folder) / "sheet.csv"
        sheet = write_csv(path, plain)
        seen = look(take(plain), told=replace(told, format="csv") if told else None)
    return replace(seen, reading=replace(seen.reading, format="xlsx", sheet=sheet))


def understand(about: str, seen: Look, *, told: dict[str, Any] | None = None) -> Mapping:
    """Return what the columns are: as told, else as last time, else guessed."""
    given = dict(told or {})
    kept = KeptMapping.objects.filter(
        about=about, signature=signature(seen.reading.columns)
    ).first()
    if "columns" in given or kept:
        base = Mapping.from_json({"decimal": ""} | (kept.mapping if kept else {}) | given)
        if kept:
            fitting = unlearn(about, base, seen.reading, seen.rows)
            base = Mapping.from_json(fitting.as_json() | given)
        mapping = settle(about, base, seen.reading, seen.rows)
    else:
        guessed = guess(about, seen.reading, seen.rows)
        told_too = guessed.as_json() | given | {"doubts": ()}
        mapping = settle(about, Mapping.from_json(told_too), seen.reading, seen.rows)
    business = Business.current()
    mapping = replace(
        mapping,
        currency=mapping.currency or (business.currency if business else "EUR"),
        time_zone=mapping.time_zone or (business.time_zone if business else "UTC"),
    )
    must_have_possible_dates(about, mapping, seen)
    return mapping


def must_have_possible_dates(about: str, mapping: Mapping, seen: Look) -> None:
    """Refuse impossible dates, unless it was said to reject only their lines."""
    style = date_style(about, mapping, seen.reading, seen.rows)
    if style.odd and mapping.odd_dates != "reject":
        raise Refusal(
            f"“{style.odd}” is no date we can take (years {FIRST_YEAR} to {LAST_YEAR}). "
            "Mend the file, or say that such lines are to be rejected "
            "(the box on the page, or “odd_dates”: “reject” in a mapping)."
        )


def receive(
    path: Path,
    *,
    about: str,
    filename: str,
    user: User | None,
    now: datetime,
    told_reading: Reading | None = None,
    told: dict[str, Any] | None = None,
    opener: Opener = opened,
) -> Import:
    """Take a file in: nothing is written before it has been looked at."""
    seen = examine(path, told=told_reading, opener=opener)
    mapping = understand(about, seen, told=told)
    source = Import.objects.create(
        about=about,
        filename=filename[-200:],
        size=path.stat().st_size,
        reading=seen.reading.as_json(),
        mapping=mapping.as_json(),
        user=user,
        created_at=now,
    )
    folder = Folder.of(source.pk)
    source.sha256 = folder.take(path)
    folder.keep_sample(seen.rows)
    source.save(update_fields=["sha256"])
    return source


def answer(
    source: Import,
    *,
    told: dict[str, Any],
    now: datetime,
    told_reading: Reading | None = None,
) -> Mapping:
    """Settle reading and mapping as a person says; keep a clear one for next time."""
    must_be_open(source)
    folder = Folder.of(source.pk)
    reading = Reading.from_json(source.reading)
    if told_reading is not None and told_reading != reading:
        seen = examine(folder.original, told=told_reading)
        mapping = understand(source.about, seen)
        source.reading = seen.reading.as_json()
        folder.keep_sample(seen.rows)
    else:
        seen = examine(folder.original, told=reading)
        mapping = understand(source.about, seen, told=told)
    source.mapping = mapping.as_json()
    source.state = ImportState.UPLOADED
    source.save(update_fields=["mapping", "reading", "state"])
    if not mapping.doubts:
        keep(source, now=now)
    return mapping


def must_be_open(source: Import) -> None:
    """Refuse to change how a file is understood once it is on its way."""
    if source.state not in {"uploaded", "checked", "failed"}:
        raise Refusal(_("This import is on its way: its columns stand."))


@transaction.atomic
def keep(source: Import, *, now: datetime) -> None:
    """Keep the mapping for the next file with these columns."""
    KeptMapping.objects.update_or_create(
        about=source.about,
        signature=signature(source.reading["columns"]),
        defaults={"mapping": source.mapping | {"doubts": []}, "updated_at": now},
    )


def own_fields() -> dict[str, str]:
    """Return slug and label of the fields of one's own that a column may fill."""
    return dict(FieldDefinition.objects.values_list("slug", "label"))
