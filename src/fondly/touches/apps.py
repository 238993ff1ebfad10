"""How touches joins the house."""

from django.apps import AppConfig


class TouchesConfig(AppConfig):
    """Registers what touches gives other apps."""

    name = "fondly.touches"
    label = "touches"
