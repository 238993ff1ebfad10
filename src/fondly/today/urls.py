"""Addresses of Today."""

from django.urls import path

from fondly.today.views import outcomes, page

app_name = "today"
urlpatterns = [
    path("", page.today, name="today"),
    path("client/<int:client_id>/", page.aside, name="aside"),
    path("<int:action_id>/done/", outcomes.done, name="done"),
    path("<int:action_id>/snooze/", outcomes.snooze, name="snooze"),
    path("<int:action_id>/not-needed/", outcomes.not_needed, name="not-needed"),
    path("<int:action_id>/undo/", outcomes.undo, name="undo"),
]
