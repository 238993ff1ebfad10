"""Addresses of the client page and everything written about a client."""

from django.urls import path

from fondly.clients.views import client, labels, own, panels, people, personal, trade

app_name = "clients"
CLIENT = "clients/<int:client_id>/"
urlpatterns = [
    path("clients/new/", client.new, name="new"),
    path("clients/names/", own.names, name="names"),
    path(CLIENT, client.client, name="client"),
    path(f"{CLIENT}edit/", client.edit, name="edit"),
    path(f"{CLIENT}close/", client.close, name="close"),
    path(f"{CLIENT}reopen/", client.reopen, name="reopen"),
    path(f"{CLIENT}stage/", client.stage, name="stage"),
    path(f"{CLIENT}people/", panels.people, name="people"),
    path(f"{CLIENT}labels/", panels.labels, name="labels"),
    path(f"{CLIENT}labels/put/", panels.put_labels, name="put_labels"),
    path(f"{CLIENT}contracts/", panels.contracts, name="contracts"),
    path(f"{CLIENT}consent/", panels.consent, name="consent"),
    path(f"{CLIENT}about/", panels.own_fields, name="own_fields"),
    path(f"{CLIENT}notes/", panels.notes, name="notes"),
    path(f"{CLIENT}notes/put/", panels.put_notes, name="put_notes"),
    path(f"{CLIENT}contacts/add/", people.add_contact, name="add_contact"),
    path(f"{CLIENT}contacts/<int:contact_id>/", people.contact, name="contact"),
    path(
        f"{CLIENT}contacts/<int:contact_id>/remove/",
        people.remove_contact,
        name="remove_contact",
    ),
    path(f"{CLIENT}points/<int:point_id>/dead/", people.point_dead, name="point_dead"),
    path(f"{CLIENT}addresses/add/", people.add_address, name="add_address"),
    path(f"{CLIENT}addresses/<int:address_id>/", people.address, name="address"),
    path(
        f"{CLIENT}addresses/<int:address_id>/remove/",
        people.remove_address,
        name="remove_address",
    ),
    path(f"{CLIENT}dates/add/", people.add_date, name="add_date"),
    path(f"{CLIENT}dates/<int:date_id>/", people.date, name="date"),
    path(f"{CLIENT}dates/<int:date_id>/remove/", people.remove_date, name="remove_date"),
    path(f"{CLIENT}orders/add/", trade.add_order, name="add_order"),
    path(f"{CLIENT}orders/<int:order_id>/", trade.order, name="order"),
    path(f"{CLIENT}contracts/add/", trade.add_contract, name="add_contract"),
    path(f"{CLIENT}contracts/<int:contract_id>/", trade.contract, name="contract"),
    path(f"{CLIENT}consent/add/", trade.add_consent, name="add_consent"),
    path(f"{CLIENT}export/", personal.export, name="export"),
    path(f"{CLIENT}erase/", personal.erase, name="erase"),
    path("settings/fields/", own.fields, name="fields"),
    path("settings/fields/<int:field_id>/", own.field, name="field"),
    path("settings/fields/<int:field_id>/remove/", own.remove_field, name="remove_field"),
    path("settings/labels/", labels.labels, name="settings_labels"),
    path("settings/labels/<int:label_id>/", labels.label, name="label"),
    path("settings/labels/<int:label_id>/merge/", labels.merge, name="merge_label"),
    path("settings/labels/<int:label_id>/remove/", labels.remove, name="remove_label"),
    path("settings/rates/", own.exchange_rates, name="rates"),
    path("settings/rates/<int:rate_id>/remove/", own.remove_rate, name="remove_rate"),
]
