"""How touches joins the house."""

from django.apps import AppConfig
from django.utils.module_loading import import_string


class TouchesConfig(AppConfig):
    """Registers what touches gives other apps."""

    name = "fondly.touches"
    label = "touches"

    def ready(self) -> None:
        """Join once the models are loaded."""
        import_string("fondly.touches.practice.join")()
