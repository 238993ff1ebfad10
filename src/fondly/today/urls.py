"""Addresses of Today."""

from django.urls import path

from fondly.today.views import looking, outcomes, page, settings, team

app_name = "today"
urlpatterns = [
    path("", page.today, name="today"),
    path("look/", looking.compute, name="look"),
    path("team/", team.team, name="team"),
    path("team/hand-over/", team.hand_over, name="hand-over"),
    path("absences/", team.absences, name="absences"),
    path("absences/<int:absence_id>/remove/", team.back, name="absence-remove"),
    path("reasons/", settings.reasons, name="reasons"),
    path("client/<int:client_id>/", page.aside, name="aside"),
    path("client/<int:client_id>/next/", page.next_for, name="next"),
    path("<int:action_id>/done/", outcomes.done, name="done"),
    path("<int:action_id>/snooze/", outcomes.snooze, name="snooze"),
    path("<int:action_id>/not-needed/", outcomes.not_needed, name="not-needed"),
    path("<int:action_id>/undo/", outcomes.undo, name="undo"),
]
