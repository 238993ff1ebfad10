"""How today joins the house."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from fondly.base.news import listen
from fondly.base.practice import practices
from fondly.base.registry import MenuItem, menu


class TodayConfig(AppConfig):
    """Registers what today gives other apps."""

    name = "fondly.today"
    label = "today"

    def ready(self) -> None:
        """Listen to what happens; practices hear it first, so that they can answer."""
        from fondly.today.actions import hear  # noqa: PLC0415 - models are loaded by now

        for practice in practices():
            if practice.on_news:
                listen(practice.on_news)
        listen(hear)
        menu.add(
            "reasons",
            MenuItem(
                slug="reasons",
                title=_("Reasons and holdouts"),
                url_name="today:reasons",
                place="settings",
                order=30,
                roles=frozenset({"owner", "manager"}),
            ),
        )
        menu.add(
            "today",
            MenuItem(slug="today", title=_("Today"), url_name="today:today", order=10),
        )
