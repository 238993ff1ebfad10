"""How today joins the house."""

from django.apps import AppConfig


class TodayConfig(AppConfig):
    """Registers what today gives other apps."""

    name = "fondly.today"
    label = "today"
