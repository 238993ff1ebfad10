"""Addresses of the client list, search, signals and tiers."""

from django.urls import URLPattern, URLResolver, path

from fondly.insight.views import bulk, clients, export, panels, quality, tiers
from fondly.insight.views.reports import contracts, pages

app_name = "insight"
urlpatterns: list[URLPattern | URLResolver] = [
    path("clients/<int:client_id>/figures/", panels.figures, name="figures"),
    path("clients/<int:client_id>/rhythm/", panels.rhythm, name="rhythm"),
    path("clients/<int:client_id>/give-and-ask/", panels.give_and_ask, name="give-and-ask"),
    path("clients/<int:client_id>/why/", panels.why, name="why"),
    path("clients/", clients.clients, name="clients"),
    path("clients/find/", clients.find, name="find"),
    path("clients/rule/", clients.rule, name="rule"),
    path("clients/bulk/", bulk.look, name="bulk"),
    path("clients/bulk/make/", bulk.make, name="bulk-make"),
    path("clients/bulk/<int:bulk_id>/", bulk.result, name="bulk-result"),
    path("clients/export/", export.export, name="export"),
    path("clients/views/", clients.keep, name="keep-view"),
    path("clients/views/<int:view_id>/delete/", clients.forget, name="delete-view"),
    path("clients/<int:client_id>/tier/", tiers.tier_why, name="tier-why"),
    path("insight/", pages.equity_page, name="equity"),
    path("insight/retention/", pages.retention_page, name="retention"),
    path("insight/leaving/", pages.leaving_page, name="leaving"),
    path("insight/contracts/", contracts.contracts_page, name="contracts"),
    path("insight/csv/<slug:tab>/<slug:slug>/", pages.csv_file, name="report-file"),
    path("insight/quality/", quality.quality, name="quality"),
    path("settings/tiers/", tiers.tiers, name="tiers"),
    path("settings/tiers/apply/", tiers.apply_tiers, name="tiers-apply"),
]
