"""How moments joins the house."""

from django.apps import AppConfig


class MomentsConfig(AppConfig):
    """Registers what moments gives other apps."""

    name = "fondly.practices.moments"
    label = "moments"
