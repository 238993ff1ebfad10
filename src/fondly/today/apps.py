"""How today joins the house."""

from django.apps import AppConfig
from django.utils.module_loading import import_string


class TodayConfig(AppConfig):
    """Registers what today gives other apps."""

    name = "fondly.today"
    label = "today"

    def ready(self) -> None:
        """Join once the models are loaded."""
        import_string("fondly.today.practice.join")()
