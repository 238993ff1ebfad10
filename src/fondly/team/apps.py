"""How team joins the house."""

from django.apps import AppConfig


class TeamConfig(AppConfig):
    """Registers what team gives other apps."""

    name = "fondly.team"
    label = "team"
