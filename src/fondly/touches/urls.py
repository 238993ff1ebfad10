"""Addresses of the log and the timeline, under the client's."""

from django.urls import path

from fondly.touches import views

app_name = "touches"
CLIENT = "clients/<int:client_id>/"
urlpatterns = [
    path(f"{CLIENT}log/", views.log, name="log"),
    path(f"{CLIENT}log/record/", views.record, name="record"),
    path(f"{CLIENT}timeline/", views.entries, name="timeline"),
    path(f"{CLIENT}touches/<int:touch_id>/withdraw/", views.withdraw, name="withdraw"),
]
