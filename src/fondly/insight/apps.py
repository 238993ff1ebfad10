"""How insight joins the house."""

from django.apps import AppConfig


class InsightConfig(AppConfig):
    """Registers what insight gives other apps."""

    name = "fondly.insight"
    label = "insight"
