"""The team page: colleagues, their roles, invitations and links to copy."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fondly.base.clock import now
from fondly.team import letters, rules
from fondly.team.access import Signed, asked_again, needs
from fondly.team.actions import invitations, links, people
from fondly.team.forms import InviteForm, PersonForm, words_on
from fondly.team.models import Invitation, User

# A hint needs no exact number, and an exact count of a large book takes time.
MANY = 1_000


@require_safe
@needs("manager")
def team(request: Signed) -> HttpResponse:
    """Show everybody, and who has been invited."""
    return _team(request, InviteForm(giver=request.user.role))


def _team(request: Signed, form: InviteForm, *, status: int = 200) -> HttpResponse:
    context = {
        "people": User.objects.listed(),
        "invitations": Invitation.objects.open(now()).select_related("invited_by"),
        "form": form,
    }
    return render(request, "team/people.html", context, status=status)


@require_POST
@never_cache
@needs("manager")
@asked_again
def invite(request: Signed) -> HttpResponse:
    """Invite a colleague and show the link, this once."""
    form = InviteForm(request.POST, giver=request.user.role)
    if form.is_valid():
        with words_on(form):
            invitation, secret = invitations.invite(
                **form.cleaned_data, by=request.user, now=now()
            )
            url = request.build_absolute_uri(reverse("team:invitation", args=[secret]))
            context = {
                "title": _("Invitation for %(email)s") % {"email": invitation.email},
                "url": url,
                "days": rules.INVITATION_LASTS.days,
                "was_mailed": letters.send_invitation(invitation, url=url),
            }
            return render(request, "team/link.html", context)
    return _team(request, form, status=422)


@require_POST
@needs("manager")
def withdraw(request: Signed, invitation_id: int) -> HttpResponse:
    """End an invitation."""
    invitation = get_object_or_404(Invitation, pk=invitation_id)
    invitations.withdraw(invitation, by=request.user, now=now())
    messages.success(request, _("The invitation was withdrawn."))
    return redirect("team:team")


@require_http_methods(["GET", "HEAD", "POST"])
@needs("manager")
def person(request: Signed, person_id: int) -> HttpResponse:
    """Show a colleague and change their name, role and capacity."""
    someone = get_object_or_404(User, pk=person_id)
    may = rules.may_change(theirs=someone.role, mine=request.user.role)
    form = PersonForm(request.POST or None, instance=someone, giver=request.user.role)
    if request.method == "POST" and form.is_valid():
        with words_on(form):
            _change(someone, form, request)
            messages.success(request, _("Saved."))
            return redirect("team:team")
    context = {
        "person": User.objects.get(pk=person_id),
        "form": form,
        "may_change": may,
        "clients": len(someone.clients.values_list("pk")[: MANY + 1]),
        "many": MANY,
    }
    return render(request, "team/person.html", context, status=422 if form.errors else 200)


def _change(someone: User, form: PersonForm, request: Signed) -> None:
    """Write what the form says; the form itself has changed only its own copy."""
    asked = dict(form.cleaned_data)
    fresh = User.objects.get(pk=someone.pk)
    by, at = request.user, now()
    people.give_role(fresh, role=asked.pop("role"), by=by, now=at)
    people.change(fresh, by=by, now=at, **asked)


@require_POST
@needs("manager")
def deactivate(request: Signed, person_id: int) -> HttpResponse:
    """End a colleague's way in."""
    words = _("%(name)s can no longer sign in.")
    return _by_button(request, person_id, people.deactivate, words)


@require_POST
@needs("manager")
def reactivate(request: Signed, person_id: int) -> HttpResponse:
    """Let a colleague in again."""
    words = _("%(name)s may sign in again.")
    return _by_button(request, person_id, people.reactivate, words)


@require_POST
@needs("manager")
def end_sessions(request: Signed, person_id: int) -> HttpResponse:
    """End a colleague's sessions on all devices."""
    words = _("Every session of %(name)s has ended.")
    return _by_button(request, person_id, people.end_sessions, words)


def _by_button(
    request: Signed, person_id: int, change: Callable[..., object], words: str
) -> HttpResponse:
    """Make a change that takes one press of a button, and say so on the person's page."""
    someone = get_object_or_404(User, pk=person_id)
    change(someone, by=request.user, now=now())
    messages.success(request, words % {"name": someone})
    return redirect("team:person", person_id)


@require_POST
@never_cache
@needs("owner")
@asked_again
def reset_link(request: Signed, person_id: int) -> HttpResponse:
    """Make a link by which a colleague sets a new password, and show it this once."""
    someone = get_object_or_404(User, pk=person_id)
    uid, key = links.reset_key(someone, by=request.user, now=now())
    path = reverse("account_reset_password_from_key", args=[uid, key])
    context = {
        "title": _("New password for %(name)s") % {"name": someone},
        "url": request.build_absolute_uri(path),
        "days": settings.PASSWORD_RESET_TIMEOUT // 86_400,
        "person": someone,
    }
    return render(request, "team/link.html", context)
