"""What the numbers of a run's reports are made of: a row per client, and per contract."""

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Self

from django.db import models

from fondly.clients.models import Client, Contract
from fondly.insight.models.run import ScoreRun
from fondly.insight.models.signal import ByClient
from fondly.insight.models.view import SavedView
from fondly.insight.reports.codes import AFTER, BEFORE, PART_BITS, PARTS, WIDTH

Months = tuple[int, int]  # the first and the last


class StandingQuerySet(ByClient["Standing"]):
    """Questions about many clients' standings, each answered by the run's rows alone."""

    def of_run(self, run_id: int) -> Self:
        """Keep the rows of one run."""
        return self.filter(run_id=run_id)

    def in_part(self, part: str, *, back: int) -> Self:
        """Keep those in a part of the bridge, so many months before the last one."""
        bits = models.F("bridge").bitrightshift(back * WIDTH).bitand(PART_BITS)
        return self.alias(part=bits).filter(part=PARTS.index(part))

    def with_revenue(self, *, back: int, before: bool) -> Self:
        """Keep those with revenue at the start (`before`) or the end of such a month."""
        flag = BEFORE if before else AFTER
        bits = models.F("bridge").bitand(flag << (back * WIDTH))
        return self.alias(there=bits).filter(there__gt=0)

    def first_within(self, months: Months) -> Self:
        """Keep those whose first purchase was in one of these months."""
        return self.filter(first_month__range=months)

    def came_again(self, cohorts: Iterable[tuple[Months, int]]) -> Self:
        """Keep those of each cohort who bought in any of the months whose bits stand
        beside it."""
        some, whichs = self, []
        for place, (months, bits) in enumerate(cohorts):
            name = f"again{place}"
            some = some.alias(**{name: models.F("bought").bitand(bits)})
            whichs.append(models.Q(**{"first_month__range": months, f"{name}__gt": 0}))
        return some.filter(reduce(or_, whichs, models.Q(pk=None)))

    def of_view(self, view_id: int) -> Self:
        """Keep those who answered a shared view at the run of these rows."""
        mine = ViewMember.objects.filter(
            run=models.OuterRef("run"), view=view_id, client=models.OuterRef("client")
        )
        return self.filter(models.Exists(mine))


class Standing(models.Model):
    """Where a client stood in the reports of a run (`reports.codes` says how).

    So the client list shows exactly those whom a number counts, whatever came since.
    """

    run = models.ForeignKey(ScoreRun, models.CASCADE, related_name="+", db_index=False)
    # A client who is gone is in no list: these rows go with their run.
    client = models.ForeignKey(
        Client, models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    owner = models.BigIntegerField()  # 0: nobody
    tier = models.CharField(max_length=12, blank=True)
    stage = models.CharField(max_length=10, blank=True)
    leaving = models.CharField(max_length=8, blank=True)  # the group of that page
    is_ranged = models.BooleanField(default=False)  # their worth has an interval
    first_month = models.IntegerField(null=True)
    bought = models.BigIntegerField(default=0)
    bridge = models.BigIntegerField(default=0)

    objects = StandingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "client"], name="standing_once_per_run"),
        ]

    def __str__(self) -> str:
        return f"client {self.client_id} in the reports of run {self.run_id}"


class ComingQuerySet(ByClient["Coming"]):
    """Questions about many days that contracts bring."""

    def of_run(self, run_id: int) -> Self:
        """Keep the rows of one run."""
        return self.filter(run_id=run_id)


class Coming(models.Model):
    """A contract's next day of one kind, as it was known at a run."""

    run = models.ForeignKey(ScoreRun, models.CASCADE, related_name="+", db_index=False)
    client = models.ForeignKey(
        Client, models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    contract = models.ForeignKey(
        Contract, models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    owner = models.BigIntegerField()
    kind = models.CharField(max_length=8)
    month = models.IntegerField()
    day = models.DateField()
    yearly = models.BigIntegerField(null=True)

    objects = ComingQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["run", "kind", "day", "id"], name="coming_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of contract {self.contract_id} on {self.day:%Y-%m-%d}"


class ViewMemberQuerySet(ByClient["ViewMember"]):
    """Questions about who answers shared views."""

    def of_run(self, run_id: int) -> Self:
        """Keep the rows of one run."""
        return self.filter(run_id=run_id)


class ViewMember(models.Model):
    """A client who answered a shared view at a run: what its reports are cut by."""

    run = models.ForeignKey(ScoreRun, models.CASCADE, related_name="+", db_index=False)
    view = models.ForeignKey(
        SavedView, models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    client = models.ForeignKey(
        Client, models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )

    objects = ViewMemberQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "view", "client"], name="view_member_once_per_run"
            ),
        ]

    def __str__(self) -> str:
        return f"client {self.client_id} in view {self.view_id}"
