"""How clients joins the house."""

from django.apps import AppConfig
from django.utils.module_loading import import_string


class ClientsConfig(AppConfig):
    """Registers what clients gives other apps."""

    name = "fondly.clients"
    label = "clients"

    def ready(self) -> None:
        """Join once the models are loaded."""
        import_string("fondly.clients.practice.join")()
