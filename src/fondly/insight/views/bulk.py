"""Changing many clients of the list: looked at with its count first, then made."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from fondly.base.clock import now
from fondly.base.errors import Refusal
from fondly.base.web import render_page
from fondly.insight.actions import bulk
from fondly.insight.listing.answer import count
from fondly.insight.listing.question import Question, question
from fondly.insight.listing.scope import Scope
from fondly.insight.models import BulkChange
from fondly.insight.views.bulk_form import BulkForm
from fondly.team.access import Signed, needs


@require_POST
@needs("member")
def look(request: Signed) -> HttpResponse:
    """Say what would be changed and in how many clients; nothing is yet."""
    form, asked, ids, total = _read(request)
    if form.is_valid():
        _refuse_nothing(total)
        wish = BulkChange(user=request.user, client_ids=ids, asked_at=now(), **form.asked)
        bulk.change_of(wish, Scope(request.user))
    context = {
        "form": form,
        "total": total,
        "ids": ids,
        "query": asked.query(),
        "back": _list(asked),
    }
    status = 422 if form.errors else 200
    return render(request, "insight/bulk.html", context, status=status)


@require_POST
@needs("member")
def make(request: Signed) -> HttpResponse:
    """Make the change: at once where it is small, in the background otherwise."""
    form, asked, ids, total = _read(request)
    if not form.is_valid():
        raise Refusal(_("Choose what is to be changed."))
    _refuse_nothing(total)
    query = asked.query()
    made = bulk.ask(
        request.user, **form.asked, query=query, client_ids=ids, total=total, now=now()
    )
    if made.is_running:
        return redirect("insight:bulk-result", made.pk)
    if made.problem:
        raise Refusal(made.problem)
    messages.success(request, _result(made))
    return redirect(_list(asked))


@require_safe
@needs("member")
def result(request: Signed, bulk_id: int) -> HttpResponse:
    """Show how far one's own change is, and what came of it."""
    found = get_object_or_404(BulkChange, pk=bulk_id, user=request.user)
    context = {"bulk": found, "words": _result(found)}
    return render_page(request, "insight/bulk_result.html", context, part="progress")


def _read(request: Signed) -> tuple[BulkForm, Question, list[int] | None, int]:
    """Return the change, the question, the clients checked (None: all), and how many."""
    scope = Scope(request.user)
    asked = question(QueryDict(request.POST.get("query", "")[:8000]), scope)
    form = BulkForm(request.POST, scope=scope)
    if request.POST.get("who") == "all":
        return form, asked, None, count(asked, scope)
    given = request.POST.getlist("id")[: bulk.MOST_CHECKED]
    ids = [int(key) for key in given if key.isdecimal() and len(key) < 19]
    seen = scope.clients().filter(pk__in=ids).order_by("pk")
    ids = list(seen.values_list("pk", flat=True))
    return form, asked, ids, len(ids)


def _refuse_nothing(total: int) -> None:
    if not total:
        raise Refusal(_("Nobody is checked. Check some clients in the list first."))


def _result(made: BulkChange) -> str:
    changed: Any = ngettext(
        "%(n)d client was changed.", "%(n)d clients were changed.", made.changed
    )
    words = str(changed % {"n": made.changed})
    if rest := made.seen - made.changed:
        same = ngettext(
            "%(n)d was so already, or is closed.",
            "%(n)d were so already, or are closed.",
            rest,
        )
        words += " " + str(same % {"n": rest})
    return words


def _list(asked: Question) -> str:
    query = asked.query()
    return f"{reverse('insight:clients')}{'?' if query else ''}{query}"
