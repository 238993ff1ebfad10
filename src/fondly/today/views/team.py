"""The team's day: who has how much, who is away, whose clients change hands."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fondly.base.clock import now as the_time
from fondly.base.errors import Refusal
from fondly.clients.models import Client
from fondly.team.access import Signed, needs
from fondly.team.models import Business, User
from fondly.today import actions
from fondly.today.board import day_of
from fondly.today.models import Absence, Action, the_team


class AbsenceForm(forms.ModelForm[Absence]):
    """Who is away, from when until when, and who stands in."""

    class Meta:
        model = Absence
        fields = ("user", "from_day", "until_day", "stand_in")
        labels = {"user": gettext_lazy("Who is away")}
        help_texts = {
            "stand_in": gettext_lazy("Without one their cards go to the managers."),
        }
        widgets = {
            "from_day": forms.DateInput(attrs={"type": "date"}),
            "until_day": forms.DateInput(attrs={"type": "date"}),
        }

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["user"].queryset = people
        fields["stand_in"].queryset = the_team()


@require_safe
@needs("manager")
def team(request: Signed) -> HttpResponse:
    """Show each person's day: open, done, minutes against capacity."""
    now = the_time()
    today, start, end = day_of(Business.current(), now)
    waiting = Action.objects.load(today)
    away = Absence.objects.away_on(today)
    people = list(the_team())
    done = Action.objects.done_by(people, start, end)
    nobody = (0, 0)
    rows = [
        {
            "person": person,
            "open": waiting.get(person.pk, nobody)[0],
            "minutes": waiting.get(person.pk, nobody)[1],
            "done": done.get(person.pk, nobody)[0],
            "done_minutes": done.get(person.pk, nobody)[1],
            "is_away": person.pk in away,
            "stand_in": next((p for p in people if p.pk == away.get(person.pk)), None),
        }
        for person in people
    ]
    context = {"rows": rows, "nobodys": waiting.get(None, nobody), "people": people}
    return render(request, "today/team.html", context)


@require_POST
@needs("manager")
def hand_over(request: Signed) -> HttpResponse:
    """Give all clients of one person, or of nobody, to another."""
    source, target = _person(request.POST.get("from")), _person(request.POST.get("to"))
    if target is None:
        raise Refusal(_("Choose who is to look after them."))
    if source == target:
        raise Refusal(_("They look after these clients already."))
    if request.POST.get("sure") != "yes":
        # Many clients at once, and among those of the receiver none can tell them apart.
        count = Client.objects.filter(owner=source).count()
        context = {"source": source, "target": target, "count": count}
        return render(request, "today/hand_over.html", context)
    count = actions.hand_over(source, to=target, by=request.user, now=the_time())
    words = ngettext(
        "%(count)d client now belongs to %(name)s.",
        "%(count)d clients now belong to %(name)s.",
        count,
    )
    messages.success(request, words % {"count": count, "name": target})
    return redirect("today:team")


def _person(given: str | None) -> User | None:
    if not given:
        return None
    people = the_team()
    return get_object_or_404(people, pk=given if given.isdecimal() else 0)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("member")
def absences(request: Signed) -> HttpResponse:
    """List who is away and add a time; managers for everybody, others for themselves."""
    user = request.user
    now = the_time()
    today = day_of(Business.current(), now)[0]
    people = the_team()
    if not user.may("manager"):
        people = people.filter(pk=user.pk)
    form = AbsenceForm(request.POST or None, people=people, initial={"user": user})
    if request.method == "POST" and form.is_valid():
        actions.be_away(by=user, today=today, now=now, **form.cleaned_data)
        messages.success(request, _("Noted. Their cards go to whoever stands in."))
        return redirect("today:absences")
    rows = Absence.objects.not_over(today).filter(user__in=people)
    context = {"form": form, "absences": rows.select_related("user", "stand_in")}
    return render(request, "today/absences.html", context)


@require_POST
@needs("member")
def back(request: Signed, absence_id: int) -> HttpResponse:
    """Strike out an absence: the person is there after all."""
    user = request.user
    rows = Absence.objects.all() if user.may("manager") else user.absences.all()
    absence = get_object_or_404(rows, pk=absence_id)
    now: datetime = the_time()
    actions.be_back(absence, by=user, today=day_of(Business.current(), now)[0], now=now)
    return redirect("today:absences")
