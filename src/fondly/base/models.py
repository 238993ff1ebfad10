"""What the ground floor remembers: the switch and the holdout share of each reason."""

from django.db import models


class ReasonSetting(models.Model):
    """Whether a practice's reason is on, and which share of clients it holds out."""

    reason = models.CharField(max_length=80, unique=True)  # “rhythm.quiet”
    is_on = models.BooleanField(default=True)
    holdout_share = models.FloatField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(holdout_share__gte=0, holdout_share__lte=0.5),
                name="holdout_share_is_a_share",
            ),
        ]

    def __str__(self) -> str:
        return self.reason
