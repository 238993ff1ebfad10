"""A scheme of tiers is previewed, adopted and given to everybody."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from django.db import connection, transaction

from fondly.base.news import News, announce
from fondly.base.tasks import fenced, rest
from fondly.clients.models import Client
from fondly.insight import tiering
from fondly.insight.actions.tiers import put, the_scheme
from fondly.insight.actions.writing import BATCH
from fondly.insight.models import ScoreRun, Signal, TierScheme
from fondly.insight.tiering import Assigned, Floats, Scales, Scheme
from fondly.team import audit
from fondly.team.models import Business, User

OWN = "field:"
JUDGED = {name: f"client__{name}" for name in tiering.JUDGED}
SHOWN = 50  # moves listed by name, each way


@dataclass(frozen=True, kw_only=True)
class Line:
    """One tier of a preview: how many clients, before and then, and the work it makes."""

    name: str
    before: int
    clients: int
    touches: float
    minutes: float


@dataclass(frozen=True, kw_only=True)
class Move:
    """A client who would change tier."""

    client_id: int
    name: str
    before: str
    after: str
    points: float


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What a scheme would do, before anything is written. Minutes are those of a week."""

    lines: list[Line]
    up: list[Move]
    down: list[Move]
    ups: int
    downs: int
    fresh: int
    minutes: float
    capacity: int


@dataclass(frozen=True, kw_only=True)
class Given:
    """Everybody's tier under a scheme: ids, tiers before, what was assigned, the scales."""

    ids: list[int]
    before: list[str]
    assigned: Assigned
    scales: Scales


def preview(scheme: Scheme, *, user: User) -> Preview:
    """Return what the scheme would do; names only of clients that `user` may see."""
    tiering.check(scheme)
    given = _give(scheme)
    then, before = Counter(given.assigned.tiers), Counter(given.before)
    touches = tiering.touches_a_week(scheme, then)
    lines = [
        Line(
            name=tier.name,
            before=before[tier.name],
            clients=then[tier.name],
            touches=touches[tier.name],
            minutes=touches[tier.name] * tier.minutes,
        )
        for tier in scheme.tiers
    ]
    up, down, fresh = _moves(scheme, given)
    return Preview(
        lines=lines,
        up=_named(given, up[:SHOWN], user),
        down=_named(given, down[:SHOWN], user),
        ups=len(up),
        downs=len(down),
        fresh=fresh,
        minutes=tiering.minutes_a_week(scheme, then),
        capacity=_capacity(),
    )


@transaction.atomic
def adopt(scheme: Scheme, *, by: User, now: datetime) -> TierScheme:
    """Make the scheme the one in force; a task then gives it to everybody."""
    tiering.check(scheme)
    row = the_scheme()
    row.applied_at = now
    put(row, scheme)
    audit.note("tiers.applied", by=by, at=now, tiers=scheme.names)
    announce(News(kind="tiers", client_ids=[], at=now))
    return row


def give_tiers(*, now: datetime) -> int:
    """Give everybody the tier of the scheme in force, cut afresh; return how many moved.

    The hysteresis is for the runs to come: whoever changes the borders wants them as they
    were drawn. Safe to run twice.
    """
    scheme = the_scheme().rules()
    given = _give(scheme)
    for start in range(0, len(given.ids), BATCH):
        _write(scheme, given, range(start, min(start + BATCH, len(given.ids))), now=now)
        rest()
    with fenced():
        run = ScoreRun.objects.select_for_update().filter(is_current=True).first()
        if run:
            run.fit = {**run.fit, "tiers": given.scales.to_json()}
            run.save(update_fields=["fit"])
    moved = zip(given.before, given.assigned.tiers, strict=True)
    return sum(before != after for before, after in moved)


def _give(scheme: Scheme) -> Given:
    """Cut everybody afresh; one question to the database."""
    wanted = {source: _column(source) for source, _ in scheme.criteria}
    plain = {"client_id", "client__tier", *wanted.values()}
    columns = Signal.objects.current().stratified().columns(*sorted(plain))
    values = {
        source: _numbers(columns[column], source) for source, column in wanted.items()
    }
    scales = tiering.learn(scheme, values)
    nobody = [""] * len(columns["client_id"])
    return Given(
        ids=columns["client_id"],
        before=columns["client__tier"],
        assigned=tiering.assign(scheme, scales, values, previous=nobody),
        scales=scales,
    )


def _column(source: str) -> str:
    return "client__extra" if source.startswith(OWN) else JUDGED.get(source, source)


def _numbers(values: list[Any], source: str) -> Floats:
    if source.startswith(OWN):
        slug = source.removeprefix(OWN)
        values = [extra.get(slug) for extra in values]
    return np.array([np.nan if not _is_number(v) else v for v in values], dtype=np.float64)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _moves(scheme: Scheme, given: Given) -> tuple[list[int], list[int], int]:
    """Return the places of those who rise and who fall, the most points first."""
    rank = {name: place for place, name in enumerate(scheme.names)}
    up: list[int] = []
    down: list[int] = []
    fresh = 0
    for place in np.argsort(-given.assigned.points, kind="stable").tolist():
        before, after = rank.get(given.before[place]), rank[given.assigned.tiers[place]]
        if before is None:
            fresh += 1
        elif before != after:
            (up if after < before else down).append(place)
    return up, down, fresh


def _named(given: Given, places: Sequence[int], user: User) -> list[Move]:
    ids = [given.ids[place] for place in places]
    seen = Client.objects.seen_by(user).filter(pk__in=ids)
    names = dict(seen.values_list("pk", "name"))
    return [
        Move(
            client_id=given.ids[place],
            name=names[given.ids[place]],
            before=given.before[place],
            after=given.assigned.tiers[place],
            points=float(given.assigned.points[place]),
        )
        for place in places
        if given.ids[place] in names
    ]


def _capacity() -> int:
    """Return the minutes a week that the team has for clients."""
    business = Business.current()
    people = User.objects.filter(is_active=True).exclude(role="viewer")
    minutes: int = sum(people.values_list("capacity_minutes", flat=True))
    return minutes * len(business.workdays if business else [])


def _write(scheme: Scheme, given: Given, places: range, *, now: datetime) -> None:
    """Write one batch: the client's tier, and tier and cadence of the shown signals; tell
    of those whose tier or cadence is another."""
    with fenced():
        ids = [given.ids[place] for place in places]
        rows = Signal.objects.current().filter(client_id__in=ids)
        own = rows.values_list(
            "client_id",
            "run_id",
            "client__ideal_days",
            "client__maximum_days",
            "ideal_days",
            "days_over_cadence",
            "maximum_days",
        )
        found = {row[0]: row[1:-1] for row in own}
        cadence = {row[0]: (row[4], row[6]) for row in own}
        signals = [
            _signal(scheme, given, place, *found[given.ids[place]])
            for place in places
            if given.ids[place] in found
        ]
        moved = [
            (given.assigned.tiers[place], given.ids[place])
            for place in places
            if given.assigned.tiers[place] != given.before[place]
        ]
        with connection.cursor() as cursor:
            cursor.executemany(UPDATE_SIGNAL, signals)
            cursor.executemany(UPDATE_CLIENT, moved)
        others = {key for _, key in moved}
        others |= {row[-1] for row in signals if (row[3], row[4]) != cadence[row[-1]]}
        if others:
            announce(News(kind="signals", client_ids=sorted(others), at=now))


UPDATE_SIGNAL = (
    "UPDATE insight_signal SET tier = %s, tier_points = %s, tier_parts = %s,"
    " ideal_days = %s, maximum_days = %s, days_over_cadence = %s"
    " WHERE run_id = %s AND client_id = %s"
)
UPDATE_CLIENT = "UPDATE clients_client SET tier = %s WHERE id = %s"


def _signal(
    scheme: Scheme,
    given: Given,
    place: int,
    run_id: int,
    ideal: int | None,
    most: int | None,
    before: int | None,
    over: int | None,
) -> tuple[Any, ...]:
    """Return the row's new values; a client's own cadence goes before the tier's."""
    name = given.assigned.tiers[place]
    tier = next(tier for tier in scheme.tiers if tier.name == name)
    if ideal is None:
        ideal, most = tier.ideal_days, tier.maximum_days
    if over is not None:
        over += (before or 0) - ideal  # counted from the new ideal
    return (
        name,
        float(given.assigned.points[place]),
        json.dumps(given.assigned.parts_of(place)),
        ideal,
        max(most or ideal, ideal),
        over,
        run_id,
        given.ids[place],
    )
