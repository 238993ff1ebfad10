"""The ground floor as a Django app."""

from django.apps import AppConfig


class BaseConfig(AppConfig):
    """Holds the settings of each practice and the background work."""

    name = "fondly.base"
    label = "base"
