"""How intake joins the house."""

from django.apps import AppConfig
from django.utils.module_loading import import_string


class IntakeConfig(AppConfig):
    """Registers what intake gives other apps."""

    name = "fondly.intake"
    label = "intake"

    def ready(self) -> None:
        """Join once the models are loaded."""
        import_string("fondly.intake.practice.join")()
