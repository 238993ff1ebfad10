"""A migrated scratch database with the large business in it, scored and with its Today."""

import subprocess
import sys

from django.conf import settings
from django.core.management import call_command
from django.db import connections

from fondly.base.clock import now
from fondly.team.models import Business, User

OWNERS = 5
PAGES = 40


def a_big_business(*, is_scored: bool = False) -> list[int]:
    """Make the business and return the ids of some of its clients."""
    call_command("migrate", verbosity=0)
    founded()
    today = now().date().isoformat()
    connections.close_all()
    file = str(settings.DATABASES["default"]["NAME"])
    subprocess.run(
        [sys.executable, "-m", "bench.big", "sqlite", file, today, str(OWNERS)], check=True
    )
    if is_scored:
        # With the signals come Today's cards, as any installation gets them at night.
        subprocess.run(
            [sys.executable, "-m", "fondly", "score"], check=True, stdout=subprocess.DEVNULL
        )
    return list(range(1, 100_000, 100_000 // PAGES))


def founded() -> None:
    """Make a business and its people, with ids from 1."""
    Business.objects.create(
        pk=1, name="Bench", currency="EUR", time_zone="UTC", workdays=[0, 1, 2, 3, 4]
    )
    for place in range(OWNERS):
        role = "member" if place else "owner"
        User.objects.create_user(
            f"bench{place}@example.org", name=f"Person {place}", role=role
        )
