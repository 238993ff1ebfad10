"""Imports: a file on its way in, how it was understood, and what it changed."""

from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from fondly.clients.models import Arrival
from fondly.team.models import User

SILENCE = timedelta(seconds=30)


class ImportState(models.TextChoices):
    """How far an import has come."""

    UPLOADED = "uploaded", _("Uploaded")
    CHECKED = "checked", _("Checked")
    STAGING = "staging", _("Staging")
    PUBLISHING = "publishing", _("Publishing")
    PUBLISHED = "published", _("Published")
    CANCELLING = "cancelling", _("Being cancelled")
    CANCELLED = "cancelled", _("Cancelled")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")
    FAILED = "failed", _("Failed")


class Import(models.Model):
    """One file, from upload to publication or undo."""

    class About(models.TextChoices):
        """What the rows of the file are."""

        CLIENTS = "clients", _("Clients")
        ORDERS = "orders", _("Orders")

    about = models.CharField(max_length=7, choices=About)
    state = models.CharField(
        max_length=10, choices=ImportState, default=ImportState.UPLOADED
    )
    # The name as the user knows it; the file itself stands in FONDLY_HOME/imports/<id>/.
    filename = models.CharField(max_length=200)
    size = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    # How it was read (delimiter, encoding, decimal, date style) and which column is what.
    reading = models.JSONField(default=dict)
    mapping = models.JSONField(default=dict)
    rows = models.BigIntegerField(default=0)
    rows_done = models.BigIntegerField(default=0)
    # {"created": …, "changed": …, "skipped": …, "rejected": …, by table}
    counts = models.JSONField(default=dict)
    problem = models.TextField(blank=True)
    arrival = models.OneToOneField(
        Arrival, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    user = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    # One import at a time writes: the running one holds lane 1, the others none.
    lane = models.PositiveSmallIntegerField(null=True, blank=True, unique=True)
    # Who runs it: a new runner takes over, and the old one's next step takes no effect.
    runner = models.CharField(max_length=32, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    # Where a resumed run goes on: the step, its last row, reserved and used keys.
    progress = models.JSONField(default=dict)
    published_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.filename

    @property
    def is_running(self) -> bool:
        """Tell whether it is writing, or was when it was interrupted."""
        return self.lane is not None

    @property
    def has_good_rows(self) -> bool:
        """Tell whether the check took any row."""
        return any(self.counts.get(what) for what in ("created", "changed", "skipped"))

    @property
    def is_taken_back(self) -> bool:
        """Tell whether nothing of it is here any more, but what an undo had to keep."""
        return self.state in {ImportState.CANCELLED, ImportState.UNDONE}

    def is_interrupted(self, now: datetime) -> bool:
        """Tell whether it was writing and has not been heard of for a while."""
        silent = self.heartbeat_at is None or now - self.heartbeat_at > SILENCE
        return self.is_running and silent

    def seconds_left(self, now: datetime) -> int | None:
        """Guess how long the rest takes, from how long the rows done took.

        Of one that was interrupted time ran until it was last heard of.
        """
        if not self.rows_done or self.started_at is None or self.rows_done >= self.rows:
            return None
        until = min(now, self.heartbeat_at or now)
        spent = (until - self.started_at).total_seconds()
        return round(spent * (self.rows - self.rows_done) / self.rows_done)


class ImportChange(models.Model):
    """The values an import replaced in one row, so that undo can restore them."""

    source = models.ForeignKey(Import, models.CASCADE, related_name="changes")
    table = models.CharField(max_length=40)
    row_id = models.BigIntegerField()
    before = models.JSONField()
    after = models.JSONField()
    version = models.PositiveIntegerField()  # the row's version after the change

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "table", "row_id"], name="change_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.row_id}"


class KeptMapping(models.Model):
    """How columns were mapped last time, kept by the set of column names."""

    about = models.CharField(max_length=7)
    signature = models.CharField(max_length=64)
    mapping = models.JSONField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["about", "signature"], name="mapping_kept_once"
            ),
        ]

    def __str__(self) -> str:
        return self.signature
