"""Saved views of the client list."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from fondly.team.models import User


class SavedView(models.Model):
    """A question to the client list, kept by name: the query string it stands for."""

    name = models.CharField(_("name"), max_length=80)
    query = models.TextField()
    user = models.ForeignKey(User, models.CASCADE, related_name="views")
    is_shared = models.BooleanField(_("for the whole team"), default=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["user", "name"], name="view_name_once"),
        ]

    def __str__(self) -> str:
        return self.name
