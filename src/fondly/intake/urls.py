"""Addresses of imports."""

from django.urls import path

from fondly.intake import views

app_name = "intake"
ONE = "imports/<int:import_id>/"
urlpatterns = [
    path("imports/", views.imports, name="imports"),
    path(ONE, views.one, name="import"),
    path(f"{ONE}progress/", views.progress, name="progress"),
    path(f"{ONE}publish/", views.publish, name="publish"),
    path(f"{ONE}cancel/", views.cancel, name="cancel"),
    path(f"{ONE}resume/", views.resume, name="resume"),
    path(f"{ONE}undo/", views.undo, name="undo"),
    path(f"{ONE}errors.csv", views.errors, name="errors"),
    path(f"{ONE}kept.csv", views.kept, name="kept"),
]
