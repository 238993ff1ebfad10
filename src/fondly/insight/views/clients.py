"""The client list, its filters and the views kept of it."""

from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import replace_url

from fondly.base.clock import today_in
from fondly.base.web import render_page
from fondly.insight.actions import saved_views
from fondly.insight.listing.answer import answer
from fondly.insight.listing.cells import cell
from fondly.insight.listing.column import OPERATORS, Column
from fondly.insight.listing.columns import GROUPS, YES_NO
from fondly.insight.listing.question import Question, clean, question
from fondly.insight.listing.scope import Scope
from fondly.insight.listing.search import nearest
from fondly.insight.listing.sorting import SORTS
from fondly.insight.models import SavedView
from fondly.insight.views.bulk_form import BulkForm
from fondly.team.access import Signed

# Offered to everybody; the first asks for all.
READY = (
    ("", "All"),
    ("field=owner&op=is&value=me&upto=", "Mine"),
    ("field=stage&op=is&value=quiet&upto=", "Going quiet"),
    ("sort=worth", "Most worth to come"),
)


@require_safe
def clients(request: Signed) -> HttpResponse:
    """Show the clients that answer the question in the address."""
    scope = Scope(request.user)
    asked = question(request.GET, scope)
    context = _list(asked, scope) | _shell(asked, scope)
    response = render_page(request, "insight/clients.html", context, part="results")
    if request.htmx and not request.htmx.boosted:
        # The address says the question, not the form's empty fields.
        query = asked.query(after=asked.after)
        replace_url(response, f"{reverse('insight:clients')}{'?' if query else ''}{query}")
    return response


@require_safe
def rule(request: Signed) -> HttpResponse:
    """Show the operators and the value control of the field chosen for a filter."""
    scope = Scope(request.user)
    column = scope.columns.get(clean(request.GET.get("field", "")))
    return render(request, "insight/clients.html#rule", _rule(column, scope))


@require_safe
def find(request: Signed) -> HttpResponse:
    """Show the few clients nearest to what is being typed."""
    typed = clean(request.GET.get("q", ""))
    found = nearest(typed, Scope(request.user))
    # Without the shell, whose context would cost queries that this fragment has no use for.
    part = render_to_string("insight/find.html", {"found": found, "typed": typed})
    return HttpResponse(part)


@require_POST
def keep(request: Signed) -> HttpResponse:
    """Keep the question as a view and open it."""
    scope = Scope(request.user)
    asked = question(QueryDict(request.POST.get("query", "")[:8000]), scope)
    view = saved_views.keep_view(
        request.user,
        name=clean(request.POST.get("name", "")),
        query=asked.query(),
        is_shared=bool(request.POST.get("is_shared")),
    )
    return redirect(f"{reverse('insight:clients')}?{view.query}")


@require_POST
def forget(request: Signed, view_id: int) -> HttpResponse:
    """Delete a view."""
    theirs = SavedView.objects.for_user(request.user)
    saved_views.delete_view(get_object_or_404(theirs, pk=view_id), by=request.user)
    return redirect("insight:clients")


def _list(asked: Question, scope: Scope) -> dict[str, Any]:
    page = answer(asked, scope)
    here = reverse("insight:clients")
    today = today_in(str(scope.time_zone))
    return {
        "asked": asked,
        "answer": page,
        "table": [
            (row.client, [cell(c, row, scope, today) for c in asked.columns])
            for row in page.rows
        ],
        "heads": [
            _head(column, asked) for column in (scope.columns["name"], *asked.columns)
        ],
        "chips": [
            (a.words, f"{here}?{asked.without(a).query()}") for a in asked.conditions
        ],
        "next_url": f"{here}?{asked.query(after=page.next_place)}"
        if page.next_place
        else "",
        "first_url": f"{here}?{asked.query()}" if asked.after else "",
    }


def _head(column: Column, asked: Question) -> dict[str, Any]:
    """Return what stands above a column, with the address that sorts by it."""
    key = column.key
    if key not in SORTS:
        return {"column": column}
    state = ""
    if key == asked.sort:
        state = "descending" if asked.is_reversed != (key in FALLING) else "ascending"
    return {"column": column, "state": state, "query": asked.sorted_by(key).query()}


# These begin with the greatest.
FALLING = frozenset({"worth", "last_order", "days_since"})


def _shell(asked: Question, scope: Scope) -> dict[str, Any]:
    views = SavedView.objects.for_user(scope.user).select_related("user")
    return {
        "views": views,
        "bulk": BulkForm(scope=scope) if scope.user.may("member") else None,
        "deletable": [view for view in views if view.may_be_deleted_by(scope.user)],
        "may_write": scope.user.may("member"),
        "ready": [{"query": query, "name": _(name)} for query, name in READY],
        "query": asked.query(),
        "sorts": _sorts(),
        "grouped": _grouped(scope),
        "shown": {column.key for column in asked.columns},
        "pairs": [pair for pair in asked.pairs() if pair[0] in CONDITION],
    } | _rule(None, scope)


CONDITION = frozenset({"field", "op", "value", "upto"})


def _sorts() -> list[tuple[str, Any]]:
    found = []
    for key, sort in SORTS.items():
        found += [
            (key, sort.label),
            (f"-{key}", _("%(sort)s, reversed") % {"sort": sort.label}),
        ]
    return found


def _grouped(scope: Scope) -> list[tuple[Any, list[Column]]]:
    columns = scope.columns.values()
    return [
        (label, [c for c in columns if c.group == key])
        for key, label in GROUPS.items()
        if any(c.group == key for c in columns)
    ]


def _rule(column: Column | None, scope: Scope) -> dict[str, Any]:
    kinds = column.operators if column else list(OPERATORS)
    choices = scope.choices(column) if column else ()
    return {
        "rule": column,
        "operators": [(key, OPERATORS[key]) for key in kinds],
        "choices": YES_NO if column and column.kind == "yes_no" else choices,
    }
