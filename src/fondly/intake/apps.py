"""How intake joins the house."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """Registers what intake gives other apps."""

    name = "fondly.intake"
    label = "intake"
