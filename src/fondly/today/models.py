"""Actions: what to do for whom, why, and what became of it."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, Self, TypeVar

from django.db import connection, models
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from fondly.clients.models import Client, Contact, ContactPoint
from fondly.insight.models import Signal
from fondly.team.models import Business, Role, User


class ActionState(models.TextChoices):
    """What became of an action, or of one of its reasons."""

    OPEN = "open", _("Open")
    SNOOZED = "snoozed", _("Snoozed")
    DONE = "done", _("Done")
    NOT_NEEDED = "not_needed", _("Not needed")
    ANSWERED = "answered", _("Answered by an order or a touch")
    PASSED = "passed", _("No longer due")


# A row as plain values.
Line = tuple[Any, ...]
LIVE = [ActionState.OPEN, ActionState.SNOOZED]
LIVE_IN_WORDS = """"today_action"."state" IN ('open', 'snoozed')"""
# What follows from the reasons and is written again whenever they change.
MERGED = [
    "contact",
    "assignee",
    "state",
    "suggestion",
    "by",
    "stake",
    "due",
    "minutes",
    "is_obligation",
    "rank",
    "snoozed_until",
]
# What names a reason, and what follows from its proposal.
OCCURRENCE = ["client", "reason", "subject"]
PROPOSED = [
    "action",
    "because",
    "suggestion",
    "by",
    "stake",
    "due",
    "minutes",
    "pressing",
    "is_obligation",
    "contact",
    "state",
]


def the_team() -> models.QuerySet[User]:
    """Return those who look after clients, by name."""
    people: models.QuerySet[User] = User.objects.filter(is_active=True)
    return people.exclude(role=Role.VIEWER).order_by("name", "email")


Row = TypeVar("Row", bound=models.Model)


def with_person(rows: models.QuerySet[Row], client: str = "client") -> Any:
    """Add whom to speak to: `person_id` and `person_name` of the first contact."""
    people = Contact.objects.filter(client=models.OuterRef(client))
    first = people.order_by("-is_primary", "id")
    return rows.annotate(
        person_id=models.Subquery(first.values("id")[:1]),
        person_name=models.Subquery(first.values("name")[:1]),
    )


def with_people(clients: models.QuerySet[Client], run_id: int) -> models.QuerySet[Client]:
    """Fetch with each client whom to speak to, how to reach them, and the signals."""
    points = ContactPoint.objects.filter(is_dead=False)
    contacts = Contact.objects.prefetch_related(models.Prefetch("points", points))
    signals = Signal.objects.of_run(run_id)
    return clients.select_related("owner").prefetch_related(
        models.Prefetch("contacts", contacts, to_attr="people"),
        models.Prefetch("signals", signals, to_attr="shown_signals"),
    )


class ActionQuerySet(models.QuerySet["Action"]):
    """Questions about many actions."""

    def live(self) -> Self:
        """Keep those that still want something.

        In literal words: SQLite uses the partial indexes only for a condition that it can
        compare with theirs, which a bound parameter is not.
        """
        return self.filter(RawSQL(LIVE_IN_WORDS, (), models.BooleanField()))

    def waiting(self, today: date) -> Self:
        """Keep those to be shown on `today`, the most pressing first."""
        awake = models.Q(snoozed_until=None) | models.Q(snoozed_until__lte=today)
        due = self.live().filter(awake, due__lte=today)
        return due.order_by("-is_obligation", "-rank", "id")

    def seen_by(self, user: User) -> Self:
        """Keep those about clients this person may see."""
        if user.sees_all(Business.current()):
            return self
        return self.filter(client__owner=user)

    def for_page(self, run_id: int) -> Self:
        """Fetch with each row what its card shows, in one query for each kind of row."""
        reasons = ActionReason.objects.live().order_by("-is_obligation", "-stake", "id")
        return self.select_related("assignee").prefetch_related(
            models.Prefetch("reasons", reasons, to_attr="whys"),
            models.Prefetch("client", with_people(Client.objects.all(), run_id)),
        )

    def load(self, today: date) -> dict[int | None, tuple[int, int]]:
        """Return how many cards wait for each person, and their minutes."""
        return _per_person(self.waiting(today), "assignee")

    def done_by(
        self, people: Sequence[User], start: datetime, end: datetime
    ) -> dict[int | None, tuple[int, int]]:
        """Return how many cards each did in this span of time, and their minutes."""
        rows = self.settled_between(start, end).filter(settled_by__in=people)
        return _per_person(rows, "settled_by")

    def settled_between(self, start: datetime, end: datetime) -> Self:
        """Keep those somebody marked as done in this span of time."""
        return self.filter(
            state=ActionState.DONE, settled_at__gte=start, settled_at__lt=end
        )

    def live_rows(self, client_ids: Sequence[int]) -> list[Line]:
        """Return id, client and `MERGED` of the live cards of these clients, plain."""
        rows = self.live().filter(client__in=client_ids)
        return list(rows.values_list("id", "client", *MERGED))

    def begin(self, lines: Sequence[Line], *, now: datetime) -> dict[int, int]:
        """Insert cards of client and `MERGED`; return their ids by client."""
        columns = _columns(self.model, ["client", *MERGED, "note", "created_at"])
        places = ", ".join(["%s"] * len(columns))
        made = connection.ops.adapt_datetimefield_value(now)
        _run(
            f"INSERT INTO today_action ({', '.join(columns)}) VALUES ({places})",
            [(*line, "", made) for line in lines],
        )
        if not lines:
            return {}
        fresh = self.live().filter(client__in=[line[0] for line in lines])
        return dict(fresh.values_list("client", "id"))

    def write_again(self, lines: Sequence[Line]) -> None:
        """Save `MERGED` and id of rows that exist, many at a time."""
        columns = ", ".join(f"{column} = %s" for column in _columns(self.model, MERGED))
        _run(f"UPDATE today_action SET {columns} WHERE id = %s", lines)


def _columns(model: type[models.Model], names: Sequence[str]) -> list[str]:
    quote = connection.ops.quote_name
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    return [quote(field.column) for field in fields]


def _run(statement: str, lines: Sequence[Line]) -> None:
    """Run one statement for each line of plain values. Django's own bulk statements take
    many times as long for this: most of it goes into rows' objects and the same words."""
    if lines:
        with connection.cursor() as cursor:
            cursor.executemany(statement, [tuple(map(_plain, line)) for line in lines])


def _plain(value: Any) -> Any:
    return value.isoformat() if type(value) is date else value


def _per_person(
    rows: models.QuerySet["Action"], who: str
) -> dict[int | None, tuple[int, int]]:
    counted = rows.order_by().values_list(who)
    sums = counted.annotate(models.Count("pk"), models.Sum("minutes"))
    return {person: (count, minutes) for person, count, minutes in sums}


class Action(models.Model):
    """One card: everything proposed for one client, merged."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="actions")
    contact = models.ForeignKey(
        Contact, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # Who does it: the client's owner, or who stands in.
    assignee = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="actions"
    )
    state = models.CharField(max_length=10, choices=ActionState, default=ActionState.OPEN)
    suggestion = models.CharField(max_length=300)
    by = models.CharField(max_length=10, default="call")
    stake = models.BigIntegerField(default=0)
    due = models.DateField()
    minutes = models.PositiveSmallIntegerField(default=10)
    is_obligation = models.BooleanField(default=False)
    rank = models.FloatField(default=0)
    snoozed_until = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # The touch that *done* wrote, so that it can be undone.
    touch = models.ForeignKey(
        "touches.Touch", models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = ActionQuerySet.as_manager()
    # Its live reasons, where `for_page` has fetched them.
    whys: list["ActionReason"]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client"],
                condition=models.Q(state__in=["open", "snoozed"]),
                name="one_live_action_per_client",
            ),
        ]
        indexes = [
            models.Index(
                fields=["assignee", "-is_obligation", "-rank", "id"],
                condition=models.Q(state__in=["open", "snoozed"]),
                name="action_live_by_assignee",
            ),
            models.Index(
                fields=["-is_obligation", "-rank", "id"],
                condition=models.Q(state__in=["open", "snoozed"]),
                name="action_live_by_rank",
            ),
            models.Index(fields=["settled_by", "settled_at"], name="action_settled"),
            # All that the team page adds up, so that no row has to be fetched for it.
            models.Index(
                fields=["assignee", "minutes", "snoozed_until", "due"],
                condition=models.Q(state__in=["open", "snoozed"]),
                name="action_load",
            ),
        ]

    def __str__(self) -> str:
        return self.suggestion


class ReasonQuerySet(models.QuerySet["ActionReason"]):
    """Questions about many reasons."""

    def live(self) -> Self:
        """Keep those that still hold."""
        return self.filter(state__in=LIVE)

    def known(self, client_ids: Sequence[int], subjects: Collection[str]) -> Self:
        """Keep what is live for these clients, or has one of these occurrences."""
        either = models.Q(state__in=LIVE) | models.Q(subject__in=subjects)
        return self.filter(either, client__in=client_ids)

    def known_rows(
        self, client_ids: Sequence[int], subjects: Collection[str]
    ) -> list[Line]:
        """Return id, `OCCURRENCE` and `PROPOSED` of what is known, plain."""
        rows = self.known(client_ids, subjects)
        return list(rows.values_list("id", *OCCURRENCE, *PROPOSED))

    def write(self, lines: Sequence[Line]) -> None:
        """Save `OCCURRENCE` and `PROPOSED`, new or known, many at a time."""
        fields = [*OCCURRENCE, *PROPOSED]
        columns = _columns(self.model, fields)
        places = ", ".join(["%s"] * len(columns))
        change = ", ".join(f"{c} = excluded.{c}" for c in _columns(self.model, PROPOSED))
        statement = (
            f"INSERT INTO today_actionreason ({', '.join(columns)}) VALUES ({places}) "
            f"ON CONFLICT (client_id, reason, subject) DO UPDATE SET {change}"
        )
        _run(statement, lines)


class ActionReason(models.Model):
    """Why: one reason of one practice for one occurrence. Never proposed twice."""

    action = models.ForeignKey(Action, models.CASCADE, related_name="reasons")
    client = models.ForeignKey(Client, models.CASCADE, related_name="+", db_index=False)
    reason = models.CharField(max_length=80)  # “rhythm.quiet”
    subject = models.CharField(max_length=80)
    because = models.CharField(max_length=300)
    suggestion = models.CharField(max_length=300)
    by = models.CharField(max_length=10, default="call")
    stake = models.BigIntegerField(default=0)
    due = models.DateField()
    minutes = models.PositiveSmallIntegerField(default=10)
    pressing = models.FloatField(default=1)
    is_obligation = models.BooleanField(default=False)
    contact = models.ForeignKey(
        Contact, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    state = models.CharField(max_length=10, choices=ActionState, default=ActionState.OPEN)

    objects = ReasonQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client", "reason", "subject"], name="reason_once_per_occurrence"
            ),
        ]

    def __str__(self) -> str:
        return self.because


class AbsenceQuerySet(models.QuerySet["Absence"]):
    """Questions about absences."""

    def away_on(self, today: date) -> dict[int, int | None]:
        """Return who is away on `today`, and who stands in for them."""
        rows = self.filter(from_day__lte=today, until_day__gte=today)
        return dict(rows.order_by("pk").values_list("user_id", "stand_in_id"))

    def not_over(self, today: date) -> Self:
        """Keep those that last, or are to come."""
        return self.filter(until_day__gte=today)


class Absence(models.Model):
    """A person is away; somebody stands in for their clients."""

    user = models.ForeignKey(User, models.CASCADE, related_name="absences")
    from_day = models.DateField(_("from"))
    until_day = models.DateField(_("until"))
    stand_in = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("stand-in"),
    )

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        ordering = ["from_day"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until_day__gte=models.F("from_day")),
                name="absence_runs_forward",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.from_day} – {self.until_day}"
