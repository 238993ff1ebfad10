"""The ledger of who was held out of what."""

from secrets import token_hex

from django.db import models

from fondly.clients.models import Client


class HoldoutSalt(models.Model):
    """What the lots of all holdouts are drawn with: made once, row number 1.

    It stands in the database, not in the settings: a new secret key must not reshuffle
    who is held out.
    """

    salt = models.CharField(max_length=64, default=token_hex)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="holdout_salt_is_one"),
        ]

    def __str__(self) -> str:
        return "salt"

    @classmethod
    def value(cls) -> str:
        """Return the salt, made on first use."""
        return cls.objects.get_or_create(pk=1)[0].salt


class HoldoutEntry(models.Model):
    """A client became eligible for a reason or programme and was given an arm, for good.

    Lots drawn while the share was 0 are no draw: they are drawn anew once there is one.
    """

    programme = models.CharField(max_length=80)  # “rhythm.quiet”
    client = models.ForeignKey(Client, models.CASCADE, related_name="holdouts")
    is_held_out = models.BooleanField()
    share = models.FloatField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "client"], name="holdout_is_sticky"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme}: {self.client_id}"
