"""The columns there are: an allow-list, and the fields of one's own as they stand."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from fondly.base.sources import SignalSource, signal_sources
from fondly.clients.models import Client, FieldDefinition, Kind, LeavingReason, Stage
from fondly.insight.listing.column import Column, Row
from fondly.insight.models import Basis

GROUPS: dict[str, Any] = {
    "client": _("The client"),
    "worth": _("Worth"),
    "rhythm": _("Rhythm"),
    "contracts": _("Contracts"),
    "attention": _("Attention"),
    "reach": _("Reach"),
    "told": _("From elsewhere"),
    "own": _("Own fields"),
}
# In the order of the list below.
SHOWN = ["stage", "tier", "owner", "worth", "active", "last_order"]
YES_NO = (("yes", _("yes")), ("no", _("no")))
OWN_KINDS = {"text": "text", "number": "number", "date": "date", "choice": "choice"}


def _of_client(name: str) -> Callable[[Row], Any]:
    return lambda row: getattr(row.client, name)


def _of_signal(name: str) -> Callable[[Row], Any]:
    return lambda row: getattr(row.signal, name, None)


def _named(name: str) -> Callable[[Row], Any]:
    # Django's own `get_…_display` makes a table of all choices for every single value.
    field: Any = Client._meta.get_field(name)
    labels = dict(field.flatchoices)

    def read(row: Row) -> str:
        value = getattr(row.client, name)
        return str(labels.get(value, value))

    return read


def _more(name: str) -> Callable[[Row], Any]:
    return lambda row: row.more.get(name, "")


def _own(slug: str) -> Callable[[Row], Any]:
    return lambda row: row.client.extra.get(slug)


def _client(key: str, label: Any, kind: str = "text", **more: Any) -> Column:
    named = kind == "choice" and key != "tier"
    read = _named(key) if named else _of_client(key)
    row: dict[str, Any] = {"path": key, "group": "client", "read": read} | more
    return Column(key=key, label=label, kind=kind, **row)


def _fetched(
    key: str, label: Any, loads: str, *, path: str = "", kind: str = "text"
) -> Column:
    """Return a column of what stands beside the client, fetched for a page at a time."""
    return _client(key, label, kind, path=path or key, read=_more(key), loads=loads)


def _signal(
    key: str, label: Any, kind: str, group: str, name: str = "", **more: Any
) -> Column:
    name = name or key
    row: dict[str, Any] = {"path": f"now__{name}", "read": _of_signal(name)} | more
    if choices := dict(more.get("choices", ())):
        row["read"] = lambda row: choices.get(getattr(row.signal, name, ""), "")
    return Column(key=key, label=label, kind=kind, group=group, **row)


FIXED = [
    _client("name", _("Name"), "folded", path="sort_name"),
    _client("number", _("Number")),
    _client("kind", _("Kind"), "choice", choices=Kind.choices),
    _client("stage", _("Stage"), "choice", choices=Stage.choices),
    _client("tier", _("Tier"), "choice"),
    _client("owner", _("Looked after by"), "user"),
    _client("industry", _("Industry")),
    _client("influence", _("Influence (1 to 5)"), "number"),
    _client("growth_potential", _("Growth potential (1 to 5)"), "number"),
    _client("client_since", _("Client since"), "date"),
    _client("language", _("Language")),
    _client("time_zone", _("Time zone")),
    _fetched("tag", _("Tag"), "labels", kind="label"),
    _fetched("interest", _("Interest"), "labels", kind="label"),
    _fetched("contact", _("Contact"), "people", path="contacts__name"),
    _fetched("email", _("E-mail"), "people", path="contacts__points__value"),
    _fetched("phone", _("Phone"), "people", path="contacts__points__value"),
    _fetched("city", _("City"), "addresses", path="addresses__city"),
    _fetched("country", _("Country"), "addresses", path="addresses__country"),
    _client("notes", _("Notes"), read=None),
    _client("closed_on", _("Closed on"), "date"),
    _client(
        "leaving_reason", _("Reason for leaving"), "choice", choices=LeavingReason.choices
    ),
    _client("created_at", _("Added"), "moment"),
    _signal("worth", _("Worth to come, 24 months"), "money", "worth", "worth_24m"),
    _signal("worth_low", _("Worth to come, low end"), "money", "worth", "worth_24m_low"),
    _signal("worth_high", _("Worth to come, high end"), "money", "worth", "worth_24m_high"),
    _signal("worth_12m", _("Worth to come, 12 months"), "money", "worth"),
    _signal("revenue", _("Revenue ever"), "money", "worth"),
    _signal("revenue_12m", _("Revenue, 12 months"), "money", "worth"),
    _signal("mean_order", _("Usual order"), "money", "worth"),
    _signal("monetary_score", _("Monetary fifth"), "number", "worth"),
    _signal("active", _("Likely still active"), "share", "rhythm", "p_active"),
    _signal("act_by", _("Act by"), "date", "rhythm"),
    _signal("basis", _("Chance read from"), "choice", "rhythm", choices=Basis.choices),
    _signal("orders", _("Orders ever"), "number", "rhythm"),
    _signal("orders_12m", _("Orders, 12 months"), "number", "rhythm"),
    _signal("first_order", _("First order"), "date", "rhythm", "first_order_on"),
    _signal("last_order", _("Last order"), "date", "rhythm", "last_order_on"),
    _signal("days_since", _("Days since last order"), "days", "rhythm", "days_since_order"),
    _signal("gap", _("Usual gap in days"), "days", "rhythm", "gap_days"),
    _signal("cycles_silent", _("Silent for usual gaps"), "number", "rhythm"),
    _signal(
        "expected",
        _("Expected orders, 12 months"),
        "number",
        "rhythm",
        "expected_orders_12m",
    ),
    _signal("recency_score", _("Recency fifth"), "number", "rhythm"),
    _signal("frequency_score", _("Frequency fifth"), "number", "rhythm"),
    _signal("service_days", _("Length of service in days"), "days", "rhythm"),
    _signal("contracts", _("Contracts that hold"), "number", "contracts"),
    _signal("recurring", _("Agreed a year"), "money", "contracts", "recurring_12m"),
    _signal("renews", _("Next renewal"), "date", "contracts", "renews_on"),
    _signal("renewing", _("Likely to renew"), "share", "contracts", "p_renew"),
    _signal("notice_by", _("Last day of notice"), "date", "contracts"),
    _signal("price_step_on", _("Next change of price"), "date", "contracts"),
    _signal("price_step", _("Next change of price by"), "share", "contracts"),
    _signal("last_heard", _("Last word of theirs"), "date", "attention", "last_heard_on"),
    _signal("heard_days", _("Days on which they spoke"), "number", "attention"),
    _signal("answered", _("Answers our approaches"), "share", "attention"),
    _signal(
        "their_answer",
        _("Hours until they answer"),
        "number",
        "attention",
        "their_answer_hours",
    ),
    _signal(
        "our_answer", _("Hours until we answer"), "number", "attention", "our_answer_hours"
    ),
    _signal(
        "called_off",
        _("Meetings called off, 12 months"),
        "number",
        "attention",
        "called_off_12m",
    ),
    _signal("last_touch", _("Last touch"), "date", "attention", "last_touch_on"),
    _signal("days_since_touch", _("Days since last touch"), "days", "attention"),
    _signal("days_over", _("Days over cadence"), "days", "attention", "days_over_cadence"),
    _signal("gives", _("Gave, 12 months"), "number", "attention", "gives_12m"),
    _signal("asks", _("Asked, 12 months"), "number", "attention", "asks_12m"),
    _signal("balance", _("Give-and-ask balance"), "number", "attention"),
    _signal("reach_email", _("By e-mail"), "yes_no", "reach"),
    _signal("reach_phone", _("By phone"), "yes_no", "reach"),
    _signal("reach_post", _("By post"), "yes_no", "reach"),
    # No group: only the numbers of the reports ask for it.
    Column(key="report", label=_("The report"), kind="counted", group=""),
]


def told_columns() -> list[Column]:
    """Return a column for each signal that another app knows."""
    return [
        Column(
            key=f"told_{source.slug}",
            label=source.title,
            kind=source.kind,
            group="told",
            choices=source.choices,
            read=_told(source),
            source=source,
        )
        for source in signal_sources
    ]


def _told(source: SignalSource) -> Callable[[Row], Any]:
    labels: dict[Any, Any] = dict(source.choices)

    def read(row: Row) -> Any:
        value = row.told.get(source.slug)
        return labels.get(value, value) if labels else value

    return read


def own_column(field: FieldDefinition) -> Column:
    """Return the column of a field of one's own."""
    return Column(
        key=f"own_{field.slug}",
        label=field.label,
        kind="yes_no" if field.kind == "yes_no" else OWN_KINDS[field.kind],
        group="own",
        path=field.slug,
        is_own=True,
        choices=[(choice, choice) for choice in field.choices],
        read=_own(field.slug),
    )
