"""Two people at one form: who saves second is told, and neither loses anything."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

MARK = "seen"


def mark_of(shown: Mapping[str, Any]) -> str:
    """Return what stands for the values a form showed before anybody typed."""
    text = json.dumps(dict(shown), sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


class SeenForm(forms.Form):
    """A form that knows what it showed: it comes back with a mark of that.

    Where what it would show now is something else, somebody has saved meanwhile. Then it
    says which fields differ from what was typed, and saving once more means it. A form
    without a mark is taken as it comes.
    """

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields[MARK] = forms.CharField(required=False, widget=forms.HiddenInput)
        self.mark = mark_of(self.initial)
        self.initial = {**self.initial, MARK: self.mark}

    def clean(self) -> dict[str, Any]:
        """Take the mark off; refuse once when it is not the one we would give now."""
        typed = super().clean() or self.cleaned_data
        mark = typed.pop(MARK, "")
        if mark and mark != self.mark:
            typed_again = QueryDict(mutable=True)
            typed_again.update(self.data)
            typed_again[self.add_prefix(MARK)] = self.mark
            self.data = typed_again
            self.add_error(None, self._words())
        return typed

    def _words(self) -> str:
        changed = [name for name in self.changed_data if name != MARK]
        differ = ", ".join(str(self[name].label) for name in changed)
        return _(
            "Somebody has changed this while you were typing. What you typed is still here"
            " and differs from theirs in: %(fields)s. Save again to keep yours."
        ) % {"fields": differ or _("nothing")}
