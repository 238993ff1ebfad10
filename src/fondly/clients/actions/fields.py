"""Fields of one's own: defined, changed, removed; and values made to fit them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fondly.base.errors import Refusal
from fondly.clients.models import FieldDefinition, FieldKind
from fondly.clients.rules import field_slug, field_value
from fondly.team import audit
from fondly.team.models import User

MOST_FIELDS = 60


def typed_values(
    raw: Mapping[str, Any], *, before: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return the values typed by their definitions, over those there were before."""
    kept = before or {}
    values = dict(kept)
    definitions = {field.slug: field for field in FieldDefinition.objects.all()}
    for slug, value in raw.items():
        if slug not in definitions:
            raise Refusal(_("There is no field “%(slug)s”.") % {"slug": slug})
        if slug in kept and str(value) == str(kept[slug]):
            continue  # it was right once: a choice may have been taken off the list since
        field = definitions[slug]
        values[slug] = field_value(
            value, kind=field.kind, label=field.label, choices=field.choices
        )
    return {slug: value for slug, value in values.items() if value is not None}


@transaction.atomic
def define(
    *, label: str, kind: str, choices: Sequence[str] = (), by: User | None, now: datetime
) -> FieldDefinition:
    """Return a new field that every client has from now on."""
    label = " ".join(label.split())
    slugs = list(FieldDefinition.objects.values_list("slug", flat=True))
    if not label or len(label) > 80 or kind not in FieldKind.values:
        raise Refusal(_("A field needs a name of at most 80 letters and a kind."))
    if len(slugs) >= MOST_FIELDS:
        raise Refusal(_("There are as many fields of your own as there can be."))
    field = FieldDefinition.objects.create(
        slug=field_slug(label, slugs),
        label=label,
        kind=kind,
        choices=_choices(kind, choices),
        position=len(slugs),
    )
    audit.note("field.defined", by=by, at=now, about=f"field {field.slug}")
    return field


@transaction.atomic
def change(
    field: FieldDefinition,
    *,
    label: str,
    choices: Sequence[str] = (),
    by: User | None,
    now: datetime,
) -> None:
    """Rename a field or change its choices; the kind stays, for the values are of it."""
    if not label.strip():
        raise Refusal(_("A field needs a name of at most 80 letters and a kind."))
    field.label = " ".join(label.split())[:80]
    field.choices = _choices(field.kind, choices)
    field.save(update_fields=["label", "choices"])
    audit.note("field.changed", by=by, at=now, about=f"field {field.slug}")


@transaction.atomic
def remove(field: FieldDefinition, *, by: User | None, now: datetime) -> None:
    """Take a field away. Values that clients have stay unseen until it is defined again."""
    audit.note("field.removed", by=by, at=now, about=f"field {field.slug}")
    field.delete()


def _choices(kind: str, choices: Sequence[str]) -> list[str]:
    if kind != FieldKind.CHOICE:
        return []
    kept = list(dict.fromkeys(choice.strip() for choice in choices if choice.strip()))
    if not kept:
        raise Refusal(_("Give the choices to choose from, one a line."))
    return kept
