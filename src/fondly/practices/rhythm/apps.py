"""How rhythm joins the house."""

from django.apps import AppConfig


class RhythmConfig(AppConfig):
    """Registers what rhythm gives other apps."""

    name = "fondly.practices.rhythm"
    label = "rhythm"
