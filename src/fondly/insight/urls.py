"""Addresses of the client list, search, signals and tiers."""

from django.urls import URLPattern, URLResolver, path

from fondly.insight.views import panels

app_name = "insight"
urlpatterns: list[URLPattern | URLResolver] = [
    path("clients/<int:client_id>/figures/", panels.figures, name="figures"),
    path("clients/<int:client_id>/rhythm/", panels.rhythm, name="rhythm"),
    path("clients/<int:client_id>/give-and-ask/", panels.give_and_ask, name="give-and-ask"),
    path("clients/<int:client_id>/why/", panels.why, name="why"),
]
