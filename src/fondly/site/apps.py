"""The roof as a Django app: its static files, templates and components."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Registers nothing; gives the shell."""

    name = "fondly.site"
    label = "site"
