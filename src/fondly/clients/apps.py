"""How clients joins the house."""

from django.apps import AppConfig


class ClientsConfig(AppConfig):
    """Registers what clients gives other apps."""

    name = "fondly.clients"
    label = "clients"
