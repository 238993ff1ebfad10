"""A change to many clients at once: what was asked, how far it is, what came of it."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from fondly.team.models import User


class BulkChange(models.Model):
    """One change to those checked in the client list, or to all that answer a question.

    It is made some clients at a time; `seen` and `place` say where it goes on.
    """

    class Kind(models.TextChoices):
        """What is changed."""

        ADD_TAG = "add_tag", _("Add a tag")
        REMOVE_TAG = "remove_tag", _("Remove a tag")
        OWNER = "owner", _("Who looks after them")
        STAGE = "stage", _("Stage by hand")

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    kind = models.CharField(max_length=10, choices=Kind)
    # The tag's name, the key of the person, or the stage; empty for nobody or “as seen”.
    value = models.CharField(max_length=60, blank=True)
    until = models.DateField(null=True, blank=True)
    query = models.TextField(blank=True)
    client_ids: Any = models.JSONField(null=True, blank=True)  # None: all that answer
    total = models.PositiveIntegerField()
    seen = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    place = models.TextField(blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.value}".strip()

    @property
    def is_running(self) -> bool:
        """Tell whether there is something left to do."""
        return self.finished_at is None
