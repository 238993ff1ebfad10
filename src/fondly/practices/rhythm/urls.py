"""Addresses of plans and the ten best."""

from django.urls import path

from fondly.practices.rhythm import views

app_name = "rhythm"
CLIENT = "clients/<int:client_id>/"
urlpatterns = [
    path("top-ten/", views.top_ten, name="top-ten"),
    path("top-ten/<int:place_id>/special/", views.special, name="special"),
    path("top-ten/<int:place_id>/replace/", views.replace, name="replace"),
    path(f"{CLIENT}plan/", views.plan, name="plan"),
    path(f"{CLIENT}plan/add/", views.add, name="plan-add"),
    path(f"{CLIENT}plan/<int:reminder_id>/", views.reminder, name="reminder"),
    path(f"{CLIENT}plan/<int:reminder_id>/stop/", views.stop, name="reminder-stop"),
    path(f"{CLIENT}cadence/", views.cadence, name="cadence"),
]
