"""What is to be changed in many clients: the form of the client list."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fondly.clients.models import Label, Stage
from fondly.insight.listing.scope import Scope
from fondly.insight.models import BulkChange

Kind = BulkChange.Kind
FIELD_OF = {Kind.OWNER: "to", Kind.STAGE: "stage"}
STAGES = [pair for pair in Stage.choices if pair[0] != Stage.CLOSED]


class BulkForm(forms.Form):
    """One change: which kind, and what to."""

    kind = forms.ChoiceField(label=_("What"), choices=Kind)
    tag = forms.CharField(
        label=_("Tag"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"list": "tags", "autocomplete": "off"}),
    )
    to = forms.ChoiceField(label=_("Looked after by"), required=False)
    stage = forms.ChoiceField(
        label=_("Stage"), required=False, choices=[("", _("As Fondly sees it")), *STAGES]
    )
    until = forms.DateField(
        label=_("Stage until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, scope: Scope, **more: Any) -> None:
        super().__init__(*args, **more | {"auto_id": "bulk_%s"})
        sees_all = scope.user.sees_all(scope.business)
        people = [
            u for u in scope.team if u.may("member") and (sees_all or u == scope.user)
        ]
        nobody = [("", _("Nobody"))] if sees_all else []
        self.named: dict[str, list[tuple[str, Any]]] = {
            Kind.OWNER: [*nobody, *((str(user.pk), str(user)) for user in people)],
            Kind.STAGE: [("", _("As Fondly sees it")), *STAGES],
        }
        to: Any = self.fields["to"]
        to.choices = self.named[Kind.OWNER]

    @property
    def tags(self) -> list[str]:
        """Return tags to choose from as one types."""
        names = Label.objects.filter(kind=Label.Kind.TAG).values_list("name", flat=True)
        return list(names[:100])

    @property
    def asked(self) -> dict[str, Any]:
        """Return what was chosen as the action takes it."""
        typed = self.cleaned_data
        value = typed[FIELD_OF.get(Kind(typed["kind"]), "tag")]
        return {"kind": typed["kind"], "value": value, "until": typed["until"]}

    @property
    def words(self) -> str:
        """Say what would be done."""
        kind, value = Kind(self.cleaned_data["kind"]), self.asked["value"]
        shown = dict(self.named.get(kind, ())).get(value, value)
        return str(WORDS[kind]) % {"value": shown}


WORDS = {
    Kind.ADD_TAG: _("Add the tag “%(value)s”"),
    Kind.REMOVE_TAG: _("Remove the tag “%(value)s”"),
    Kind.OWNER: _("Have them looked after by: %(value)s"),
    Kind.STAGE: _("Set the stage by hand: %(value)s"),
}
