"""Saved views of the client list."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from fondly.team.models import User


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    """Questions about many views."""

    def for_user(self, user: User) -> Self:
        """Keep a person's own views and those shared with the team."""
        return self.filter(models.Q(user=user) | models.Q(is_shared=True))

    def that_ask_for(self, field: str) -> Self:
        """Keep the views with a condition on this field."""
        return self.filter(query__contains=f"field={field}&")

    def that_cut(self) -> Self:
        """Keep those by which reports are cut: shared ones that ask for some clients, and
        not for those of a number in a report itself."""
        asking = models.Q(query__contains="field=") | models.Q(query__startswith="q=")
        rows = self.filter(asking, is_shared=True)
        return rows.exclude(query__contains="field=report&").order_by("name", "pk")


class SavedView(models.Model):
    """A question to the client list, kept by name: the query string it stands for."""

    name = models.CharField(_("name"), max_length=80)
    query = models.TextField()
    user = models.ForeignKey(User, models.CASCADE, related_name="views")
    is_shared = models.BooleanField(_("for the whole team"), default=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["user", "name"], name="view_name_once"),
        ]

    def __str__(self) -> str:
        return self.name

    def may_be_deleted_by(self, user: User) -> bool:
        """Tell whether it is this person's own, or shared and the person a manager."""
        return self.user_id == user.pk or (self.is_shared and user.may("manager"))
