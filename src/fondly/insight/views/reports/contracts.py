"""The contracts behind a number of the calendar."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from fondly.base.errors import Refusal
from fondly.insight.models import Coming
from fondly.insight.models.report import ALL
from fondly.insight.telling.reports import calendar, periods
from fondly.insight.views.reports.seen import Seen
from fondly.team.access import Signed

PAGE = 50
COUNTED = 1_000


@require_safe
def contracts_page(request: Signed) -> HttpResponse:
    """Show each contract with a day of one kind, in the order of the days."""
    seen = Seen(request)
    asked = {"kind": request.GET.get("kind", ""), "month": request.GET.get("month", "")}
    if asked["kind"] not in calendar.KINDS:
        asked["kind"] = "renewal"
    found = _asked(seen, **asked)
    after = _place(request.GET.get("after", ""))
    number = 0 if after else len(found.values_list("pk")[: COUNTED + 1])
    rows = list((found.filter(after) if after else found)[: PAGE + 1])
    shown = rows[:PAGE]
    kept = urlencode([*asked.items(), *seen.shared])
    context = {
        "finding": _finding(number, **asked) if not after else "",
        "name": calendar.KINDS[asked["kind"]],
        "rows": shown,
        "run": seen.run,
        "currency": seen.scope.currency,
        "kept": urlencode(seen.shared),
        "kinds": calendar.KINDS.items(),
        "first_url": f"?{kept}" if after else "",
        "next_url": f"?{kept}&after={shown[-1].day}.{shown[-1].pk}"
        if len(rows) > PAGE
        else "",
    } | asked
    return render(request, "insight/reports/contracts.html", context)


def _asked(seen: Seen, *, kind: str, month: str) -> Any:
    """Return the rows this person may see, in order."""
    rows = Coming.objects.of_run(seen.run.pk if seen.run else 0).filter(kind=kind)
    if month:
        rows = rows.filter(day__range=_days(month))
    if seen.whose != ALL:
        rows = rows.filter(owner=seen.whose)
    if not seen.sees_all:
        rows = rows.filter(client__in=seen.scope.clients())
    return rows.select_related("client", "contract").order_by("day", "pk")


def _days(month: str) -> tuple[date, date]:
    try:
        number = periods.number(month)
        return periods.first_day(number), periods.last_day(number)
    except ValueError as error:
        raise Refusal(_("A month is written like 2026-03.")) from error


def _place(text: str) -> Q | None:
    """Read where a page begins; None where the text is no place."""
    day, _dot, key = text.partition(".")
    try:
        last, number = date.fromisoformat(day), int(key)
    except ValueError:
        return None
    return Q(day__gte=last) & (Q(day__gt=last) | Q(pk__gt=number))


def _finding(number: int, *, kind: str, month: str) -> str:
    text = ngettext("%(name)s: %(n)s contract", "%(name)s: %(n)s contracts", number)
    many = _("more than %(n)s") % {"n": f"{COUNTED:,}"}
    said = text % {
        "name": calendar.KINDS[kind],
        "n": many if number > COUNTED else f"{number:,}",
    }
    when = periods.month(periods.number(month)) if month else _("within a year")
    return f"{said}, {when}."
